import { rmSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { UsageError } from '../errors.ts';
import { allFrameworks } from '../frameworks/index.ts';
import type { RunEvent, Shard } from '../model/event.ts';
import type { Outcome, Verdict } from '../model/outcome.ts';
import { createCoverageReporter, mergedCoverage } from '../reporters/coverage.ts';
import { createFanOut } from '../reporters/fan-out.ts';
import type { NamedReporter } from '../reporters/fan-out.ts';
import { readCheckedEvents, readEvents } from '../reporters/read-events.ts';
import { createReports } from '../reporters/report-table.ts';
import type { ReportPlace } from '../reporters/report-table.ts';
import { rerunContextOf } from '../reporters/rerun-command.ts';
import type { RerunContext } from '../reporters/rerun-command.ts';
import { createQueueResults } from '../results/queue-results.ts';
import { createRunRecord, sharedRecord } from '../results/run-record.ts';
import { totalsOf } from '../results/run-state.ts';
import type { RunState } from '../results/run-state.ts';
import { unfinishedTests } from '../results/unfinished.ts';
import { verdictOf, worseVerdict } from '../results/verdict.ts';
import type { HistoryUse } from './history-place.ts';
import { historyReporters } from './history-reporters.ts';
import { createShardCoverage } from './merge-coverage.ts';
import { combineLogs } from './merge-plan.ts';
import type { CombinedRun, ScannedLog } from './merge-plan.ts';
import { pageHistory } from './page-history.ts';
import type { MergeOutcome } from './merge-xml.ts';

const namedTasks = 5;

/** What else is done with the events. */
export interface ReplayOptions {
  readonly reporters: readonly NamedReporter[];
  readonly history: HistoryUse | null;
  /** The reports are made as the run would have written them: they say how to run its tests again, and nothing else is written. */
  readonly asWritten?: true;
}

/** Where the reports go. */
export interface ReplayPlace extends Pick<ReportPlace, 'reportsDir' | 'pageDir' | 'chosen' | 'github'> {
  /** Of a part of `junit.xml`; `null` = it is not split. */
  readonly splitMaxBytes?: number | null;
}

/**
 * Replays event logs through the reporters that wrote the reports of the runs. One log gives the same junit.xml; several become
 * one run, in the order of their shards.
 */
export async function mergeLogs(
  paths: readonly string[],
  { splitMaxBytes = null, ...place }: ReplayPlace,
  more: ReplayOptions,
): Promise<MergeOutcome> {
  const { reportsDir } = place;
  const scans: ScannedLog[] = [];
  for (const path of paths) scans.push(await scanLog(path));
  const combined = combineLogs(scans, (framework) => allFrameworks.get(framework)?.reportsEveryFile === true);
  const record = createRunRecord();
  const shared = sharedRecord(record);
  const problems = [...combined.problems];
  const warn = (problem: string): void => void problems.push(problem);
  const histories = historyReporters(more.history, {
    ...{ warn, record: shared },
    parts: combined.logs.flatMap(({ started }) => started?.runId ?? []),
  });
  const spoolDir = join(reportsDir, 'spool');
  const rerun = more.asWritten === true ? rerunOf(combined) : null;
  const shardOf = (task: string): Shard | null => combined.shards.get(task) ?? null;
  const readPast = pageHistory(more.history);
  const junitParts = splitMaxBytes === null ? undefined : { maxBytes: splitMaxBytes, warn };
  const fanOut = createFanOut(
    [
      ...createReports({
        ...{ ...place, spoolDir, rerun, shardOf, junitParts, problems: () => problems, readPast, record: shared },
      }),
      ...(more.asWritten === true ? [] : [{ name: mergedCoverage, reporter: createCoverageReporter({ reportsDir }) }]),
      ...more.reporters,
      ...histories,
    ],
    (name, error) => warn(`${name} could not be written: ${error instanceof Error ? error.message : String(error)}`),
  );
  const emit = (event: RunEvent): void => {
    record.apply(event);
    fanOut.onEvent(event);
  };

  const coverage = createShardCoverage(combined.start?.plan ?? null, {
    reportsDir,
    isSharded: combined.logs.some(
      ({ started }, index) => (started?.shard?.total ?? 1) > 1 || combined.filters[index] !== null,
    ),
  });
  const single = combined.logs.length === 1 && combined.start === null;
  if (combined.start !== null) emit(combined.start);
  for (const [index, log] of combined.logs.entries()) {
    for await (const event of readEvents(log.path)) {
      if (!single && (event.type === 'run-started' || event.type === 'run-finished')) continue;
      const filter = combined.filters[index] ?? null;
      const counted = filter === null ? event : filter(event);
      if (counted === null) continue;
      const renamed = rename(counted, combined.names[index] ?? new Map<string, string>());
      for (const followed of await coverage.follow(relocateLog(renamed, dirname(log.path), reportsDir))) emit(followed);
    }
  }
  problems.push(...describeUnfinished(record.state));
  const { lastAt } = record.state;
  for (const unfinished of unfinishedTests(record.state)) {
    emit({ type: 'test-finished', at: lastAt ?? 0, ...unfinished });
  }
  const said = record.state.verdict;
  const replayed = said === null ? verdictOf(record.state) : worseVerdict(said, verdictOf(record.state));
  const merged = combined.verdicts.reduce(worseVerdict, replayed);
  const verdictNow = (): Verdict => (fanOut.broken.length === 0 ? merged : worseVerdict(merged, 'infrastructure'));
  const finish = (): void => {
    const { startedAt, durationMs } = record.state;
    if (startedAt === null || lastAt === null || record.state.verdict === verdictNow()) return;
    const tookMs = single ? (durationMs ?? lastAt - startedAt) : combined.durationMs;
    const totals = totalsOf(record.state);
    emit({ type: 'run-finished', at: lastAt, verdict: verdictNow(), totals, durationMs: tookMs });
  };
  // What the summary says is what merge exits with.
  finish();
  finish();
  await fanOut.close(finish);
  rmSync(spoolDir, { recursive: true, force: true });
  const isDamaged = scans.some(({ damage }) => damage !== null) || fanOut.broken.length > 0;
  return { verdict: verdictNow(), totals: totalsOf(record.state), problems, isDamaged };
}

/** What the only log says of how to run its tests again. */
function rerunOf({ logs, start }: CombinedRun): RerunContext | null {
  const [log] = logs;
  if (start !== null || log?.started?.rerunWith === undefined) return null;
  return rerunContextOf(log.started.rerunWith, log.started.given?.extraArgs ?? []);
}

/** Why the verdict is that something is missing: a total of passed tests alone would look like a success. */
function describeUnfinished({ tasks }: RunState): readonly string[] {
  const open = [...tasks.values()].filter(({ outcome }) => outcome === null);
  if (open.length === 0) return [];
  const names = open.slice(0, namedTasks).map(({ task }) => task.id);
  const more = open.length > namedTasks ? ` and ${open.length - namedTasks} more` : '';
  return [`${open.length} of ${tasks.size} tasks have no result: ${names.join(', ')}${more}`];
}

// What has to be known of a log before the first event of any can be replayed.
async function scanLog(path: string): Promise<ScannedLog> {
  let started: Extract<RunEvent, { type: 'run-started' }> | null = null;
  const queue = createQueueResults();
  let isStopped = false;
  let [durationMs, verdict, damage]: [number, Verdict | null, string | null] = [0, null, null];
  const tasks = new Set<string>();
  const outcomes = new Map<string, Outcome>();
  const narrowed = new Set<string>();
  const files = new Map<string, Set<string>>();
  try {
    for await (const event of readCheckedEvents(path, (problem) => void (damage ??= problem))) {
      queue.apply(event);
      if (event.type === 'run-started') started ??= event;
      else if (event.type === 'run-cancelling') isStopped ||= event.reason.kind !== 'internal-error';
      else if (event.type === 'task-started') tasks.add(event.task);
      else if (event.type === 'task-finished') outcomes.set(event.task, event.outcome);
      else if (event.type === 'attempt-started' && event.narrowed === true) narrowed.add(event.task);
      else if (event.type === 'test-finished' && started?.shard != null) addFile(files, event);
      else if (event.type === 'run-finished') [durationMs, verdict] = [event.durationMs, event.verdict];
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    damage = `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (started === null) damage ??= 'it holds no run';
  for (const task of outcomes.keys()) tasks.add(task);
  const queueResults = queue.found;
  return { path, started, queueResults, isStopped, tasks, outcomes, narrowed, files, durationMs, verdict, damage };
}

function addFile(files: Map<string, Set<string>>, { task, test }: Extract<RunEvent, { type: 'test-finished' }>): void {
  if (test.id.file === null) return;
  const own = files.get(task) ?? new Set();
  files.set(task, own.add(test.id.file));
}

function rename(event: RunEvent, names: ReadonlyMap<string, string>): RunEvent {
  if (!('task' in event)) return event;
  const name = names.get(event.task);
  return name === undefined ? event : { ...event, task: name };
}

// Paths of logs are relative to the folder of the reports that they belong to.
function relocateLog(event: RunEvent, from: string, to: string): RunEvent {
  if (event.type !== 'attempt-finished' || from === to) return event;
  const moved = (path: string): string => relative(to, join(from, path)).split(sep).join('/');
  const { log, coverage } = event;
  return {
    ...event,
    log: log === null ? null : { ...log, path: moved(log.path) },
    ...(coverage?.path == null ? {} : { coverage: { path: moved(coverage.path) } }),
  };
}
