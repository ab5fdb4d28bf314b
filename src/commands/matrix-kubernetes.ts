import { basename } from 'node:path';
import { UsageError } from '../errors.ts';
import type { ShardedPlan } from '../categories/sharding.ts';
import { configDigest, maxShards } from './choose-shard.ts';
import type { CommandContext } from './context.ts';
import { kubernetesJob } from './kubernetes-job.ts';
import type { QueueWork, ShardWork } from './kubernetes-job.ts';
import type { MatrixFlags } from './options.ts';
import { planFileText } from './plan-file.ts';
import type { Prepared } from './prepared.ts';
import { namedBuild } from './queue-flags.ts';

/** As many pods as there may be shards. */
export const kubernetesLimit = { limit: maxShards, why: `the limit of ${maxShards}` };

/** Names of Kubernetes are labels of DNS, 63 characters at most; pods put their index behind that of their Job. */
const label = { pattern: /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/, most: 52 };

/**
 * Refuses the options of `--kubernetes` without it, and it without an image or with names that Kubernetes would not take.
 * @throws UsageError
 */
export function checkKubernetesFlags({ kubernetes, image, job, claim, queue }: MatrixFlags): void {
  const named = { '--image': image, '--job': job, '--claim': claim, '--queue': queue };
  if (kubernetes !== true) {
    const idle = Object.entries(named).find(([, value]) => value !== undefined);
    if (idle !== undefined) throw new UsageError(`${idle[0]} is for --kubernetes`, 'add --kubernetes, or leave it out');
    return;
  }
  if (image === undefined) {
    const hint = 'write --image <reference>: one with the workspace as its working directory, and runner';
    throw new UsageError('--kubernetes has to know the image that tests run in', hint);
  }
  if (!/^[^\s\p{Cc}]+$/u.test(image)) {
    throw new UsageError(
      `--image ${JSON.stringify(image)} is no reference`,
      'write it as docker pull takes it, without spaces',
    );
  }
  for (const [option, name] of [['--job', job] as const, ['--claim', claim] as const]) {
    if (name === undefined || (label.pattern.test(name) && name.length <= label.most)) continue;
    const hint = `write lower-case letters, digits and hyphens, ${label.most} characters at most`;
    throw new UsageError(`${option} ${name} is no name that Kubernetes takes`, hint);
  }
}

/** The manifests of a Job whose pods run the shards of a plan, or share a queue. @throws UsageError when the plan is too large for them */
export function printKubernetes(
  sharded: ShardedPlan,
  {
    prepared,
    flags,
    context,
  }: { readonly prepared: Prepared; readonly flags: MatrixFlags; readonly context: CommandContext },
): string {
  const { loaded, config } = prepared;
  const { shards } = sharded;
  const { teardownMs, graceMs } = config.settings;
  const name = flags.job ?? `runner-${sharded.id}`;
  const shared = flags.queue === undefined ? null : sharedWork(flags, name);
  return kubernetesJob({
    name,
    image: flags.image ?? '',
    claim: flags.claim ?? 'runner-reports',
    // Those at the end may be without work; one in between passes, having said so.
    pods: shards.findLastIndex(({ work }) => work.length > 0) + 1,
    work: shared ?? shardWork(sharded, prepared),
    args: [...(shared === null ? [] : queueArguments(shared, { prepared, flags })), ...argumentsOf(flags, context)],
    secrets: loaded.environment.secrets,
    graceSeconds: Math.ceil((teardownMs + graceMs) / 1000) + reportSeconds,
  });
}

function shardWork(sharded: ShardedPlan, { loaded, selection, facts }: Prepared): ShardWork {
  const plan = planFileText({
    ...{ ...sharded, request: selection.request, config: configDigest(loaded.config) },
    ...(facts.changes === undefined ? {} : { changes: facts.changes }),
  });
  return { kind: 'shards', total: sharded.shards.length, plan };
}

/** Each pod makes the plan of the same selection; a Job has a name of its own, and so has its build. */
function sharedWork(flags: MatrixFlags, name: string): QueueWork {
  const { address, build } = namedBuild({ ...flags, build: flags.build ?? name });
  const isSecret = address.username !== null || address.password !== null;
  return { kind: 'queue', build, url: isSecret ? null : (flags.queue ?? null) };
}

function queueArguments(
  { build }: QueueWork,
  { prepared, flags }: { readonly prepared: Prepared; readonly flags: MatrixFlags },
): readonly string[] {
  return [
    `--build=${build}`,
    ...(flags.lease === undefined ? [] : [`--lease=${flags.lease}`]),
    `--env=${prepared.plan.environment}`,
    ...prepared.plan.selection.filter((word) => !word.startsWith('--env=')),
  ];
}

/** For reports, after everything has been stopped. */
const reportSeconds = 30;

/** What the pods have to be told again: where the config is and what overrides it, what is permitted, and what the frameworks are told. */
function argumentsOf(
  { config, set, allow, allowProd, workers }: MatrixFlags,
  { switches, extraArgs }: CommandContext,
): readonly string[] {
  return [
    ...(config === undefined ? [] : ['--config', basename(config)]),
    ...(set ?? []).flatMap((assignment) => ['--set', assignment]),
    ...(allow === undefined ? [] : ['--allow', allow]),
    ...(allowProd === true ? ['--allow-prod'] : []),
    ...(workers === undefined ? [] : ['--workers', workers]),
    ...switches.map((name) => `--${name}`),
    // Last, since all that follows is for the frameworks.
    ...(extraArgs.length === 0 ? [] : ['--', ...extraArgs]),
  ];
}
