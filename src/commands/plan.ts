import { resolve } from 'node:path';
import { writeFileAtomic } from '../base/atomic-write.ts';
import { explain } from '../categories/explain.ts';
import { idleSelectors } from '../categories/membership.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { allFrameworks } from '../frameworks/index.ts';
import type { Plan } from '../model/plan.ts';
import { configDigest, maxShards } from './choose-shard.ts';
import { isNothingLeft, nothingLeft } from './chain.ts';
import type { Chain } from './chain.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { cutAsAsked, cutIntoOne } from './cut-shards.ts';
import type { CutPlan } from './cut-shards.ts';
import { explainServices } from './explain-services.ts';
import type { PlanFlags } from './options.ts';
import { forecastPlan } from './plan-forecast.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepared.ts';
import { preferredEnvironment } from './protection.ts';
import { planJson, renderPlan } from './render-plan.ts';

/**
 * `runner plan`: what would run and why, starting nothing.
 * @throws UsageError, ConfigError, NothingSelectedError
 */
export async function plan(input: {
  readonly files: readonly string[];
  readonly flags: PlanFlags;
  readonly context: CommandContext;
  readonly chain?: Chain;
}): Promise<CommandResult> {
  const { flags, context } = input;
  const prepared = await prepare(input);
  const { loaded, config, selection, facts, masker, shard, work } = prepared;
  const { chain } = prepared;
  if (chain !== null && (flags.out ?? flags.shards ?? flags.target) !== undefined) {
    throw new UsageError(
      'a plan of what an earlier run leaves is for this machine alone',
      'leave out --out, --shards and --target, or --failed',
    );
  }
  if (chain !== null && isNothingLeft(prepared) && flags.json !== true) {
    return { ...nothingLeft(prepared, chain, context.extraArgs), exitCode: exitCodes.passed };
  }
  const cut = cutOf(prepared, flags);
  const plan = cut === null ? prepared.plan : { ...prepared.plan, ...cut.sharded };
  const preferred = preferredEnvironment(config, flags);
  const allow = { services: flags.services, docker: flags.docker, preferred };
  const explanation =
    flags.explain === true
      ? {
          ...explain(plan, { config, selection, facts, traits: allFrameworks }),
          services: explainServices(plan, config, { environment: loaded.environment, allow }),
          forecast: forecastPlan(plan, work),
        }
      : null;
  const warnings = [...prepared.warnings, ...(cut?.warnings ?? []), ...idleSelectors(config, facts.files)];
  const extra = { explanation, warnings, shard };
  const json = (whole: Plan): string =>
    planJson(whole, { ...extra, origin: { request: selection.request, config: configDigest(loaded.config) } });
  const masked = (text: string): string => masker?.text(text) ?? text;
  if (flags.out !== undefined) {
    const whole = plan.shards === undefined ? { ...plan, ...cutIntoOne(prepared) } : plan;
    savePlan(resolve(context.cwd, flags.out), masked(json(whole)));
  }
  const text =
    flags.json === true
      ? json(plan)
      : renderPlan(plan, { ...extra, width: context.out.columns, servicesOff: !flags.services });
  return { text: masked(text.trimEnd()), exitCode: exitCodes.passed };
}

/** @throws UsageError when several machines are asked for, and one of them */
function cutOf(prepared: Prepared, flags: PlanFlags): CutPlan | null {
  const { shards, target, shard, plan, out } = flags;
  const [cuts, takes] = [shards ?? target, shard ?? plan];
  if (cuts !== undefined && takes !== undefined) {
    const [one, other] = [shards === undefined ? '--target' : '--shards', shard === undefined ? '--plan' : '--shard'];
    throw new UsageError(`${one} makes shards and ${other} takes one of them`, 'leave one of the two out');
  }
  if (out !== undefined && takes !== undefined) {
    throw new UsageError(
      '--out writes a whole plan, not that of one shard',
      'leave out --out, or print it with --json',
    );
  }
  return cutAsAsked(prepared, flags, { limit: maxShards, why: `the limit of ${maxShards}` });
}

/** @throws UsageError */
export function savePlan(path: string, text: string): void {
  try {
    writeFileAtomic(path, text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(
      `--out: ${path} cannot be written: ${problem}`,
      'name a file in a folder that you may write to',
    );
  }
}
