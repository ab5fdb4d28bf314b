import type { EventBody } from '../model/event.ts';
import type { Io, ServiceFailure } from '../ports.ts';
import type { RunningService, StartResult } from './provider.ts';
import type { ServiceUse } from './service-use.ts';

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
    /** Where it was before it died. */
    readonly port: number | null;
    readonly signal: AbortSignal;
    readonly starting: (provider: string) => void;
  }): Promise<StartResult>;
  /** How often it is started again after it died. */
  readonly restarts: number;
  readonly emit: (body: EventBody) => void;
  readonly io: Pick<Io, 'now' | 'sleep'>;
  /** Ends everything at once. */
  readonly kill: AbortSignal;
}

export type State =
  | { readonly kind: 'idle' }
  | Starting
  | Running
  | Down
  /** Never tried again: later requests fail at once with the same problem. */
  | {
      readonly kind: 'broken';
      readonly result: Extract<Obtained, { kind: 'failed' | 'unavailable' }>;
      /** Set when it had been ready. */
      readonly death: ServiceFailure | null;
    }
  | { readonly kind: 'closed' };

/** Has died and is started again for the next who asks. */
export interface Down {
  readonly kind: 'down';
  readonly death: ServiceFailure;
  readonly port: number | null;
}

export interface Running {
  readonly kind: 'running';
  readonly running: RunningService;
  readonly use: ServiceUse;
  /** Aborts when it dies and can be started again. */
  readonly lost: AbortController;
}

export interface Starting {
  readonly kind: 'starting';
  readonly abort: AbortController;
  readonly done: Promise<void>;
}

/** What an owner of a lease holds of one service: the generation that it was given. */
export interface UnitLease {
  readonly generation: number;
  readonly lost: AbortSignal;
}
