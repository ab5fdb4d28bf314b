import type { Outcome, Verdict } from '../../src/model/outcome.ts';
import type { Task } from '../../src/model/plan.ts';
import type { Act } from './scripted-machine.ts';
import type { Story } from './story.ts';

/** How a task must end in a story that nobody stops, and whether a test of it failed on the way and was not made good. */
export interface Ending {
  readonly kind: Outcome['kind'];
  readonly anyTestFailed: boolean;
  /** A program of it has run to its end. */
  readonly ran: boolean;
}

/**
 * How each task must end, without a clock, a queue or a slot: what becomes of a task depends on its own script, its services and the
 * categories that it depends on, and on nothing else.
 */
export function endingsOf(story: Story): ReadonlyMap<string, Ending> {
  const endings = new Map<string, Ending>();
  const never = (kind: Outcome['kind']): Ending => ({ kind, anyTestFailed: false, ran: false });
  const passed = (category: string): boolean =>
    story.plan.tasks.every((task) => task.category !== category || endingOf(task).kind === 'passed');
  const endingOf = (task: Task): Ending => {
    const known = endings.get(task.id);
    if (known !== undefined) return known;
    const ending = !task.dependsOn.every(passed) ? never('skipped') : served(task);
    endings.set(task.id, task.settled === null ? ending : never(task.settled.kind));
    return endings.get(task.id) ?? ending;
  };
  const served = (task: Task): Ending => {
    const comes = task.needs.map((service) => story.services[service]?.comes);
    if (comes.includes('failed')) return never('service-failed');
    if (comes.includes('unavailable')) return never(task.missingService === 'skip' ? 'skipped' : 'service-failed');
    return played(task, story.acts.get(task.id) ?? []);
  };
  story.plan.tasks.forEach(endingOf);
  return endings;
}

function played({ retries, timeoutMs, flaky }: Task, acts: readonly Act[]): Ending {
  const results = acts.slice(0, retries + 1).map((act) => resultOf(act, timeoutMs));
  const last = results.findIndex((kind) => kind === 'passed' || kind === 'spawn-failed');
  const made = last === -1 ? results : results.slice(0, last + 1);
  const kind = made.at(-1) ?? 'passed';
  const isFlaky = kind === 'passed' && made.length > 1;
  return {
    kind: isFlaky && flaky === 'fail' ? 'tests-failed' : kind,
    // The program is the test: one that dies has failed.
    anyTestFailed: isFlaky ? flaky === 'fail' : made.includes('tests-failed') || made.includes('crashed'),
    ran: made.some((one) => one === 'passed' || one === 'tests-failed' || one === 'crashed'),
  };
}

function resultOf({ afterMs, ends }: Act, timeoutMs: number): Outcome['kind'] {
  if (ends === 'does not start') return 'spawn-failed';
  if (afterMs > timeoutMs) return 'timed-out';
  if (ends.kind === 'signal') return 'crashed';
  return ends.code === 0 ? 'passed' : 'tests-failed';
}

/** What a run that nobody stopped amounts to. */
export function verdictOfEndings(endings: readonly Ending[]): Verdict {
  const any = (...kinds: readonly Outcome['kind'][]): boolean => endings.some(({ kind }) => kinds.includes(kind));
  if (any('tests-failed', 'timed-out') || endings.some(({ anyTestFailed }) => anyTestFailed)) return 'failed';
  if (any('crashed', 'spawn-failed', 'service-failed')) return 'infrastructure';
  if (any('no-tests') || !endings.some(({ ran }) => ran)) return 'nothing-ran';
  return 'passed';
}
