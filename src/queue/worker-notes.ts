import type { Redis } from 'ioredis';
import { parseJson } from './parse-json.ts';

/** What a worker says of itself. */
export interface WorkerNote {
  readonly worker: string;
  readonly slots: number;
  readonly running: readonly string[];
  readonly done: number;
  /** Why it has left; `null` = it has not. */
  readonly left: string | null;
}

export interface SeenWorker extends WorkerNote {
  /** Since it was heard of last, in milliseconds. */
  readonly silentMs: number;
}

/** Workers as the server knows them. */
export interface WorkerNotes {
  tell(note: WorkerNote): Promise<void>;
  workers(): Promise<readonly SeenWorker[]>;
}

interface NotePlace {
  readonly redis: Redis;
  readonly base: string;
  readonly ttlMs: number;
}

/** What the workers of a build say of themselves. */
export function workerNotes({ redis, base, ttlMs }: NotePlace): WorkerNotes {
  const key = `${base}:workers`;
  // Clocks of machines differ; the server's is one.
  const now = async (): Promise<number> => Number((await redis.time())[0]) * 1000;
  return {
    async tell(note) {
      const { worker } = note;
      await redis.hset(key, worker, JSON.stringify({ ...note, at: await now() }));
      await redis.pexpire(key, ttlMs);
    },
    async workers() {
      const [all, at] = [await redis.hgetall(key), await now()];
      return Object.values(all).flatMap((text) => readNote(text, at));
    },
  };
}

function readNote(text: string, now: number): readonly SeenWorker[] {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return [];
  const of = (key: string): unknown => Reflect.get(value, key);
  const [worker, slots, running, done, left, at] = ['worker', 'slots', 'running', 'done', 'left', 'at'].map(of);
  if (typeof worker !== 'string' || !Array.isArray(running)) return [];
  return [
    {
      worker,
      slots: Number(slots),
      running: running.map(String),
      done: Number(done),
      left: typeof left === 'string' ? left : null,
      silentMs: Math.max(0, now - Number(at)),
    },
  ];
}
