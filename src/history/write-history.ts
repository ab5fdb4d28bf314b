import { setImmediate as nextTurn, setTimeout as after } from 'node:timers/promises';
import { busyTimeoutMs, provideHistory, unusable } from './open.ts';
import type { HistoryPlace, Unusable } from './open.ts';
import { describeProblem, TooSlowError } from './problem.ts';
import type { Stage } from './stage.ts';

export interface WriteOptions {
  /** Time for all of it, milliseconds; waiting for other writers is most of it. */
  readonly budgetMs: number;
}

/**
 * Attaches a history to the stage as `history` and gives it to `work`, in one transaction: all of it is written or nothing. A damaged
 * history is put aside and a new one begun; `told` hears of it. Never rejects for what is wrong with the file, the disk or its other users.
 */
export async function writeHistory(
  stage: Stage,
  place: HistoryPlace,
  {
    budgetMs,
    told,
    work,
  }: WriteOptions & {
    readonly told: (problem: string) => void;
    /** `pause` lets other work go on, and rejects when the time is up. */
    readonly work: (pause: () => Promise<void>) => Promise<void>;
  },
): Promise<Unusable | null> {
  const deadline = performance.now() + budgetMs;
  const pause = async (): Promise<void> => {
    await nextTurn();
    if (performance.now() > deadline) throw new TooSlowError();
  };
  for (let mended = false; ;) {
    try {
      return await attempt(stage, place, () => work(pause));
    } catch (error) {
      if (describeProblem(error)?.kind === 'busy' && performance.now() < deadline) {
        await after(busyTimeoutMs);
        continue;
      }
      const found = unusable(place, error);
      if (!found.setAside || mended) return found;
      told(found.problem);
      mended = true;
    }
  }
}

async function attempt(stage: Stage, place: HistoryPlace, work: () => Promise<void>): Promise<Unusable | null> {
  const problem = provideHistory(place);
  if (problem !== null) return problem;
  const { db } = stage;
  stage.save();
  db.prepare('ATTACH ? AS history').run(place.path);
  let open = false;
  try {
    db.exec(`PRAGMA busy_timeout = ${busyTimeoutMs}; PRAGMA history.synchronous = NORMAL; BEGIN IMMEDIATE`);
    open = true;
    await work();
    db.exec('COMMIT');
    open = false;
    return null;
  } finally {
    if (open) rollBack(stage);
    db.exec('DETACH history');
  }
}

/** SQLite has rolled back by itself when the disk is full. */
function rollBack({ db }: Stage): void {
  try {
    db.exec('ROLLBACK');
  } catch {
    // The error that led here says more.
  }
}
