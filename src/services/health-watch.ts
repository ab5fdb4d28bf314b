import type { Probe } from '../model/config.ts';
import type { Io } from '../ports.ts';
import type { PreparedProbe, ProbeResult } from './probes/probe.ts';

/** A probe that is repeated while its service is in use. */
export interface WatchedProbe {
  readonly probe: PreparedProbe;
  /** Pause between two tries. */
  readonly everyMs: number;
}

interface WatchOptions {
  readonly clock: Pick<Io, 'sleep'>;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

/** One failure may be a moment of heavy load; so many in a row are not. */
const failuresOfTheDead = 3;
/** Pause between the tries of a check that somebody waits for. */
const checkDelayMs = 250;

/** Those of a service's probes that are repeated: over the network at `watchMs`, commands that have an interval, never logs, whose line was written once. */
export function watchedProbes(
  probes: readonly Probe[],
  prepared: readonly PreparedProbe[],
  watchMs: number | null,
): readonly WatchedProbe[] {
  return probes.flatMap((written, index): readonly WatchedProbe[] => {
    const probe = prepared[index];
    const everyMs = pauseOf(written, watchMs);
    return probe === undefined || everyMs === null ? [] : [{ probe, everyMs }];
  });
}

/** Resolves with what is wrong when one probe failed three times in a row, or with `null` when `signal` aborts. */
export async function watchHealth(watched: readonly WatchedProbe[], options: WatchOptions): Promise<string | null> {
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const problem = await Promise.race(
    watched.map(({ probe, everyMs }) => watchOne(probe, everyMs, { clock: options.clock, signal })),
  );
  over.abort();
  return problem;
}

/** Looks at once, and again only at what fails: resolves with what is wrong, or with `null` when every probe passed. */
export async function checkHealth(watched: readonly WatchedProbe[], options: WatchOptions): Promise<string | null> {
  const problems = await Promise.all(watched.map(({ probe }) => checkOne(probe, options)));
  return problems.find((problem) => problem !== null) ?? null;
}

function pauseOf(probe: Probe, watchMs: number | null): number | null {
  switch (probe.kind) {
    case 'http':
    case 'tcp':
    case 'websocket':
      return watchMs;
    case 'command':
      return probe.intervalMs ?? null;
    case 'log':
      return null;
  }
}

async function watchOne(
  probe: PreparedProbe,
  everyMs: number,
  { clock, signal }: WatchOptions,
): Promise<string | null> {
  const isOver = (): boolean => signal.aborted;
  for (let failures = 0; ;) {
    await clock.sleep(everyMs, signal);
    const problem = isOver() ? null : await tryOnce(probe, { clock, signal });
    if (isOver()) return null;
    failures = problem === null ? 0 : failures + 1;
    if (problem !== null && failures === failuresOfTheDead) return describe(probe, problem);
  }
}

async function checkOne(probe: PreparedProbe, { clock, signal }: WatchOptions): Promise<string | null> {
  for (let failures = 1; ; failures += 1) {
    const problem = await tryOnce(probe, { clock, signal });
    if (problem === null || signal.aborted) return null;
    if (failures === failuresOfTheDead) return describe(probe, problem);
    await clock.sleep(checkDelayMs, signal);
  }
}

async function tryOnce(probe: PreparedProbe, { clock, signal }: WatchOptions): Promise<string | null> {
  const limit = new AbortController();
  const either = AbortSignal.any([signal, limit.signal]);
  void clock.sleep(probe.tryTimeoutMs, either).then(() => limit.abort());
  const result = await probe
    .attempt(either)
    .catch((error: unknown): ProbeResult => ({ kind: 'impossible', problem: String(error) }));
  limit.abort();
  return result.kind === 'passed' ? null : result.problem;
}

function describe(probe: PreparedProbe, problem: string): string {
  return `is not healthy any more: ${probe.label}: ${problem} (${failuresOfTheDead} times in a row)`;
}
