import { addressOf, matchesName, parseAddress } from '../base/test-address.ts';
import type { TestAddress } from '../base/test-address.ts';
import type { Framework } from '../frameworks/framework.ts';
import type { Task } from '../model/plan.ts';
import type { PlannedQuarantine } from '../model/quarantine.ts';
import type { Problem, TestResult } from '../model/test.ts';

/** Which failures of a run are known and do not count, and what is wrong with that list. */
export interface Quarantine {
  /** A result as it counts: a failure of a test in quarantine is a skip that says so. */
  apply(task: Task, test: TestResult): TestResult;
  /** What has to be told when a task has ended, each once: entries that have expired, and those whose test does not exist. */
  endOf(task: Task, how: { readonly isWhole: boolean }): readonly TestResult[];
}

interface Entry extends PlannedQuarantine {
  readonly address: TestAddress;
  /** Tasks that may still tell of the test. */
  readonly open: Set<string>;
  wasWhole: boolean;
  isSeen: boolean;
  isTold: boolean;
}

/** The quarantine of a plan. */
export function createQuarantine(
  planned: readonly PlannedQuarantine[],
  frameworks: ReadonlyMap<string, Pick<Framework, 'testSelector'>>,
): Quarantine {
  const byTask = new Map<string, Entry[]>();
  for (const entry of planned.flatMap(openEntry)) {
    for (const task of entry.tasks) byTask.set(task, [...(byTask.get(task) ?? []), entry]);
  }
  return {
    apply(task, test) {
      const entries = byTask.get(task.id);
      if (entries === undefined || test.synthetic) return test;
      const selector = frameworks.get(task.framework)?.testSelector?.(test.id) ?? null;
      const address = addressOf(test.id, { selector, suite: task.suite });
      const entry = address === null ? undefined : entries.find((candidate) => isFor(candidate, address));
      if (entry === undefined) return test;
      entry.isSeen = true;
      return entry.expired === true ? test : counted(test, entry);
    },
    endOf(task, { isWhole }) {
      return (byTask.get(task.id) ?? []).flatMap((entry) => {
        entry.open.delete(task.id);
        entry.wasWhole &&= isWhole;
        if (entry.isTold) return [];
        const isStale = entry.isWhole && entry.wasWhole && entry.open.size === 0 && !entry.isSeen;
        entry.isTold = entry.expired === true || isStale;
        return entry.isTold ? [entryProblem(entry)] : [];
      });
    },
  };
}

function openEntry(entry: PlannedQuarantine): Entry[] {
  const address = parseAddress(entry.test);
  if (address === null) return [];
  return [{ ...entry, address, open: new Set(entry.tasks), wasWhole: true, isSeen: false, isTold: false }];
}

function isFor({ address }: Entry, { place, name }: TestAddress): boolean {
  return address.place === place && matchesName(address.name, name);
}

function counted(test: TestResult, { owner, until, reason }: Entry): TestResult {
  const quarantined = { owner, until, reason };
  if (test.status === 'passed') return { ...test, quarantined };
  if (!isExcusable(test)) return test;
  const [why = ''] = (test.problems[0]?.message ?? '').trim().split('\n');
  return {
    ...test,
    status: 'skipped',
    skipReason: `quarantined until ${until} (${owner}): ${why === '' ? 'failed' : why}`,
    quarantined,
  };
}

/** The death of its process or of a service is nobody's known failure. */
function isExcusable({ status, cutOff, problems, id }: TestResult): boolean {
  if (status === 'skipped' || cutOff === true) return false;
  const type = problems[0]?.type;
  return type !== 'service-failed' && !(type === 'Crash' && id.file === null);
}

function entryProblem({ test, owner, until, reason, expired }: Entry): TestResult {
  const what = expired === true ? 'expired' : 'stale';
  const message =
    expired === true
      ? `the quarantine of ${test} ended on ${until}, so its failures count again. ${owner} is to mend the test and remove the entry (${reason})`
      : `${test} is in quarantine until ${until} (${owner}: ${reason}), but there is no such test any more. Remove the entry, or correct it`;
  const problem: Problem = { kind: 'failure', type: `quarantine-${what}`, message, details: message };
  return {
    id: { file: null, className: '[runner]', name: `quarantine entry ${what}: ${test}` },
    ...{ status: 'failed', synthetic: true, durationMs: 0, line: null, problems: [problem] },
    ...{ skipReason: null, stdout: null, stderr: null },
  };
}
