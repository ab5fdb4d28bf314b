import { resolve } from 'node:path';
import { writeFileAtomic } from '../base/atomic-write.ts';
import { explain } from '../categories/explain.ts';
import { idleSelectors } from '../categories/membership.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { frameworks } from '../frameworks/index.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { explainServices } from './explain-services.ts';
import type { PlanFlags } from './options.ts';
import { prepare } from './prepare.ts';
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
}): Promise<CommandResult> {
  const { flags, context } = input;
  const { plan, loaded, config, selection, facts, warnings, masker } = await prepare(input);
  const preferred = preferredEnvironment(config, flags);
  const allow = { services: flags.services, docker: flags.docker, preferred };
  const explanation =
    flags.explain === true
      ? {
          ...explain(plan, { config, selection, facts, traits: frameworks }),
          services: explainServices(plan, config, { environment: loaded.environment, allow }),
        }
      : null;
  const extra = { explanation, warnings: [...warnings, ...idleSelectors(config, facts.files)] };
  const masked = (text: string): string => masker?.text(text) ?? text;
  if (flags.out !== undefined) save(resolve(context.cwd, flags.out), masked(planJson(plan, extra)));
  const text =
    flags.json === true
      ? planJson(plan, extra)
      : renderPlan(plan, { ...extra, width: context.out.columns, servicesOff: !flags.services });
  return { text: masked(text.trimEnd()), exitCode: exitCodes.passed };
}

function save(path: string, text: string): void {
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
