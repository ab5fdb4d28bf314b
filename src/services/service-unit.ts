import type { EventBody, ServiceChange } from '../model/event.ts';
import type { Io, ServiceAddress, ServiceFailure } from '../ports.ts';
import type { RunningService, StartResult } from './provider.ts';
import { redactUrl } from './redact.ts';

export type Obtained =
  | { readonly kind: 'ready' }
  | { readonly kind: 'unavailable'; readonly problem: string; readonly remedy: string }
  | { readonly kind: 'failed'; readonly problem: string }
  | { readonly kind: 'cancelled' };

export interface UnitOptions {
  readonly name: string;
  /** Goes through the providers; tells through `starting` which one is tried. */
  start(request: {
    readonly generation: number;
    readonly signal: AbortSignal;
    readonly starting: (provider: string) => void;
  }): Promise<StartResult>;
  readonly emit: (body: EventBody) => void;
  readonly io: Pick<Io, 'now'>;
  /** Ends everything at once. */
  readonly kill: AbortSignal;
}

type State =
  | { readonly kind: 'idle' }
  | Starting
  | { readonly kind: 'running'; readonly running: RunningService }
  /** Never tried again: later requests fail at once with the same problem. */
  | {
      readonly kind: 'broken';
      readonly result: Extract<Obtained, { kind: 'failed' | 'unavailable' }>;
      /** Set when it had been ready. */
      readonly death: ServiceFailure | null;
    }
  | { readonly kind: 'closed' };

interface Starting {
  readonly kind: 'starting';
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** One service of a run: started once for all who ask, remembered when it failed, watched while in use, stopped once. */
export class ServiceUnit {
  readonly #options: UnitOptions;
  #state: State = { kind: 'idle' };
  #generation = 0;
  #waiting = 0;
  #isClosed = false;
  #cleanUp: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | null = null;

  constructor(options: UnitOptions) {
    this.#options = options;
  }

  /** Starts it unless it runs; who asks while it starts waits with the others. The start ends when all who wait have given up. */
  async obtain(signal: AbortSignal): Promise<Obtained> {
    while (!this.#isClosed && !signal.aborted) {
      const state = this.#state.kind === 'idle' ? this.#begin() : this.#state;
      switch (state.kind) {
        case 'running':
          return { kind: 'ready' };
        case 'broken':
          return state.result;
        case 'starting':
          await this.#waitFor(state, signal);
          break;
        case 'idle':
        case 'closed':
          break;
      }
    }
    return { kind: 'cancelled' };
  }

  /** Set while it runs. */
  get address(): ServiceAddress | null {
    return this.#state.kind === 'running' ? this.#state.running.address : null;
  }

  /** Set once it has died while it was in use. */
  get failure(): ServiceFailure | null {
    return this.#state.kind === 'broken' ? this.#state.death : null;
  }

  /** Ends a start under way, stops what runs; for good. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  #begin(): State {
    this.#generation += 1;
    const { io, name } = this.#options;
    const abort = new AbortController();
    const startedAt = io.now();
    const done = this.#options
      .start({
        generation: this.#generation,
        signal: abort.signal,
        starting: (provider) => this.#tell({ kind: 'starting', provider }),
      })
      // Whoever waits must not be left waiting, whatever went wrong.
      .catch((error: unknown): StartResult => ({ kind: 'failed', problem: `${name}: ${String(error)}` }))
      .then((result) => this.#settle(result, startedAt));
    this.#state = { kind: 'starting', abort, done };
    return this.#state;
  }

  async #waitFor(start: Starting, signal: AbortSignal): Promise<void> {
    if (start.abort.signal.aborted) return start.done;
    this.#waiting += 1;
    await settledOrAborted(start.done, signal);
    this.#waiting -= 1;
    if (signal.aborted && this.#waiting === 0) start.abort.abort();
  }

  #settle(result: StartResult, startedAt: number): void {
    switch (result.kind) {
      case 'running': {
        const { running } = result;
        const { url } = running.address;
        this.#state = { kind: 'running', running };
        const afterMs = this.#options.io.now() - startedAt;
        this.#tell({
          ...{ kind: 'ready', provider: running.provider, url: url === null ? null : redactUrl(url), afterMs },
          ...(running.savedMs === undefined ? {} : { savedMs: running.savedMs }),
          ...(running.stays === true ? { stays: true } : {}),
        });
        void running.ended?.then((problem) => this.#onDeath(running, problem));
        break;
      }
      case 'failed':
      case 'unavailable':
        this.#state = { kind: 'broken', result, death: null };
        this.#tell(result);
        break;
      case 'cancelled':
        this.#state = { kind: 'idle' };
    }
  }

  #onDeath(running: RunningService, problem: string): void {
    const { name, emit, kill } = this.#options;
    if (this.#state.kind !== 'running' || this.#state.running !== running) return;
    // What was leased under the old number is not what a later start would give.
    this.#generation += 1;
    this.#state = { kind: 'broken', result: { kind: 'failed', problem }, death: { service: name, problem } };
    this.#tell({ kind: 'failed', problem });
    this.#cleanUp = running.stop(kill).then((leaked) => {
      if (leaked.length === 0) return;
      emit({
        type: 'warning',
        message: `service ${name} left processes behind, which were ended: ${leaked.join(', ')}`,
      });
    });
  }

  async #stop(): Promise<void> {
    const { io, kill } = this.#options;
    this.#isClosed = true;
    if (this.#state.kind === 'starting') {
      this.#state.abort.abort();
      await this.#state.done;
    }
    const running = this.#running();
    if (running !== null) {
      this.#state = { kind: 'closed' };
      if (running.stays === true) await running.stop(kill);
      else await this.#end(running, io.now());
    }
    await this.#cleanUp;
  }

  async #end(running: RunningService, from: number): Promise<void> {
    this.#tell({ kind: 'stopping' });
    const leaked = await running.stop(this.#options.kill);
    this.#tell({ kind: 'stopped', afterMs: this.#options.io.now() - from, leaked });
  }

  #running(): RunningService | null {
    return this.#state.kind === 'running' ? this.#state.running : null;
  }

  #tell(change: ServiceChange): void {
    this.#options.emit({
      type: 'service-changed',
      service: this.#options.name,
      change,
      generation: this.#generation,
    });
  }
}

/** Resolves when the work is done, or as soon as `signal` aborts. */
async function settledOrAborted(done: Promise<void>, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const aborted = new Promise<void>((resolve) => {
    signal.addEventListener('abort', () => resolve(), { once: true, signal: over.signal });
  });
  await Promise.race([done, aborted]);
  over.abort();
}
