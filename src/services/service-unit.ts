import type { ServiceChange } from '../model/event.ts';
import type { ServiceAddress, ServiceFailure } from '../ports.ts';
import type { RunningService, StartResult } from './provider.ts';
import { redactUrl } from './redact.ts';
import { restartDelayMs } from './restart-delay.ts';
import { createServiceUse } from './service-use.ts';
import { settledOrAborted } from './settled-or-aborted.ts';
import type { Down, Obtained, Running, Starting, State, UnitLease, UnitOptions } from './unit-state.ts';

/**
 * One service of a run: started once for all who ask, remembered when it failed, watched while in use, started again a few times when it
 * died, stopped once.
 */
export class ServiceUnit {
  readonly #options: UnitOptions;
  #state: State = { kind: 'idle' };
  #generation = 0;
  #waiting = 0;
  #restarts = 0;
  readonly #deaths = new Map<number, ServiceFailure>();
  #isClosed = false;
  #cleanUp: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | null = null;

  constructor(options: UnitOptions) {
    this.#options = options;
  }

  get name(): string {
    return this.#options.name;
  }

  /** Starts it unless it runs; who asks while it starts waits with the others. The start ends when all who wait have given up. */
  async obtain(signal: AbortSignal): Promise<Obtained> {
    while (!this.#isClosed && !signal.aborted) {
      const isAtRest = this.#state.kind === 'idle' || this.#state.kind === 'down';
      const state = isAtRest ? this.#begin() : this.#state;
      switch (state.kind) {
        case 'running':
          return { kind: 'ready' };
        case 'broken':
          return state.result;
        case 'starting':
          await this.#waitFor(state, signal);
          break;
        case 'idle':
        case 'down':
        case 'closed':
          break;
      }
    }
    return { kind: 'cancelled' };
  }

  /** What is leased of it now; `null` unless it runs. */
  lease(): UnitLease | null {
    return this.#state.kind === 'running' ? { generation: this.#generation, lost: this.#state.lost.signal } : null;
  }

  /** How the given generation died; `null` if it did not. */
  deathOf(generation: number): ServiceFailure | null {
    return this.#deaths.get(generation) ?? null;
  }

  /** Looks at once whether it is healthy; a death is then one like any other. */
  check(signal: AbortSignal): Promise<void> {
    return this.#state.kind === 'running' ? this.#state.use.check(signal) : Promise.resolve();
  }

  /** Gives up what runs: it is as good as dead for a reason outside of it. */
  giveUp(what: string): void {
    if (this.#state.kind === 'running') this.#state.use.giveUp(what);
  }

  /** Set while it runs. */
  get address(): ServiceAddress | null {
    return this.#state.kind === 'running' ? this.#state.running.address : null;
  }

  /** It was started here, or by an earlier run, rather than found outside. */
  get isOurs(): boolean {
    return this.#state.kind === 'running' && this.#state.running.provider !== 'external';
  }

  /** Set while it is down after it died in use. */
  get failure(): ServiceFailure | null {
    return this.#state.kind === 'broken' || this.#state.kind === 'down' ? this.#state.death : null;
  }

  /** Ends a start under way, stops what runs; for good. Idempotent. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  #begin(): State {
    const before = this.#state.kind === 'down' ? this.#state : null;
    // A death has counted already: what was leased before it is not what comes now.
    if (before === null) this.#generation += 1;
    const { io, name } = this.#options;
    const abort = new AbortController();
    const done = (before === null ? Promise.resolve() : this.#pause(abort.signal))
      .then(async () => {
        const startedAt = io.now();
        const result: StartResult = abort.signal.aborted
          ? { kind: 'cancelled' }
          : await this.#options.start({
              generation: this.#generation,
              port: before?.port ?? null,
              signal: abort.signal,
              starting: (provider) => this.#tell({ kind: 'starting', provider }),
            });
        return { result, startedAt };
      })
      // Whoever waits must not be left waiting, whatever went wrong.
      .catch((error: unknown) => ({
        result: { kind: 'failed', problem: `${name}: ${String(error)}` } as const,
        startedAt: io.now(),
      }))
      .then(({ result, startedAt }) => this.#settle(result, { startedAt, before }));
    this.#state = { kind: 'starting', abort, done };
    return this.#state;
  }

  /** What died may have left something that is in the way, and what it died of may pass. */
  async #pause(signal: AbortSignal): Promise<void> {
    await this.#cleanUp;
    await this.#options.io.sleep(restartDelayMs(this.#restarts + 1, Math.random()), signal);
  }

