import type { AttemptCause } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { Problem, TestId, TestResult, Totals } from '../model/test.ts';
import { testKey } from '../results/test-records.ts';
import { addTest, emptyTotals } from '../results/totals.ts';
import { withoutTexts } from './cap-text.ts';
import { countRepetition } from './repetitions.ts';
import { isBad, isQuarantined, stillFailed } from './test-entry.ts';
import type { Entry } from './test-entry.ts';
import type { Allowed, RetryRule } from './retry-rule.ts';

/** What the attempts of one task add up to. */
export interface TaskHistory {
  /** What the attempt before told stays, unless its service died: then this one takes its place. */
  begin(attempt: number, cause: AttemptCause): void;
  /** Takes a result and gives it back as it counts: flaky if it passed only now, and never better for being skipped now. */
  add(test: TestResult): TestResult;
  /** As the test was told in this attempt. */
  told(id: TestId): TestResult | null;
  end(outcome: Outcome): void;
  /** The tests that fail after the attempts so far and that another attempt may help: all, or those that match; none that runner made. */
  failures(which: Allowed): readonly TestResult[];
  /** A test fails, be it for being flaky. */
  anyFailed(): boolean;
  /** What failed in this attempt is all in quarantine, and nothing of the attempts before it fails. */
  readonly isExcused: () => boolean;
  /** Something failed that is no test, such as a hook of a whole file. */
  failedOutside(): boolean;
  has(id: TestId): boolean;
  /** How the attempt before ended where that can be blamed on no test, as it counts now that its task has passed: flaky. `null` = not so. */
  recovered(): TestResult | null;
  /** Files of which a test was reported. */
  files(): ReadonlySet<string>;
  /** Tests of an attempt whose service died that have not been told since. */
  unrepeated(): readonly TestResult[];
  totals(): Totals;
}

/** Failures whose texts are kept, in case that another attempt turns them into flaky ones. */
const maxWithTexts = 500;

/** What decides about a result beside the results before it. */
export interface HistoryRules {
  /** It failed of what its task is run again for. */
  readonly matches?: RetryRule['matches'];
  /** How it counts in the end: the last word on it. */
  readonly apply?: (test: TestResult) => TestResult;
}

/** Starts with no attempts. Holds identities, and the texts of the first failures, however many there are. */
export function createTaskHistory(
  task: Pick<Task, 'category' | 'flaky' | 'repeat'>,
  { matches = () => false, apply = (test) => test }: HistoryRules = {},
): TaskHistory {
  const settled = new Map<string, Entry>();
  const current = new Map<string, Entry>();
  const lost = new Map<string, TestResult>();
  let attempt = 1;
  let repetition = 1;
  let keptTexts = 0;
  let before: Outcome | null = null;
  /** It is known of no test that the attempt before ended in it. */
  let isUnexplained = false;
  /** What runner made up about that, while no test of this attempt is flaky for it. */
  let unexplained: TestResult | null = null;

  const all = function* (): Generator<Entry> {
    for (const [key, entry] of settled) yield current.get(key) ?? entry;
    for (const [key, entry] of current) if (!settled.has(key)) yield entry;
  };
  const settle = (): void => {
    // What runner made up about an attempt is superseded by the next, unless that is no second try but another repetition.
    for (const [key, entry] of current)
      if (!entry.result.synthetic || task.repeat !== undefined) settled.set(key, entry);
    const results = [...current.values()].map(({ result }) => result);
    isUnexplained = !results.some(({ cutOff }) => cutOff === true);
    const madeUp = results.find((result) => result.synthetic && isBad(result)) ?? null;
    unexplained = isUnexplained && leavesUnrun(before) ? madeUp : null;
  };
  return {
    begin(number, cause) {
      attempt = number;
      if (cause === 'repeat') repetition += 1;
      if (cause === 'service-restart') for (const [key, { result }] of current) lost.set(key, result);
      else settle();
      current.clear();
    },
    add(test) {
      const key = testKey(test.id);
      const earlier = settled.get(key);
      const wasUnrun = isUnrun(earlier) && !test.synthetic && isUnexplained && leavesUnrun(before);
      const failedBefore = earlier !== undefined && (isBad(earlier.result) || earlier.isFlaky);
      const entry =
        task.repeat === undefined
          ? count(test, { task, attempt, earlier: failedBefore || wasUnrun ? (earlier ?? null) : undefined })
          : countRepetition(test, earlier, repetition);
      if (wasUnrun && entry.isFlaky) unexplained = null;
      const result = apply(entry.result);
      const isKept = isBad(result) && keptTexts < maxWithTexts;
      if (isKept) keptTexts += 1;
      const isMatch = isBad(test) && !test.synthetic && matches(test);
      current.set(key, { ...entry, isMatch, result: isKept ? result : withoutTexts(result) });
      return result;
    },
    told: (id) => current.get(testKey(id))?.result ?? null,
    end(outcome) {
      before = outcome.kind === 'service-failed' ? before : outcome;
    },
    failures: (which) =>
      [...all()]
        .filter(({ result, isFlaky }) => isBad(result) && !result.synthetic && !isFlaky)
        .filter(({ isMatch }) => which === 'all' || (which === 'matching' && isMatch === true))
        .map(({ result }) => result),
    anyFailed: () => [...all()].some(({ result, isFlaky }) => isBad(result) && (!result.synthetic || isFlaky)),
    isExcused: () =>
      [...current.values()].some(({ result }) => isQuarantined(result)) &&
      ![...all()].some(({ result }) => isBad(result)),
    failedOutside: () => [...current.values()].some(({ result }) => result.synthetic && isBad(result)),
    recovered() {
      if (unexplained === null || task.repeat !== undefined) return null;
      const entry = countRecovered(unexplained, { task, attempt });
      current.set(testKey(unexplained.id), entry);
      return entry.result;
    },
    has: (id) => settled.has(testKey(id)) || current.has(testKey(id)),
    files: () => new Set([...all()].flatMap(({ result }) => result.id.file ?? [])),
    unrepeated: () =>
      [...lost].flatMap(([key, result]) => (result.synthetic || settled.has(key) || current.has(key) ? [] : [result])),
    totals: () => [...all()].reduce(addEntry, emptyTotals),
  };
}

