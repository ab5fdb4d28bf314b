import { relative, sep } from 'node:path';
import type { LogFacts } from '../model/event.ts';
import type { Child, LeaseWatch, ServiceFailure } from '../ports.ts';
import type { Attempt } from './next-attempt.ts';
import type { TaskContext } from './task-context.ts';
import { watchChild } from './watch-child.ts';
import type { Ending } from './watch-child.ts';

/** A process that is no more. */
export interface EndedChild {
  readonly ending: Ending;
  readonly leaked: readonly string[];
  readonly log: LogFacts | null;
  /** The service that died under it, so that neither its failures nor its passes say anything. */
  readonly failure: ServiceFailure | null;
}

/** Waits for the process, ends it where that is due, and makes sure that nothing of it is left. */
export async function endChild(
  child: Child,
  attempt: Attempt,
  context: TaskContext & { readonly watch: LeaseWatch },
): Promise<EndedChild> {
  const { task, tools, stop, watch } = context;
  const { kill } = tools.signals;
  const { graceMs } = tools.settings;
  const onSlow = (elapsedMs: number): void => tools.emit({ type: 'task-slow', task: task.id, elapsedMs });
  // A second death is the end of the task: what its process still has to tell is worth waiting for.
  const lost = attempt.restarted ? never : watch.lost;
  try {
    const ending = await watchChild(child, attempt.task, { io: tools.io, stop, lost, onSlow });
    const before = watch.failure();
    const exited = ending.kind === 'exited';
    if (exited && ending.exit.kind === 'spawn-failed') return { ending, leaked: [], log: null, failure: null };
    if (!exited) await child.end(graceMs, kill);
    const leaked = exited ? await child.sweep(graceMs, kill) : [];
    if (leaked.length > 0) {
      tools.emit({ type: 'warning', message: `${task.id}: ended what it left running: ${leaked.join(', ')}` });
    }
    const log = await child.log();
    // A service that hangs fails its tests long before a regular look at it finds out.
    if (!isClean(ending) && ending.kind !== 'cancelled') await watch.check(stop);
    return {
      ...{ ending, leaked },
      log: { ...log, path: logNameOf(log.path, tools) },
      failure: isClean(ending) ? before : watch.failure(),
    };
  } catch (error) {
    await child.end(graceMs, kill);
    throw error;
  }
}

/** A log's path as events have it: relative to the reports directory. */
export function logNameOf(path: string, { reportsDir }: { readonly reportsDir: string }): string {
  return relative(reportsDir, path).split(sep).join('/');
}

const never = new AbortController().signal;

function isClean(ending: Ending): boolean {
  return (
    ending.kind === 'exited' &&
    ending.exit.kind === 'exited' &&
    ending.exit.exit.kind === 'code' &&
    ending.exit.exit.code === 0
  );
}