  async #waitFor(start: Starting, signal: AbortSignal): Promise<void> {
    if (start.abort.signal.aborted) return start.done;
    this.#waiting += 1;
    await settledOrAborted(start.done, signal);
    this.#waiting -= 1;
    if (signal.aborted && this.#waiting === 0) start.abort.abort();
  }

  #settle(
    result: StartResult,
    { startedAt, before }: { readonly startedAt: number; readonly before: Down | null },
  ): void {
    if (result.kind === 'cancelled') {
      this.#state = before ?? { kind: 'idle' };
      return;
    }
    if (before !== null) this.#restarts += 1;
    if (result.kind === 'running') {
      this.#use(result.running, startedAt);
      return;
    }
    if (before === null) {
      this.#state = { kind: 'broken', result, death: null };
      this.#tell(result);
      return;
    }
    // Tests have used it, so that it cannot be called absent any more.
    const problem = result.kind === 'failed' ? result.problem : `${result.problem} (${result.remedy})`;
    this.#tell({ kind: 'failed', problem });
    if (this.#goDown(problem, { port: before.port, isOurs: true })) this.#generation += 1;
  }

  #use(running: RunningService, startedAt: number): void {
    const { name, io } = this.#options;
    const use = createServiceUse(running, { name, clock: io, onDeath: (problem) => this.#onDeath(state, problem) });
    const state: Running = { kind: 'running', running, use, lost: new AbortController() };
    this.#state = state;
    const { url } = running.address;
    this.#tell({
      ...{ kind: 'ready', provider: running.provider, url: url === null ? null : redactUrl(url) },
      afterMs: io.now() - startedAt,
      ...(running.savedMs === undefined ? {} : { savedMs: running.savedMs }),
      ...(running.stays === true ? { stays: true } : {}),
    });
  }

  #onDeath(state: Running, problem: string): void {
    const { name, kill } = this.#options;
    if (this.#state !== state) return;
    const { running, lost } = state;
    this.#deaths.set(this.#generation, { service: name, problem });
    // What was leased under the old number is not what a later start would give.
    this.#generation += 1;
    const canReturn = this.#goDown(problem, { port: running.address.port, isOurs: running.provider !== 'external' });
    this.#tell({ kind: 'failed', problem });
    const ended = running.end === undefined ? running.stop(kill) : running.end(kill);
    this.#cleanUp = ended.then((leaked) => this.#warnOf(leaked));
    // `stop` waits for it too, and tells what went wrong.
    this.#cleanUp.catch(() => undefined);
    if (canReturn) lost.abort();
  }

  #warnOf(leaked: readonly string[]): void {
    const { name, emit } = this.#options;
    if (leaked.length === 0) return;
    emit({
      type: 'warning',
      message: `service ${name} left processes behind, which were ended: ${leaked.join(', ')}`,
    });
  }

  /** Whether it will be started again. */
  #goDown(problem: string, { port, isOurs }: { readonly port: number | null; readonly isOurs: boolean }): boolean {
    const death = { service: this.#options.name, problem };
    const canReturn = isOurs && this.#restarts < this.#options.restarts && !this.#isClosed;
    this.#state = canReturn
      ? { kind: 'down', death, port }
      : { kind: 'broken', result: { kind: 'failed', problem }, death };
    return canReturn;
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
      if (this.#state.kind === 'running') this.#state.use.close();
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
