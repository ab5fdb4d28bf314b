import type { Unseen } from '../results/outstanding.ts';
import { writeFileAtomic } from '../base/atomic-write.ts';
import { jsonParts } from '../base/json-parts.ts';
import { dayOf, daysBetween } from '../base/calendar.ts';
import { exitCodeOf } from '../errors.ts';
import type { CategoryCoverage } from '../model/coverage.ts';
import type { Outcome, StoppedStage } from '../model/outcome.ts';
import type { Reporter } from '../ports.ts';
import type { Totals } from '../model/test.ts';
import { coveragePercent } from '../results/coverage-judge.ts';
import { createRunRecord } from '../results/run-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import { categoriesOf, totalsOf } from '../results/run-state.ts';
import type { FailedTest, FlakyTest, QuarantinedTest, RunState, TaskRecord } from '../results/run-state.ts';
import { sumTotals } from '../results/totals.ts';
import { verdictOf } from '../results/verdict.ts';
import { mergedCoverage } from './coverage.ts';
import { timestamp } from './junit-suite.ts';
import { outcomeCounts } from './outcome-counts.ts';
import { repetitionsOf } from './repeated.ts';

/** Where `summary.json` is written and what it says of the files beside it. */
export interface JsonReporterOptions {
  readonly path: string;
  /** Name and path, relative to the folder of the summary, of each report of the run, asked at the end. */
  readonly reports: () => Readonly<Record<string, string>>;
  /** Kept by whoever hands out the events, ahead of them; absent = the reporter keeps its own. */
  readonly record?: RunRecord | undefined;
}

const maxFailures = 200;

/** The run in numbers for programs: `summary.json`, written when it is closed. Its format is `schemaVersion` 1. */
export function createJsonReporter(options: JsonReporterOptions): Reporter {
  const record = options.record ?? createRunRecord();
  return {
    onEvent(event) {
      record.apply(event);
    },
    close() {
      const summary = summarise(record.state, options.reports());
      writeFileAtomic(options.path, withNewline(jsonParts(summary)));
      return Promise.resolve();
    },
  };
}

function* withNewline(parts: Iterable<string>): Generator<string> {
  yield* parts;
  yield '\n';
}

// The content of `summary.json`.
function summarise(state: RunState, reports: Readonly<Record<string, string>>): Readonly<Record<string, unknown>> {
  const verdict = state.verdict ?? verdictOf(state);
  const tasks = [...state.tasks.values()];
  const failures = tasks.flatMap((record) =>
    [...record.failures.values()].map((failure) => describeFailure(record, failure)),
  );
  const omitted = tasks.reduce((sum, record) => sum + record.failuresOmitted, 0);
  return {
    schemaVersion: 1,
    runId: state.runId,
    planId: state.planId,
    project: state.plan?.project ?? null,
    environment: state.plan?.environment ?? null,
    shard: state.shard,
    verdict,
    exitCode: exitCodeOf(verdict),
    startedAt: state.startedAt === null ? null : timestamp(state.startedAt),
    endedAt: state.endedAt === null ? null : timestamp(state.endedAt),
    durationMs: state.durationMs,
    cancelled: state.cancelled,
    totals: withAllCounts(totalsOf(state)),
    categories: [...categoriesOf(state)].map(([name, records]) => describeCategory(name, records, state)),
    ...describeLayers(state, tasks),
    tasks: describeTasks(tasks),
    services: Object.fromEntries([...state.services].map(([name, { change }]) => [name, change])),
    failures: failures.slice(0, maxFailures),
    failuresOmitted: omitted + Math.max(0, failures.length - maxFailures),
    flaky: tasks.flatMap((record) => [...record.flaky.values()].map((test) => describeFlaky(record, test))),
    quarantined: tasks.flatMap((record) =>
      [...record.quarantined.values()].map((test) => describeQuarantined(record, test, state)),
    ),
    ...(state.unseen === null ? {} : { rerunOf: describeRerun(state.unseen) }),
    warnings: state.warnings,
    warningsOmitted: state.warningCount - state.warnings.length,
    ...(state.plan?.coverage === undefined ? {} : { coverage: state.plan.coverage }),
    reports: state.plan?.coverage === undefined ? reports : { ...reports, coverage: mergedCoverage },
  };
}

