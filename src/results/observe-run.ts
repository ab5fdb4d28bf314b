import type { GivenArguments, RerunLink, RunEvent, Shard } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { TestId, TestResult } from '../model/test.ts';
import { scopeOf } from './ledger.ts';
import type { Sighting } from './rerun-table.ts';
import { testKey } from './test-records.ts';
import { isNarrowed } from './verdict.ts';

/** What a run did to the files that it was to run, by suite and file as in a ledger. */
export interface ObservedRun {
  readonly runId: string;
  readonly rerunOf: RerunLink | null;
  readonly suites: ReadonlyMap<string, ReadonlyMap<string, ObservedFile>>;
  /** What shards were to run whose events are not here. */
  readonly elsewhere: readonly { readonly suite: string; readonly file: string }[];
}

export interface ObservedFile {
  readonly digest: string | null;
  readonly tests: ReadonlyMap<string, ObservedTest>;
  /** One for each task that had the file. */
  readonly parts: readonly ObservedPart[];
}

export interface ObservedTest {
  readonly id: TestId;
  readonly sighting: Extract<Sighting, 'passed' | 'failed' | 'skipped' | 'quarantined' | 'not-seen'>;
}

/** What one task was to run of a file, and whether it did. */
export interface ObservedPart {
  readonly framework: string;
  /** `null` = not by names. */
  readonly names: readonly string[] | null;
  /** An expression over names or tags may have left out tests. */
  readonly narrowed: boolean;
  readonly scope: string;
  /** The same without the names. */
  readonly fileScope: string;
  /** `listed`: it did not end, but every test is known by name. */
  readonly end: 'complete' | 'incomplete' | 'listed' | 'unlisted';
}

type RunStarted = Extract<RunEvent, { type: 'run-started' }>;

/** Follows the events of a run. */
export interface RunObserver {
  apply(event: RunEvent): void;
  /** Something that the run told is lost, and may have been of any of its files: none of them is known to have run to its end. */
  lose(): void;
  /** `null` before the run has started. */
  result(): ObservedRun | null;
}

/** `listsFirst`: a framework tells all tests of a file before it runs the first of them. Holds the identity of each test. */
export function createRunObserver(listsFirst: (framework: string) => boolean): RunObserver {
  let started: RunStarted | null = null;
  let isWhole = true;
  const tasks = new Map<string, OpenTask>();
  return {
    lose() {
      isWhole = false;
    },
    apply(event) {
      if (event.type === 'run-started') {
        started = event;
        for (const task of event.plan.tasks) if (task.settled === null) tasks.set(task.id, openTask(task));
      } else if (event.type === 'task-claimed') {
        if (event.planned.settled === null) tasks.set(event.task, openTask(event.planned));
      } else if ('task' in event) {
        const open = tasks.get(event.task);
        if (open !== undefined) applyToTask(open, event);
      }
    },
    result() {
      if (started === null) return null;
      const { runId, rerunOf, digests = {}, given, shard } = started;
      const suites = new Map<string, Map<string, OpenFile>>();
      for (const open of tasks.values()) {
        if (isElsewhere(open, shard)) continue;
        const lists = listsFirst(open.task.framework);
        addTask(suites, open, { digests, given: given ?? noArguments, lists, isWhole });
      }
      return { runId, rerunOf: rerunOf ?? null, suites, elsewhere: elsewhereOf(started) };
    },
  };
}

function elsewhereOf({ plan, shard }: RunStarted): ObservedRun['elsewhere'] {
  const others = (plan.shards ?? []).filter(({ index }) => shard !== null && index !== shard.index);
  return others.flatMap(({ work }) =>
    work.flatMap(({ suite, files }) => (files.length === 0 ? [''] : files).map((file) => ({ suite, file }))),
  );
}

/** The shards of one run as that run; of a file that several had, what is worst. The list is not empty. */
export function joinObserved(runs: readonly ObservedRun[]): ObservedRun {
  const [first] = runs;
  if (first === undefined) throw new Error('there is no run to join');
  if (runs.length === 1) return first;
  const suites = new Map<string, Map<string, OpenFile>>();
  for (const run of runs) {
    for (const [suite, files] of run.suites) {
      const known = suites.get(suite) ?? new Map<string, OpenFile>();
      suites.set(suite, known);
      for (const [file, { digest, tests, parts }] of files) {
        const joined: OpenFile = known.get(file) ?? { digest, tests: new Map(), parts: [] };
        known.set(file, joined);
        for (const [key, test] of tests) joined.tests.set(key, worse(joined.tests.get(key), test));
        joined.parts.push(...parts);
      }
    }
  }
  const isElsewhere = ({ suite, file }: { suite: string; file: string }): boolean =>
    suites.get(suite)?.has(file) !== true;
  return { ...first, suites, elsewhere: first.elsewhere.filter(isElsewhere) };
}

const noArguments: GivenArguments = { options: [], extraArgs: [] };

