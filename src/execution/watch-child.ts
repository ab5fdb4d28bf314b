import type { CancelReason } from '../model/outcome.ts';
import type { Task } from '../model/plan.ts';
import type { Child, ChildExit, Io } from '../ports.ts';
import { cancelReasonOf, whenAborted } from './cancel-reason.ts';

/** What happened first: the process ended, its time was up, its service died, or it has to stop. */
export type Ending =
  | { readonly kind: 'exited'; readonly exit: ChildExit }
  | { readonly kind: 'timed-out' }
  /** A service that it needs has died and will be started again, so that it can only fail. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'cancelled'; readonly reason: CancelReason };

/** Waits for the first reason to call an attempt over, telling every `slowAfterMs` that it is slow. Ends nothing. */
export async function watchChild(
  child: Child,
  task: Pick<Task, 'timeoutMs' | 'slowAfterMs'>,
  options: {
    readonly io: Io;
    readonly stop: AbortSignal;
    /** Aborts when its service has died in vain. */
    readonly lost: AbortSignal;
    readonly onSlow: (elapsedMs: number) => void;
  },
): Promise<Ending> {
  const { io, stop, lost } = options;
  const over = new AbortController();
  try {
    void tellSlow(task.slowAfterMs, over.signal, options);
    return await Promise.race([
      child.exited.then((exit): Ending => ({ kind: 'exited', exit })),
      io.sleep(task.timeoutMs, over.signal).then((): Ending => ({ kind: 'timed-out' })),
      whenAborted(lost, over.signal).then((): Ending => ({ kind: 'lost' })),
      whenAborted(stop, over.signal).then((): Ending => ({ kind: 'cancelled', reason: cancelReasonOf(stop) })),
    ]);
  } finally {
    // Without a reason an exception is made for each, with its stack.
    over.abort(null);
  }
}

async function tellSlow(
  everyMs: number,
  over: AbortSignal,
  { io, onSlow }: { readonly io: Io; readonly onSlow: (elapsedMs: number) => void },
): Promise<void> {
  if (everyMs <= 0) return;
  for (let times = 1; ; times += 1) {
    await io.sleep(everyMs, over);
    if (over.aborted) return;
    onSlow(times * everyMs);
  }
}
