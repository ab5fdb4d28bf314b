import { hostname } from 'node:os';
import { isDeepStrictEqual } from 'node:util';
import { createMasker } from '../base/mask.ts';
import { oneLine } from '../base/text.ts';
import { shellCommand } from '../base/shell-quote.ts';
import { awaitedCategories } from '../execution/gates.ts';
import { stoppedStage } from '../execution/schedule-state.ts';
import { InfrastructureError, UsageError } from '../errors.ts';
import type { EventBody, QueueMembership } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Task } from '../model/plan.ts';
import { queueError } from '../queue/connect.ts';
import { openBuildQueue } from '../queue/build-queue.ts';
import type { BuildQueue } from '../queue/build-queue.ts';
import { createReadyTasks } from '../queue/ready-tasks.ts';
import { createTaskPool } from '../queue/task-pool.ts';
import type { TaskPool } from '../queue/task-pool.ts';
import { awaitDocument } from './await-document.ts';
import { readBuildDocument, writeBuildDocument } from './build-document.ts';
import type { BuildDocument } from './build-document.ts';
import { configDigest } from './choose-shard.ts';
import { foreignTask } from './foreign-task.ts';
import { namedBuild } from './queue-flags.ts';
import type { NamedBuild } from './queue-flags.ts';
import { prepareRun } from './prepare.ts';
import type { ReadyRun } from './prepared.ts';
import type { RunInput } from './run.ts';

/** A machine's part in a build, before its run has started. */
export interface JoinedBuild extends NamedBuild {
  /** With the plan of the build, whoever made it. */
  readonly prepared: ReadyRun;
  readonly input: RunInput;
  readonly membership: QueueMembership;
  /** Nothing can be claimed any more. */
  readonly isDrained: boolean;
  openPool(emit: (body: EventBody) => void): TaskPool;
  close(): Promise<void>;
}

/**
 * Connects to the queue and agrees with the other machines on what the build is: the first one's plan counts. A worker has none of its own.
 * @throws UsageError when this machine would run something else, InfrastructureError when the queue cannot be had
 */
export async function joinBuild(input: RunInput): Promise<JoinedBuild> {
  const named = namedBuild(input.flags);
  const own = input.worker === true ? null : await prepareRun(input);
  if (own !== null) refuseBudgets(own.plan);
  const queue = await openBuildQueue(named);
  try {
    const [prepared, agreed] = own === null ? await follow(queue, input, named) : await lead(queue, own, input, named);
    const { plan } = prepared;
    const awaited = awaitedCategories(plan.tasks);
    const ready = createReadyTasks(plan.tasks, awaited);
    if (!(await queue.isFilled())) {
      await queue.add(ready.after(new Map()), { ordered: ready.hasGates });
      await queue.markFilled();
    }
    const worker = `${hostname()}-${process.pid}-${Date.now().toString(36)}`;
    const evicts = await queue.evicts();
    const warning = `the Redis server may throw away tasks when its memory is full (maxmemory-policy ${evicts ?? ''}): set it to noeviction`;
    return {
      ...named,
      prepared: withSecret(
        evicts === null ? prepared : { ...prepared, warnings: [...prepared.warnings, warning] },
        named,
      ),
      input: { ...input, context: { ...input.context, extraArgs: agreed.extraArgs, switches: agreed.switches } },
      membership: { build: named.build, worker },
      isDrained: (await queue.counts()).done >= plan.tasks.length,
      openPool: (emit) =>
        createTaskPool({
          ...{ queue, worker, awaited, emit, tasks: plan.tasks, slots: plan.slots, leaseMs: named.leaseMs },
          blocked: (task, by) => blockedOutcome(plan, task, by),
        }),
      close: () => queue.close(),
    };
  } catch (error) {
    await queue.close();
    if (error instanceof Error && queue.lost.aborted)
      throw new InfrastructureError(`the queue was lost: ${String(queue.lost.reason)}`, 'start this machine again');
    throw queueError(error, named.address) ?? error;
  }
}