/** What a rerun owes still. */
function describeRerun({ runId, tests, files, examples }: Unseen): object {
  const unseen = examples.map(({ suite, file, test }) => ({
    suite,
    ...(test ?? { file, className: null, name: null }),
  }));
  return { runId, unseenTests: tests, unseenFiles: files, unseen };
}

/** Programs that read it need not know that there may be none. */
function withAllCounts(totals: Totals): Totals {
  return { ...totals, flaky: totals.flaky ?? 0, quarantined: totals.quarantined ?? 0 };
}

function describeCategory(name: string, records: readonly TaskRecord[], { coverage }: RunState): object {
  return {
    name,
    tasks: records.length,
    outcomes: outcomeCounts(records),
    totals: withAllCounts(sumTotals(records.map((record) => record.totals))),
    ...describeCoverage(coverage.get(name)),
  };
}

function describeCoverage(coverage: CategoryCoverage | undefined): object {
  if (coverage === undefined) return {};
  const percent = coveragePercent(coverage);
  return { coverage: { ...coverage, percent: percent === null ? null : Number(percent) } };
}

/** Where each layer that has stages or a budget stopped; `null` = it did not. */
function describeLayers({ plan }: RunState, tasks: readonly TaskRecord[]): object {
  if (plan?.layers === undefined) return {};
  const stopped = tasks.flatMap(({ outcome }) => stageOf(outcome) ?? []);
  const layers = plan.layers.map(({ name, stages, budgetMs }) => ({
    ...{ name, stages, budgetMs },
    stoppedAt: stopped.find(({ layer }) => layer === name) ?? null,
  }));
  return { layers };
}

/** The stage at which a layer stopped before this task. */
function stageOf(outcome: Outcome | null): StoppedStage | null {
  return outcome?.kind === 'skipped' && outcome.because.kind === 'blocked' ? (outcome.because.stage ?? null) : null;
}

function* describeTasks(records: readonly TaskRecord[]): Generator<object> {
  for (const record of records) yield describeTask(record);
}

function describeTask(record: TaskRecord): object {
  return {
    id: record.task.id,
    category: record.task.category,
    suite: record.task.suite,
    framework: record.task.framework,
    role: record.task.role,
    files: record.task.files.length,
    outcome: record.outcome,
    totals: withAllCounts(record.totals),
    notRun: [...record.notRun.values()].reduce((sum, count) => sum + count, 0),
    durationMs: record.durationMs,
    attempts: record.attempts.length,
    ...(record.task.repeat === undefined ? {} : { repetitions: repetitionsOf(record) }),
    log: record.log?.path ?? null,
    leaked: record.attempts.flatMap((attempt) => attempt.leaked),
  };
}

function describeFlaky(record: TaskRecord, test: FlakyTest): object {
  const { id, line, attempt, problems } = test;
  return { task: record.task.id, category: record.task.category, ...id, line, attempt, problems };
}

function describeQuarantined(record: TaskRecord, test: QuarantinedTest, { startedAt }: RunState): object {
  const { id, ...rest } = test;
  const daysLeft = startedAt === null ? null : daysBetween(dayOf(startedAt), test.until);
  return { task: record.task.id, category: record.task.category, ...id, ...rest, daysLeft };
}

function describeFailure(record: TaskRecord, failure: FailedTest): object {
  return {
    task: record.task.id,
    category: record.task.category,
    ...failure.id,
    line: failure.line,
    status: failure.status,
    synthetic: failure.synthetic,
    cutOff: failure.cutOff === true,
    attempt: failure.attempt,
    ...(failure.failedRepetitions === undefined ? {} : { failedRepetitions: failure.failedRepetitions }),
    problems: failure.problems,
    log: record.log?.path ?? null,
  };
}
