import type { Io } from '../../ports.ts';
import { parseInspect } from './containers.ts';
import type { RunDocker } from './engine.ts';
import { describeEnd, judgeContainers } from './judge-containers.ts';

export interface WatchOptions {
  readonly run: RunDocker;
  readonly clock: Pick<Io, 'sleep'>;
  /** Time between two looks at the containers' own health; `null` = only their end is noticed. */
  readonly watchMs: number | null;
  /** Ends the watch. */
  readonly signal: AbortSignal;
}

const inspectTimeoutMs = 20_000;
/** Longer than any run. */
const waitTimeoutMs = 2 ** 31 - 1;
const pauseMs = 1000;
/** A daemon that is being restarted may be silent for a while. */
const maxSilences = 5;

/** Resolves with what happened as soon as one of the containers ends or turns unhealthy, or docker cannot be asked any more; `was let go` at the end of the watch. */
export async function watchContainers(ids: readonly string[], options: WatchOptions): Promise<string> {
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const health = options.watchMs === null ? [] : [watchHealth(ids, options.watchMs, { ...options, signal })];
  const how = await Promise.race([...ids.map((id) => watchEnd(id, { ...options, signal })), ...health]);
  over.abort();
  return how;
}

/** `docker wait` costs nothing while it waits, and returns in the moment in which the container ends. */
async function watchEnd(id: string, { run, clock, signal }: WatchOptions): Promise<string> {
  for (let silences = 0; !signal.aborted && silences < maxSilences; silences += 1) {
    const waited = await run(['docker', 'wait', id], waitTimeoutMs, signal);
    // A container that docker restarts by itself has ended all the same: what it knew is lost, its port may be another.
    if (waited.kind === 'ok') return describeEnd(Number(waited.stdout.trim()));
    if (/no such container/i.test(waited.stderr)) return 'was removed';
    await clock.sleep(pauseMs, signal);
  }
  return signal.aborted ? 'was let go' : 'cannot be watched any more: docker does not answer';
}

async function watchHealth(ids: readonly string[], watchMs: number, options: WatchOptions): Promise<string> {
  const { run, clock, signal } = options;
  while (!signal.aborted) {
    await clock.sleep(watchMs, signal);
    const result = await run(['docker', 'inspect', '--type', 'container', ...ids], inspectTimeoutMs, signal);
    const containers = result.kind === 'ok' ? (parseInspect(result.stdout) ?? []) : [];
    if (containers.length > 0 && containers.every(({ health }) => health === null)) break;
    const judgement = judgeContainers(containers, false);
    if (judgement.kind === 'over' && judgement.isUnhealthy) return judgement.problem;
  }
  // Nothing to see here: the end of the containers decides.
  return new Promise((resolve) => {
    if (signal.aborted) resolve('was let go');
    signal.addEventListener('abort', () => resolve('was let go'), { once: true });
  });
}