/** A budget counts the time of one run; machines that come and go have no such time together. */
function refuseBudgets({ layers = [] }: Plan): void {
  const layer = layers.find(({ budgetMs }) => budgetMs !== null);
  if (layer === undefined) return;
  throw new UsageError(
    `layer ${layer.name} has a budget, which cannot be kept by several machines that share a queue`,
    'choose its categories with --category, or limit each machine with --deadline',
  );
}

async function lead(
  queue: BuildQueue,
  prepared: ReadyRun,
  { context }: RunInput,
  { build }: NamedBuild,
): Promise<[ReadyRun, BuildDocument]> {
  const { extraArgs, switches } = context;
  const { plan, selection } = prepared;
  const { version } = context;
  const config = configDigest(prepared.loaded.config);
  const own = { version, plan, request: selection.request, config, extraArgs, switches };
  const agreed = readBuildDocument(await queue.offer(writeBuildDocument(own)), build);
  refuseOtherVersion(agreed, version, build);
  refuseForeignArgs(agreed, context.extraArgs, build);
  if (agreed.plan.id === plan.id) return [adopt(prepared, agreed, build), agreed];
  throw new UsageError(
    `build ${JSON.stringify(build)} was begun with another plan (${agreed.plan.id}) than the one of this machine (${plan.id})`,
    'give all machines the same commit, config and options, and each attempt of a build an id of its own',
  );
}

async function follow(queue: BuildQueue, input: RunInput, { build }: NamedBuild): Promise<[ReadyRun, BuildDocument]> {
  const agreed = readBuildDocument(await awaitDocument(queue, build, input.signals.cancel), build);
  const { request, config, extraArgs, switches, plan } = agreed;
  refuseOtherVersion(agreed, input.context.version, build);
  refuseForeignArgs(agreed, input.context.extraArgs, build);
  const changes = plan.changes === undefined ? {} : { changes: plan.changes };
  const shards = plan.shards ?? [];
  const given = { id: plan.id, request, config, shards, ...changes, name: `the plan of build ${build}` };
  const context = { ...input.context, extraArgs, switches };
  return [adopt(await prepareRun({ ...input, context, given }), agreed, build), agreed];
}

/** What is known of tasks, and how results are told, changes from version to version. @throws UsageError */
function refuseOtherVersion({ version }: BuildDocument, own: string, build: string): void {
  if (version === own) return;
  throw new UsageError(
    `build ${JSON.stringify(build)} was begun by runner ${oneLine(version)}, and this is ${own}`,
    'use one version of runner on all machines',
  );
}

/**
 * Arguments of frameworks can name any program, and whoever reaches the server could have written these.
 * @throws UsageError unless they were given to this machine too
 */
function refuseForeignArgs({ extraArgs }: BuildDocument, own: readonly string[], build: string): void {
  if (isDeepStrictEqual(extraArgs, own)) return;
  throw new UsageError(
    `build ${JSON.stringify(build)} was begun with other arguments for the frameworks than this machine was given`,
    extraArgs.length === 0
      ? 'leave out what comes after --, or begin a build with it'
      : `read them, and give them to all machines: ${shellCommand(['--', ...extraArgs])}`,
  );
}

/**
 * The tasks are those of whoever was first, whose times and slots may be others; slots are this machine's.
 * @throws UsageError when they are other work than this machine has planned
 */
function adopt(prepared: ReadyRun, { plan }: BuildDocument, build: string): ReadyRun {
  const foreign = foreignTask(plan.tasks, prepared.plan.tasks);
  if (foreign !== null) {
    throw new UsageError(
      `what the queue holds of build ${JSON.stringify(build)} ${foreign}`,
      'use a build id, and a prefix of the keys, that nothing else uses',
    );
  }
  return { ...prepared, plan: { ...plan, slots: prepared.plan.slots }, shard: null };
}

function withSecret(prepared: ReadyRun, { address }: NamedBuild): ReadyRun {
  if (address.password === null) return prepared;
  const masker = createMasker({ ...prepared.secrets, queue: address.password });
  return { ...prepared, masker };
}

function blockedOutcome(plan: Plan, { category }: Task, by: string): Outcome {
  const stage = stoppedStage(plan.layers ?? [], category, by);
  return { kind: 'skipped', because: { kind: 'blocked', by, ...(stage === null ? {} : { stage }) } };
}
