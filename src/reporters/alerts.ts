import { labelled } from '../base/text.ts';
import type { Outcome } from '../model/outcome.ts';
import type { RunState, TaskRecord } from '../results/run-state.ts';
import { cancelText, outcomeReason, outcomeWord } from './describe.ts';
import { amountText, groupNotRun } from './summary.ts';

/** Something that is wrong with a run beside failed tests. */
export interface Alert {
  readonly kind: 'infrastructure' | 'incomplete' | 'interrupted' | 'not-run';
  readonly text: string;
  /** What to do about it. */
  readonly hint: string | null;
}

/** What is wrong with a run beside failed tests, the worst first; `problems` are known from elsewhere: shards that are missing in a merge. */
export function alertsOf({
  state,
  problems,
}: {
  readonly state: RunState;
  readonly problems: readonly string[];
}): readonly Alert[] {
  const alert = (kind: Alert['kind'], text: string, hint: string | null = null): Alert => ({
    kind,
    text,
    hint,
  });
  const records = [...state.tasks.values()];
  const unfinished = records.filter(({ outcome }) => outcome === null);
  const noResult = `${unfinished.length} of ${records.length} tasks have no result`;
  // A merge names some of them.
  const isToldOf = problems.some((text) => text.startsWith(noResult));
  return [
    ...problems.map((text) => alert('incomplete', text)),
    ...(state.cancelled === null ? [] : [alert('interrupted', `The run was ${cancelText(state.cancelled)}`)]),
    ...(state.verdict === null ? [alert('incomplete', 'The run did not finish: it was ended from outside')] : []),
    ...(unfinished.length === 0 || isToldOf ? [] : [alert('incomplete', noResult)]),
    ...brokenBy(records).map(([text, tasks]) => alert('infrastructure', `${text} (${namesOf(tasks)})`)),
    ...groupNotRun(state).map((group) =>
      alert(
        'not-run',
        `${amountText(group)} ${group.state} (${group.categories.join(', ')}): ${group.reason}`,
        group.remedy,
      ),
    ),
  ];
}

/** What broke and the tasks that it broke: a service that died is told once. */
function brokenBy(records: readonly TaskRecord[]): readonly (readonly [string, readonly string[]])[] {
  const tasks = new Map<string, string[]>();
  for (const { task, outcome } of records) {
    if (outcome === null || !isInfrastructure(outcome)) continue;
    const text = outcome.kind === 'service-failed' ? serviceText(outcome) : outcomeText(outcome);
    tasks.set(text, [...(tasks.get(text) ?? []), task.id]);
  }
  return [...tasks];
}

/** Without the end of its log, which stands beside each test. */
function serviceText({ service, problem }: Extract<Outcome, { kind: 'service-failed' }>): string {
  const [first = ''] = problem.split('\n');
  return `service ${labelled(service, first)}`;
}

const maxNamed = 3;

function namesOf(tasks: readonly string[]): string {
  const more = tasks.length > maxNamed ? ` and ${tasks.length - maxNamed} more` : '';
  return tasks.slice(0, maxNamed).join(', ') + more;
}

function isInfrastructure({ kind }: Outcome): boolean {
  return ['crashed', 'report-unusable', 'spawn-failed', 'service-failed', 'timed-out'].includes(kind);
}

/** Something of it is to be run again. */
export function isBroken(outcome: Outcome): boolean {
  return outcome.kind === 'tests-failed' || outcome.kind === 'cancelled' || isInfrastructure(outcome);
}

/** What a task came to, in words. */
export function outcomeText(outcome: Outcome): string {
  const reason = outcomeReason(outcome);
  return reason === '' ? outcomeWord(outcome).toLowerCase() : reason;
}
