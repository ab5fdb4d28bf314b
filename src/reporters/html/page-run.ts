import { exitCodeOf } from '../../errors.ts';
import type { CategoryCoverage, PlannedCoverage } from '../../model/coverage.ts';
import type { Shard } from '../../model/event.ts';
import type { Task } from '../../model/plan.ts';
import { coveragePercent } from '../../results/coverage-judge.ts';
import { categoriesOf, totalsOf } from '../../results/run-state.ts';
import type { RunState, TaskRecord } from '../../results/run-state.ts';
import { sumTotals } from '../../results/totals.ts';
import { verdictOf } from '../../results/verdict.ts';
import { alertsOf, isBroken, outcomeText } from '../alerts.ts';
import { skipText } from '../describe.ts';
import { mergedCoverage } from '../coverage.ts';
import { coverageText } from '../coverage-lines.ts';
import { outcomeCounts } from '../outcome-counts.ts';
import { criticalTasks } from './page-timeline.ts';
import type { Timeline } from './page-timeline.ts';
import type { PageAttempt, PageCategory, PageCoverage, PageRun, PageTask } from './page-data.ts';

export interface PageRunOptions {
  readonly state: RunState;
  readonly timeline: Timeline;
  /** What is known to be missing or damaged from elsewhere: shards of a merge. */
  readonly problems: readonly string[];
  readonly links: PageRun['links'];
  /** The shard that a task ran in, where the run as a whole is not one. */
  readonly shardOf?: ((task: string) => Shard | null) | undefined;
  /** The command that runs tasks again; `null` = not known. */
  readonly rerun: (tasks: readonly TaskRecord[]) => string | null;
}

/** The run as a whole, what is wrong with it first. */
export function pageRun(options: PageRunOptions): PageRun {
  const { state, links } = options;
  const { runId, plan, shard, startedAt, lastAt, durationMs, warnings, warningCount } = state;
  const verdict = state.verdict ?? verdictOf(state);
  const broken = [...state.tasks.values()].filter(({ outcome }) => outcome === null || isBroken(outcome));
  return {
    runId: runId ?? '',
    project: plan?.project ?? '',
    environment: plan?.environment ?? '',
    shard: shard === null ? null : `${shard.index}/${shard.total}`,
    ...{ verdict, exitCode: exitCodeOf(verdict), startedAt: startedAt ?? 0 },
    durationMs: durationMs ?? (lastAt ?? 0) - (startedAt ?? 0),
    slots: plan?.slots ?? 0,
    totals: totalsOf(state),
    categories: pageCategories(state),
    alerts: alertsOf(options),
    ...{ warnings, warningsOmitted: warningCount - warnings.length },
    rerun: broken.length === 0 ? null : options.rerun(broken),
    ...(plan?.coverage === undefined ? { links } : coverageFacts(plan.coverage, links)),
  };
}

/** The tasks in the order of the plan, each made when it is asked for. */
export function* pageTasks(options: PageRunOptions): Generator<PageTask> {
  const critical = criticalTasks([...options.state.tasks.values()]);
  for (const record of options.state.tasks.values()) yield pageTask(record, critical.has(record.task.id), options);
}

function pageTask(
  record: TaskRecord,
  critical: boolean,
  { state, timeline, rerun, shardOf }: PageRunOptions,
): PageTask {
  const { task, outcome } = record;
  const from = state.startedAt ?? 0;
  return {
    ...{ id: task.id, category: task.category, suite: task.suite },
    ...{ framework: task.framework, slot: record.slot, slots: task.slots },
    durationMs: record.durationMs,
    startedAt: record.startedAt === null ? null : record.startedAt - from,
    ...workerOf(task, shardOf?.(task.id) ?? null),
    files: task.files.length,
    outcome: outcome?.kind ?? 'unfinished',
    outcomeText: outcome === null ? 'no result was recorded' : outcomeText(outcome),
    totals: record.totals,
    attempts: attemptsOf(record, timeline, from),
    rerun: outcome === null || isBroken(outcome) ? rerun([record]) : null,
    critical,
  };
}

function workerOf({ worker }: Task, shard: Shard | null): Pick<PageTask, 'worker'> {
  if (worker !== undefined) return { worker };
  return shard === null ? {} : { worker: `${shard.index}/${shard.total}` };
}

function attemptsOf({ task, attempts }: TaskRecord, timeline: Timeline, from: number): readonly PageAttempt[] {
  return attempts.map(({ attempt, cause, outcome, durationMs, log, leaked }) => {
    const start = timeline.startOf(task.id, attempt);
    return {
      ...{ number: attempt, cause, durationMs, leaked },
      startedAt: start === null ? 0 : start.at - from,
      slot: start?.slot ?? null,
      outcome: outcome.kind,
      tail: log?.tail ?? null,
      log: log?.path ?? null,
      truncated: log?.truncated === true,
    };
  });
}

function pageCategories(state: RunState): readonly PageCategory[] {
  return [...categoriesOf(state)].map(([name, records]) => {
    const planned = state.plan?.categories.find((category) => category.name === name);
    const skip = planned?.skip ?? null;
    return {
      ...{ name, role: planned?.role ?? 'chosen', tasks: records.length },
      totals: sumTotals(records.map(({ totals }) => totals)),
      outcomes: outcomeCounts(records),
      skip: skip === null ? null : skipText(skip),
      ...coverageOf(state.coverage.get(name)),
    };
  });
}

function coverageOf(coverage: CategoryCoverage | undefined): { readonly coverage?: PageCoverage } {
  if (coverage === undefined) return {};
  const percent = coveragePercent(coverage);
  const short = coverage.lost > 0 || (coverage.minimum !== undefined && Number(percent ?? 0) < coverage.minimum);
  return { coverage: { percent, text: coverageText(coverage), short } };
}

function coverageFacts(
  { without }: PlannedCoverage,
  links: PageRun['links'],
): Pick<PageRun, 'links' | 'withoutCoverage'> {
  return {
    links: [...links, { name: mergedCoverage, path: mergedCoverage }],
    withoutCoverage: without.map(({ suite, framework }) => `${suite} (${framework})`),
  };
}