function addEntry(totals: Totals, { result, firstFailure, isFlaky }: Entry): Totals {
  const isFirst = isBad(result) && !isFlaky && firstFailure !== null;
  return addTest(totals, isFirst ? { ...result, status: firstFailure } : result);
}

function countRecovered(
  crash: TestResult,
  where: { readonly task: Pick<Task, 'category' | 'flaky'>; readonly attempt: number },
): Entry {
  const earlier: Entry = { result: crash, firstFailure: crash.status, isFlaky: false };
  return count({ ...crash, status: 'passed', problems: [], durationMs: 0 }, { ...where, earlier });
}

/** `earlier` is `undefined` for a test that has not failed before, and `null` for one that an earlier attempt did not get to. */
function count(
  test: TestResult,
  {
    task,
    attempt,
    earlier,
  }: {
    readonly task: Pick<Task, 'category' | 'flaky'>;
    readonly attempt: number;
    readonly earlier: Entry | null | undefined;
  },
): Entry {
  if (earlier === undefined) return { result: test, firstFailure: isBad(test) ? test.status : null, isFlaky: false };
  const firstFailure = earlier?.firstFailure ?? null;
  if (isBad(test)) return { result: test, firstFailure: firstFailure ?? test.status, isFlaky: false };
  if (test.status === 'skipped') {
    return earlier === null || !isBad(earlier.result)
      ? { result: test, firstFailure, isFlaky: false }
      : { result: stillFailed(earlier.result, test), firstFailure, isFlaky: false };
  }
  return task.flaky === 'pass'
    ? { result: { ...test, flaky: true }, firstFailure, isFlaky: true }
    : {
        result: flakyFailure(test, { task, attempt, problems: earlier?.result.problems ?? [] }),
        firstFailure: firstFailure ?? 'failed',
        isFlaky: true,
      };
}

function flakyFailure(
  test: TestResult,
  {
    task,
    attempt,
    problems,
  }: {
    readonly task: Pick<Task, 'category' | 'flaky'>;
    readonly attempt: number;
    readonly problems: readonly Problem[];
  },
): TestResult {
  const message = `flaky: it passed on attempt ${attempt} only, and category "${task.category}" has "flaky: fail"`;
  const before = problems.map((problem) => `\n\nbefore: ${problem.message}\n${problem.details}`);
  const problem: Problem = { kind: 'failure', type: 'flaky', message, details: message + before.join('') };
  return { ...test, status: 'failed', problems: [problem] };
}

function isUnrun(earlier: Entry | undefined): boolean {
  return earlier === undefined || earlier.result.notRun === true;
}

function leavesUnrun(outcome: Outcome | null): boolean {
  return outcome?.kind === 'crashed' || outcome?.kind === 'timed-out';
}
