import { createHash } from 'node:crypto';
import type { RunOrigin } from '../model/event.ts';
import { categoriesOf, totalsOf } from '../results/run-state.ts';
import type { RunState } from '../results/run-state.ts';
import { sumTotals } from '../results/totals.ts';
import { verdictOf } from '../results/verdict.ts';
import type { ProcessData, RunData } from './run-data.ts';

/** What the state of a run does not hold. */
export interface RunExtras {
  readonly origin: RunOrigin | null;
  readonly processes: readonly ProcessData[];
  /** Ids of the runs that it was merged from; itself when it was not. */
  readonly parts: readonly string[];
}

/** What a history keeps of a run; `null` of one that has not started, or in which nothing was to be run. */
export function describeRun(state: RunState, { origin, processes, parts }: RunExtras): RunData | null {
  const { runId, plan, startedAt, lastAt, shard } = state;
  if (runId === null || plan === null || startedAt === null) return null;
  const totals = totalsOf(state);
  if (totals.tests === 0) return null;
  return {
    run: parts.length < 2 ? runId : `${runId}+${digest(parts)}`,
    parts: parts.length < 2 ? [runId] : [...new Set(parts)].sort(),
    project: plan.project,
    environment: plan.environment,
    selection: plan.selection,
    shard: shard === null ? null : `${shard.index}/${shard.total}`,
    slots: plan.slots,
    verdict: state.verdict ?? verdictOf(state),
    startedAt,
    durationMs: state.durationMs ?? (lastAt ?? startedAt) - startedAt,
    totals,
    commit: origin?.commit ?? null,
    branch: origin?.branch ?? null,
    clean: origin?.clean === true,
    machine: origin === null ? null : JSON.stringify(origin.machine),
    leftOut: whyLeftOut(state),
    categories: [...categoriesOf(state)].map(([category, tasks]) => ({
      category,
      totals: sumTotals(tasks.map((task) => task.totals)),
    })),
    processes,
  };
}

/** The same parts make the same run, in whatever order they were merged. */
function digest(parts: readonly string[]): string {
  return createHash('sha256')
    .update([...new Set(parts)].sort().join('\n'))
    .digest('hex')
    .slice(0, 8);
}

/** A run of fewer tests in which most fail is what a person does who mends one. */
const minTests = 10;

/** What shows that the environment was broken rather than tests flaky. */
function whyLeftOut(state: RunState): string | null {
  const service = [...state.services].find(
    ([, { change, lastFailure }]) => change.kind === 'failed' || lastFailure !== undefined,
  );
  if (service !== undefined) return `service ${service[0]} failed`;
  const { passed, failed, errors } = totalsOf(state);
  const ran = passed + failed + errors;
  return ran >= minTests && failed + errors > ran / 2 ? 'more than half of its tests failed' : null;
}
