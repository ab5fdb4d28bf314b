import { exitCodes, UsageError } from '../errors.ts';
import type { StopSignals } from '../ports.ts';
import { openBuildQueue } from '../queue/build-queue.ts';
import { queueError } from '../queue/connect.ts';
import { awaitDocument } from './await-document.ts';
import { readBuildDocument } from './build-document.ts';
import { readBuildStatus, statusLines } from './build-status.ts';
import type { CommandContext, CommandResult } from './context.ts';
import type { QueueFlags } from './options.ts';
import { namedBuild } from './queue-flags.ts';

const shortPatienceMs = 10_000;

/** `runner queue status`: how far a build is, and who works on it, now or until it has ended. @throws UsageError, InfrastructureError */
export async function queue(input: {
  readonly action: string;
  readonly flags: QueueFlags;
  readonly context: CommandContext;
  readonly signals: StopSignals;
}): Promise<CommandResult> {
  const { action, flags, context, signals } = input;
  if (action !== 'status') throw new UsageError(`queue ${action} is not known`, 'write runner queue status');
  const named = namedBuild(flags);
  const { build } = named;
  const isFollowed = flags.follow === true;
  const open = await openBuildQueue({ ...named, watch: true, ...(isFollowed ? {} : { patienceMs: shortPatienceMs }) });
  try {
    const text = isFollowed ? await awaitDocument(open, build, signals.cancel) : await open.document();
    if (text === null) {
      const hint = 'a build is forgotten a day after its last sign of life';
      throw new UsageError(`build ${JSON.stringify(build)} is not on this queue`, hint);
    }
    const { plan } = readBuildDocument(text, build);
    const isJson = flags.json === true;
    if (isFollowed) {
      const { followBuild } = await import('./queue-follow.ts');
      return await followBuild({ queue: open, plan, build, isJson, context, signals });
    }
    const status = await readBuildStatus(open, plan, build);
    if (isJson) return { text: JSON.stringify(status, null, 2), exitCode: exitCodes.passed };
    const columns = context.out.isTty ? context.out.columns : Infinity;
    return { text: statusLines(status, { columns, rows: Infinity }).join('\n'), exitCode: exitCodes.passed };
  } catch (error) {
    throw queueError(error, named.address) ?? error;
  } finally {
    await open.close();
  }
}
