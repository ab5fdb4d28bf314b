import { labelled } from '../../base/text.ts';
import { exitCodeOf } from '../../errors.ts';
import type { CategoryCoverage, PlannedCoverage } from '../../model/coverage.ts';
import type { Shard } from '../../model/event.ts';
import type { Outcome } from '../../model/outcome.ts';
import { coveragePercent } from '../../results/coverage-judge.ts';
import { categoriesOf, totalsOf } from '../../results/run-state.ts';
import type { RunState, TaskRecord } from '../../results/run-state.ts';
import { sumTotals } from '../../results/totals.ts';
import { verdictOf } from '../../results/verdict.ts';
import { cancelText, outcomeReason, outcomeWord, skipText } from '../describe.ts';
import { mergedCoverage } from '../coverage.ts';
import { coverageText } from '../coverage-lines.ts';
import { outcomeCounts } from '../outcome-counts.ts';
import { amountText, groupNotRun } from '../summary.ts';
import { criticalTasks } from './page-timeline.ts';
import type { Timeline } from './page-timeline.ts';
import type { PageAlert, PageAttempt, PageCategory, PageCoverage, PageRun, PageTask } from './page-data.ts';

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

/** The tasks in the order of the plan. */
export function pageTasks({ state, timeline, rerun, shardOf }: PageRunOptions): readonly PageTask[] {
  const records = [...state.tasks.values()];
  const critical = criticalTasks(records);
  const from = state.startedAt ?? 0;
  return records.map((record) => ({
    ...{ id: record.task.id, category: record.task.category, suite: record.task.suite },
    ...{ framework: record.task.framework, slot: record.slot, slots: record.task.slots },
    durationMs: record.durationMs,
    startedAt: record.startedAt === null ? null : record.startedAt - from,
    ...workerOf(shardOf?.(record.task.id) ?? null),
    files: record.task.files.length,
    outcome: record.outcome?.kind ?? 'unfinished',
    outcomeText: record.outcome === null ? 'no result was recorded' : outcomeText(record.outcome),
    totals: record.totals,
    attempts: attemptsOf(record, timeline, from),
    rerun: record.outcome === null || isBroken(record.outcome) ? rerun([record]) : null,
    critical: critical.has(record.task.id),
  }));
}

function workerOf(shard: Shard | null): Pick<PageTask, 'worker'> {
  return shard === null ? {} : { worker: `${shard.index}/${shard.total}` };
}

function outcomeText(outcome: Outcome): string {
  const reason = outcomeReason(outcome);
  return reason === '' ? outcomeWord(outcome).toLowerCase() : reason;
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

function alertsOf({ state, problems }: PageRunOptions): readonly PageAlert[] {
  const alert = (kind: PageAlert['kind'], text: string, hint: string | null = null): PageAlert => ({
    kind,
    text,
    hint,
  });
  const records = [...state.tasks.values()];
  const unfinished = records.filter(({ outcome }) => outcome === null);
  return [
    ...problems.map((text) => alert('incomplete', text)),
    ...(state.cancelled === null ? [] : [alert('interrupted', `The run was ${cancelText(state.cancelled)}`)]),
    ...(state.verdict === null ? [alert('incomplete', 'The run did not finish: it was ended from outside')] : []),
    ...(unfinished.length === 0
      ? []
      : [alert('incomplete', `${unfinished.length} of ${records.length} tasks have no result`)]),
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

function isBroken(outcome: Outcome): boolean {
  return outcome.kind === 'tests-failed' || outcome.kind === 'cancelled' || isInfrastructure(outcome);
}