interface OpenTask {
  readonly task: Task;
  readonly tests: Map<string, ObservedTest>;
  attempt: number;
  started: boolean;
  outcome: Outcome | null;
  toldAll: boolean;
  /** In the last attempt, something failed that is no test of a file. */
  failedOutside: boolean;
  /** In the last attempt, tests are named that its end kept from running. */
  streamed: boolean;
}

interface OpenFile {
  readonly digest: string | null;
  readonly tests: Map<string, ObservedTest>;
  readonly parts: ObservedPart[];
}

function openTask(task: Task): OpenTask {
  return {
    ...{ task, tests: new Map(), attempt: 1, started: false, outcome: null },
    ...{ toldAll: false, failedOutside: false, streamed: false },
  };
}

function applyToTask(open: OpenTask, event: RunEvent): void {
  if (event.type === 'task-started') open.started = true;
  else if (event.type === 'attempt-started') beginAttempt(open, event.attempt);
  else if (event.type === 'test-finished') {
    beginAttempt(open, event.attempt);
    addTest(open, event.test);
  } else if (event.type === 'attempt-finished') open.toldAll = event.toldAll === true;
  else if (event.type === 'task-finished') open.outcome = event.outcome;
}

function beginAttempt(open: OpenTask, attempt: number): void {
  if (attempt <= open.attempt) return;
  Object.assign(open, { attempt, toldAll: false, failedOutside: false, streamed: false });
}

function addTest(open: OpenTask, test: TestResult): void {
  const isBad = test.status === 'failed' || test.status === 'error';
  const { files } = open.task;
  const isPlaced = files.length === 0 || (test.id.file !== null && files.includes(test.id.file));
  if (test.notRun === true || test.cutOff === true) open.streamed = true;
  if (test.synthetic || !isPlaced) {
    open.failedOutside ||= isBad || test.notRun === true;
    return;
  }
  open.tests.set(testKey(test.id), { id: test.id, sighting: sightingOf(test) });
}

function sightingOf({ status, notRun, quarantined }: TestResult): ObservedTest['sighting'] {
  if (notRun === true) return 'not-seen';
  if (status === 'skipped') return quarantined === undefined ? 'skipped' : 'quarantined';
  return status === 'passed' ? 'passed' : 'failed';
}

/** A shard has the whole plan, and nothing to say about what it did not start. */
function isElsewhere({ started, outcome }: OpenTask, shard: Shard | null): boolean {
  return shard !== null && !started && outcome === null;
}

function addTask(
  suites: Map<string, Map<string, OpenFile>>,
  open: OpenTask,
  {
    digests,
    given,
    lists,
    isWhole,
  }: {
    readonly digests: Readonly<Record<string, string>>;
    readonly given: GivenArguments;
    readonly lists: boolean;
    readonly isWhole: boolean;
  },
): void {
  const { task, tests } = open;
  const files = suites.get(task.suite) ?? new Map<string, OpenFile>();
  suites.set(task.suite, files);
  const byFile = Map.groupBy(tests, ([, { id }]) => (task.files.length === 0 ? '' : (id.file ?? '')));
  for (const file of task.files.length === 0 ? [''] : task.files) {
    const own = byFile.get(file) ?? [];
    const names = task.tests[file] ?? null;
    const known: OpenFile = files.get(file) ?? { digest: digests[file] ?? null, tests: new Map(), parts: [] };
    files.set(file, known);
    for (const [key, test] of own) known.tests.set(key, worse(known.tests.get(key), test));
    const end = endOf(open, { told: own.length, lists });
    known.parts.push({
      framework: task.framework,
      names,
      narrowed: task.keyword !== null || task.markers !== null || given.extraArgs.length > 0,
      scope: scopeOf({ ...task, ...given, names: names ?? [] }),
      fileScope: scopeOf({ ...task, ...given, names: [] }),
      end: isWhole || end === 'unlisted' ? end : 'incomplete',
    });
  }
}

/** From worst to best: of two tasks that ran a test, the worse result counts. */
const severity: readonly ObservedTest['sighting'][] = ['failed', 'not-seen', 'quarantined', 'passed', 'skipped'];

function worse(one: ObservedTest | undefined, other: ObservedTest): ObservedTest {
  if (one === undefined) return other;
  return severity.indexOf(one.sighting) <= severity.indexOf(other.sighting) ? one : other;
}

function endOf(
  open: OpenTask,
  { told, lists }: { readonly told: number; readonly lists: boolean },
): ObservedPart['end'] {
  const { task, outcome } = open;
  if (outcome?.kind === 'passed') return 'complete';
  if (outcome?.kind === 'tests-failed') {
    // A file without a single result may be one that was not reached.
    const isTold = told > 0 || isNarrowed(task);
    return open.toldAll && !open.failedOutside && isTold ? 'complete' : 'incomplete';
  }
  if (outcome?.kind === 'no-tests') return isNarrowed(task) ? 'complete' : 'incomplete';
  if (outcome?.kind === 'skipped') return outcome.because.kind === 'blocked' ? 'incomplete' : 'unlisted';
  return lists && open.streamed && told > 0 ? 'listed' : 'incomplete';
}
