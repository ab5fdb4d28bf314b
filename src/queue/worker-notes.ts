import type { Redis } from 'ioredis';
import { oneLine } from '../base/text.ts';
import { parseJson } from './parse-json.ts';

/** What a worker says of itself. */
export interface WorkerNote {
  readonly worker: string;
  readonly slots: number;
  readonly running: readonly string[];
  /** Tasks of which it has given a result. */
  readonly done: number;
  /** Those of them that did not pass. */
  readonly failed: number;
  /** Silence after which its tasks are given to others, in milliseconds. */
  readonly leaseMs: number;
  /** Why it has left; `null` = it has not. */
  readonly left: string | null;
}

export interface SeenWorker extends WorkerNote {
  /** Since it was heard of last, in milliseconds. */
  readonly silentMs: number;
  /** Since it said something for the first time, in milliseconds. */
  readonly joinedMs: number;
}

/** Workers as the server knows them. */
export interface WorkerNotes {
  tell(note: WorkerNote): Promise<void>;
  /** Those that came first are first. */
  workers(): Promise<readonly SeenWorker[]>;
}

interface NotePlace {
  readonly redis: Redis;
  readonly base: string;
  readonly ttlMs: number;
}

const longestName = 200;
const mostRunning = 1000;

/** What the workers of a build say of themselves. */
export function workerNotes({ redis, base, ttlMs }: NotePlace): WorkerNotes {
  const key = `${base}:workers`;
  // Clocks of machines differ; the server's is one.
  const now = async (): Promise<number> => {
    const [seconds, micros] = await redis.time();
    return Number(seconds) * 1000 + Math.floor(Number(micros) / 1000);
  };
  let since: number | null = null;
  return {
    async tell(note) {
      const at = await now();
      since ??= at;
      await redis.hset(key, note.worker, JSON.stringify({ ...note, since, at }));
      await redis.pexpire(key, ttlMs);
    },
    async workers() {
      const [all, at] = [await redis.hgetall(key), await now()];
      return Object.values(all)
        .flatMap((text) => readNote(text, at))
        .toSorted((a, b) => b.joinedMs - a.joinedMs || (a.worker < b.worker ? -1 : 1));
    },
  };
}

/** Anybody who reaches the server may have written it. */
function readNote(text: string, now: number): readonly SeenWorker[] {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return [];
  const of = (key: string): unknown => Reflect.get(value, key);
  const number = (key: string): number => {
    const found = of(key);
    return typeof found === 'number' && found >= 0 && found <= Number.MAX_SAFE_INTEGER ? found : 0;
  };
  const name = (found: unknown): string => oneLine(String(found)).slice(0, longestName);
  const [worker, running, left] = ['worker', 'running', 'left'].map(of);
  if (typeof worker !== 'string' || !Array.isArray(running)) return [];
  return [
    {
      worker: name(worker),
      slots: number('slots'),
      running: running.slice(0, mostRunning).map(name),
      done: number('done'),
      failed: number('failed'),
      leaseMs: number('leaseMs'),
      left: typeof left === 'string' ? name(left) : null,
      silentMs: Math.max(0, now - number('at')),
      joinedMs: Math.max(0, now - number('since')),
    },
  ];
}
