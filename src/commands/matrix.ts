import { resolve } from 'node:path';
import { shellCommand } from '../base/shell-quote.ts';
import { exitCodes, NothingSelectedError, UsageError } from '../errors.ts';
import { configDigest } from './choose-shard.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { cutAsAsked } from './cut-shards.ts';
import { describeError } from './describe-error.ts';
import { checkKubernetesFlags, kubernetesLimit, printKubernetes } from './matrix-kubernetes.ts';
import { github, gitlab, json } from './matrix-targets.ts';
import type { MatrixTarget } from './matrix-targets.ts';
import type { MatrixFlags } from './options.ts';
import { savePlan } from './plan.ts';
import { prepare } from './prepare.ts';
import { planJson } from './render-plan.ts';

/**
 * `runner matrix`: the jobs that a CI system is to start, one for each shard with work. When nothing is selected there is still one job, since
 * no CI system takes a matrix without any, and the exit code is 4, as that job's will be.
 * @throws UsageError, ConfigError
 */
export async function matrix(input: {
  readonly files: readonly string[];
  readonly flags: MatrixFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { context } = input;
  // What services run where does not matter here.
  const flags = { ...input.flags, docker: true, services: true, color: false };
  const target = targetOf(input.flags);
  checkKubernetesFlags(flags);
  if (flags.kubernetes !== true && context.extraArgs.length > 0) {
    const words = shellCommand(['--', ...context.extraArgs]);
    throw new UsageError(
      'a matrix cannot tell the frameworks anything: only --kubernetes prints commands',
      `write it where each job runs its shard: runner --plan plan.json --shard <i/n> ${words}`,
    );
  }
  try {
    const prepared = await prepare({ files: input.files, flags, context });
    const cut = cutAsAsked(prepared, flags, target ?? kubernetesLimit);
    if (cut === null)
      throw new UsageError('matrix has to know how many shards to make', 'write --shards 4, or --target 8m');
    const { sharded } = cut;
    const notes = [...prepared.warnings, ...cut.warnings].map((warning) => `warning: ${warning}`);
    const masked = (text: string): string => prepared.masker?.text(text) ?? text;
    if (flags.out !== undefined) {
      const origin = { request: prepared.selection.request, config: configDigest(prepared.loaded.config) };
      const extra = { explanation: null, warnings: cut.warnings, origin };
      savePlan(resolve(context.cwd, flags.out), masked(planJson({ ...prepared.plan, ...sharded }, extra)));
    }
    const shards = sharded.shards.filter(({ work }) => work.length > 0);
    const text =
      target === null
        ? masked(printKubernetes(sharded, { prepared, flags, context }))
        : target.print({ planId: sharded.id, total: sharded.shards.length, shards });
    return { text, exitCode: exitCodes.passed, notes: notes.map(masked) };
  } catch (error) {
    if (!(error instanceof NothingSelectedError)) throw error;
    const { text, exitCode } = describeError(error);
    // A Job, other than a matrix, need not be there.
    return { text: target?.print({ planId: null, total: 1, shards: [] }) ?? '', exitCode, notes: [text] };
  }
}

/** `null` = Kubernetes. */
function targetOf(flags: MatrixFlags): MatrixTarget | null {
  const asked = [
    ...(flags.github === true ? [{ name: '--github', target: github }] : []),
    ...(flags.gitlab === true ? [{ name: '--gitlab', target: gitlab }] : []),
    ...(flags.json === true ? [{ name: '--json', target: json }] : []),
    ...(flags.kubernetes === true ? [{ name: '--kubernetes', target: null }] : []),
  ];
  const [first, second] = asked;
  if (first !== undefined && second !== undefined) {
    throw new UsageError(`${first.name} and ${second.name} contradict each other`, 'leave one of them out');
  }
  return first === undefined ? json : first.target;
}
