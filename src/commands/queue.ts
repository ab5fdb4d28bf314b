import { formatDuration } from '../base/duration.ts';
import { table } from '../base/table.ts';
import { oneLine, plural } from '../base/text.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { openBuildQueue } from '../queue/build-queue.ts';
import type { SeenWorker } from '../queue/worker-notes.ts';
import { readBuildDocument } from './build-document.ts';
import type { CommandContext, CommandResult } from './context.ts';
import type { QueueFlags } from './options.ts';
import { namedBuild } from './queue-flags.ts';

/** `runner queue status`: how far a build is, and who works on it. @throws UsageError, InfrastructureError */
export async function queue(input: {
  readonly action: string;
  readonly flags: QueueFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { action, flags } = input;
  if (action !== 'status') throw new UsageError(`queue ${action} is not known`, 'write runner queue status');
  const named = namedBuild(flags);
  const open = await openBuildQueue({ ...named, watch: true });
  try {
    const text = await open.document();
    if (text === null) {
      const hint = 'a build is forgotten a day after its last sign of life';
      throw new UsageError(`build ${JSON.stringify(named.build)} is not on this queue`, hint);
    }
    const { plan } = readBuildDocument(text, named.build);
    const { done, running, waiting } = await open.counts();
    const workers = await open.workers();
    const total = plan.tasks.length;
    const status = { build: named.build, planId: plan.id, total, done, running, waiting, workers };
    if (flags.json === true) return { text: JSON.stringify(status, null, 2), exitCode: exitCodes.passed };
    const blocked = total - done - running - waiting;
    const parts = [`${done} done`, `${running} running`, `${waiting} waiting`];
    if (blocked > 0) parts.push(`${blocked} waiting for other categories`);
    const head = `Build ${oneLine(named.build)}: ${plural(total, 'task')}, ${parts.join(', ')}`;
    return { text: [head, ...workerLines(workers)].join('\n'), exitCode: exitCodes.passed };
  } finally {
    await open.close();
  }
}

function workerLines(workers: readonly SeenWorker[]): readonly string[] {
  const rows = workers.map(({ worker, slots, done, running, left, silentMs }) => [
    oneLine(worker),
    plural(slots, 'slot'),
    `${done} done`,
    left === null ? `heard of ${formatDuration(silentMs)} ago` : `left: ${oneLine(left)}`,
    running.slice(0, 3).map(oneLine).join(', ') + (running.length > 3 ? ' ...' : ''),
  ]);
  return rows.length === 0 ? ['no machine has joined'] : table(rows);
}
