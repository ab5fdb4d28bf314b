import { formatDuration, writeDuration } from '../base/duration.ts';
import { plural } from '../base/text.ts';
import { boundsOf } from '../categories/bounds.ts';
import { createSharder } from '../categories/sharding.ts';
import type { ShardedPlan } from '../categories/sharding.ts';
import type { Work } from '../categories/work.ts';
import { UsageError } from '../errors.ts';
import { forecast } from '../execution/forecast.ts';
import type { Task } from '../model/plan.ts';
import { wholeNumber } from './check-flags.ts';
import { maxShards } from './choose-shard.ts';
import type { PlanFlags } from './options.ts';
import { duration } from './prepare.ts';
import type { Prepared } from './prepared.ts';

/** A plan for several machines, each shard with the time that it is expected to take. */
export interface CutPlan {
  readonly sharded: ShardedPlan;
  readonly warnings: readonly string[];
}

/**
 * Cuts all that was selected into as many shards as `--shards` says, or as few as `--target` allows; `null` when neither is given. At most
 * `limit`, which is `why`.
 * @throws UsageError
 */
export function cutAsAsked(
  { work }: Pick<Prepared, 'work'>,
  { shards, target }: Pick<PlanFlags, 'shards' | 'target'>,
  { limit, why }: { readonly limit: number; readonly why: string },
): CutPlan | null {
  if (shards !== undefined && target !== undefined) {
    throw new UsageError('--shards and --target contradict each other', 'the target decides how many: leave one out');
  }
  if (target !== undefined) return cutForTarget(work, { targetMs: duration('--target', target), limit });
  if (shards === undefined) return null;
  const asked = wholeNumber('--shards', shards);
  if (asked > maxShards) throw new UsageError(`--shards ${asked} is more than ${maxShards}`, 'write a smaller number');
  const cut = createCutter(work)(Math.min(asked, limit));
  const clamped = asked > limit ? [`--shards ${asked} is more than ${why}: made ${limit}`] : [];
  return { sharded: cut.sharded, warnings: [...clamped, ...emptyWarning(cut)] };
}

/** All that was selected as one shard, so that the plan can be run elsewhere. */
export function cutIntoOne({ work }: Pick<Prepared, 'work'>): ShardedPlan {
  return createCutter(work)(1).sharded;
}

interface Cut {
  readonly sharded: ShardedPlan;
  readonly slowest: { readonly ms: number; readonly tasks: readonly Task[] };
  /** Some of it was never measured. */
  readonly unknown: boolean;
  /** Shards with work. */
  readonly filled: number;
}

type Cutter = (total: number) => Cut;

function createCutter(work: Work): Cutter {
  const sharder = createSharder(work);
  const { slots } = work.input.facts;
  return (total) => {
    const cut = sharder.cut(total);
    let slowest: Cut['slowest'] = { ms: 0, tasks: [] };
    let unknown = false;
    const shards = cut.shards.map((shard) => {
      const tasks = sharder.tasks(cut, shard.index);
      const ms = forecast({ tasks, slots });
      if (ms !== null && ms > slowest.ms) slowest = { ms, tasks };
      unknown ||= ms === null;
      return ms === null ? shard : { ...shard, expectedMs: Math.round(ms) };
    });
    const filled = shards.filter(({ work: own }) => own.length > 0).length;
    return { sharded: { id: cut.id, shards }, slowest, unknown, filled };
  };
}

function emptyWarning({ sharded, filled }: Cut): readonly string[] {
  const empty = sharded.shards.length - filled;
  if (empty === 0) return [];
  return [
    `${empty} of ${plural(sharded.shards.length, 'shard')} ${empty === 1 ? 'is' : 'are'} empty: there is no more that can be cut`,
  ];
}

/** The slowest shard may take so much longer than with as many shards as there can be. */
const worthwhile = 1.05;

/** The fewest shards that take no longer than the target; where none do, the fewest beyond which little is gained. */
function cutForTarget(work: Work, { targetMs, limit }: { readonly targetMs: number; readonly limit: number }): CutPlan {
  const cutter = createCutter(work);
  const whole = cutter(1);
  if (whole.unknown) {
    const warning = '--target needs to know how long tests take, and some were never measured: made one shard';
    return { sharded: whole.sharded, warnings: [warning] };
  }
  const most = Math.max(1, cutter(limit).filled);
  const finest = cutter(most);
  const reachable = finest.slowest.ms <= targetMs;
  const goal = reachable ? targetMs : finest.slowest.ms * worthwhile;
  let [low, high, found] = [1, most, finest];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const cut = cutter(middle);
    if (cut.slowest.ms <= goal) [high, found] = [middle, cut];
    else low = middle + 1;
  }
  return { sharded: found.sharded, warnings: reachable ? [] : [whyNotSooner(found, finest, { work, targetMs })] };
}

/** What sets the floor is what the slowest shard has to run when there are as many as there can be. */
function whyNotSooner(
  found: Cut,
  finest: Cut,
  { work, targetMs }: { readonly work: Work; readonly targetMs: number },
): string {
  const { tasks } = finest.slowest;
  const bounds = boundsOf({ tasks, slots: work.input.facts.slots }, work.context);
  const waited = [...new Set(tasks.flatMap(({ dependsOn }) => dependsOn))];
  const reasons = [
    ...(bounds === null ? [] : [`${bounds.longest.name} alone takes ${formatDuration(bounds.longest.ms)}`]),
    ...(waited.length === 0 ? [] : [`each shard with what waits for ${waited.join(', ')} runs that too`]),
  ];
  const shards = plural(found.sharded.shards.length, 'shard');
  const took = `the slowest of ${shards} takes about ${formatDuration(found.slowest.ms)}`;
  return `--target ${writeDuration(targetMs)} cannot be met: ${took}, and more of them change little: ${reasons.join('; ')}`;
}
