import { guardSuite } from '../base/guard-names.ts';
import { digest } from '../categories/digest.ts';
import { planWork } from '../categories/plan.ts';
import { createSharder } from '../categories/sharding.ts';
import type { Work } from '../categories/work.ts';
import { resolveEnvironmentName } from '../config/environment-name.ts';
import { UsageError } from '../errors.ts';
import type { Config } from '../model/config.ts';
import type { Shard } from '../model/event.ts';
import type { Plan } from '../model/plan.ts';
import type { RunFlags } from './options.ts';
import type { GivenPlan, PlanFile } from './plan-file.ts';

/** More than any CI system starts for one step. */
export const maxShards = 1000;

/** What this machine runs. */
export interface ChosenPlan {
  readonly plan: Plan;
  /** `null` = everything. */
  readonly shard: Shard | null;
}

/**
 * The plan of this machine: of everything, of the shard that `--shard` names, or of one in a plan that was made elsewhere.
 * @throws UsageError when the shard does not exist, or this workspace is not what the given plan was made from
 * @throws NothingSelectedError
 */
export function choosePlan(
  work: Work,
  {
    flags,
    given,
    config,
    how,
  }: {
    readonly flags: RunFlags;
    readonly given: GivenPlan | null;
    readonly config: Config;
    /** What else machines that share a queue have to have in common. */
    readonly how: object;
  },
): ChosenPlan {
  const asked = flags.shard === undefined ? null : parseShard(flags.shard);
  if (given === null && asked === null && flags.queue === undefined) return { plan: planWork(work), shard: null };
  const sharder = createSharder(work);
  if (flags.queue !== undefined && given === null) {
    // What there is to run; how it is cut depends on times that other machines need not know.
    const whole = sharder.cut(1);
    planWork(work);
    return {
      plan: { ...sharder.plan(whole, 1), id: digest({ work: whole.id, config: configDigest(config), ...how }) },
      shard: null,
    };
  }
  if (given === null) {
    const shard = asked ?? { index: 1, total: 1 };
    // A shard may be left empty, but not all of them.
    planWork(work);
    return { plan: sharder.plan(sharder.cut(shard.total), shard.index), shard };
  }
  const shard = shardOf(given, asked);
  if (given.config !== configDigest(config)) {
    throw new UsageError(
      `${given.name} was made with another config: what its categories and suites are has changed since`,
      'use the same commit, --config and --set for the plan and for its shards, or make the plan again',
    );
  }
  refuseOtherFiles(sharder.difference(given.shards), given.name);
  return { plan: sharder.plan(given, shard.index), shard };
}

/** Equal for configs that mean the same tests, run in the same way; services and settings may differ. */
export function configDigest({ suites, categories, layers, modes }: Config): string {
  // How a machine runs an audit, and where it remembers the counts, is its own affair.
  const shared = Object.fromEntries(Object.entries(suites).filter(([name]) => name !== guardSuite));
  return digest({ suites: withoutUnset(shared), categories: withoutUnset(categories), layers, modes });
}

/** Keys that came after the first plans: where nothing is set, a plan of an earlier version is one of the same config. */
const laterKeys: readonly string[] = ['affects', 'guards', 'minCoverage'];

function withoutUnset(named: Readonly<Record<string, object>>): object {
  const isSet = ([key, value]: readonly [string, unknown]): boolean =>
    !laterKeys.includes(key) || !(value === null || value === false || (Array.isArray(value) && value.length === 0));
  return Object.fromEntries(
    Object.entries(named).map(([name, one]) => [name, Object.fromEntries(Object.entries(one).filter(isSet))]),
  );
}

/** The flags that say what to run; a plan says it already. */
const selecting = {
  category: '--category',
  excludeCategory: '--exclude-category',
  excludeEnv: '--exclude-env',
  layer: '--layer',
  mode: '--mode',
  suite: '--suite',
  variant: '--variant',
  service: '--service',
  pattern: '--pattern',
  keyword: '--keyword',
  markers: '--markers',
  file: '--file',
  changed: '--changed',
} as const satisfies Partial<Record<keyof RunFlags, string>>;

/** @throws UsageError when `--plan` comes with options that say what to run, too */
export function refuseSelectionBeside(
  given: PlanFile,
  { files, flags, config }: { readonly files: readonly string[]; readonly flags: RunFlags; readonly config: Config },
): void {
  const named = Object.entries(selecting).find(([name]) => flags[name as keyof typeof selecting] !== undefined)?.[1];
  const extra = named ?? (files.length > 0 ? files[0] : flags.deps ? undefined : '--no-deps');
  const hint = 'leave it out, or make a plan with it: runner plan <selection> --shards <n> --out <file>';
  if (extra !== undefined) throw new UsageError(`--plan says what to run, so ${extra} cannot be given too`, hint);
  if (flags.env === undefined) return;
  const asked = resolveEnvironmentName(flags.env, Object.keys(config.environments));
  if (asked !== given.request.environment) {
    throw new UsageError(`--plan is for environment "${given.request.environment}", not for "${flags.env}"`, hint);
  }
}

function shardOf({ shards, name }: GivenPlan, asked: Shard | null): Shard {
  const total = shards.length;
  if (asked === null && total === 1) return { index: 1, total };
  if (asked === null) throw new UsageError(`${name} has ${total} shards`, `say which one: --shard 1/${total}`);
  if (asked.total === total) return asked;
  throw new UsageError(
    `--shard ${asked.index}/${asked.total}: ${name} has ${total} shards`,
    `write --shard i/${total}`,
  );
}

/** @throws UsageError when the text is no `i/n` with 1 <= i <= n <= 1000 */
function parseShard(text: string): Shard {
  const [, index = 0, total = 0] = (/^(\d{1,4})\/(\d{1,4})$/.exec(text) ?? []).map(Number);
  if (index >= 1 && index <= total && total <= maxShards) return { index, total };
  throw new UsageError(
    `--shard ${text} is not one of several shards`,
    `write number/total, for example --shard 2/5; at most ${maxShards}`,
  );
}

function refuseOtherFiles(
  { gone, added }: { readonly gone: readonly string[]; readonly added: readonly string[] },
  name: string,
): void {
  const named = (names: readonly string[]): string =>
    `${names.slice(0, 3).join(', ')}${names.length > 3 ? ` and ${names.length - 3} more` : ''}`;
  const hint =
    'check out the commit that the plan was made from with all that was built for it, or make the plan again';
  if (gone.length > 0) throw new UsageError(`${name} has tests that are not here: ${named(gone)}`, hint);
  // They would be run by none of the shards.
  if (added.length > 0) throw new UsageError(`${name} does not have tests that are here: ${named(added)}`, hint);
}
