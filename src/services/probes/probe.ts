import { describeNetworkError } from './network-error.ts';

/** What one try of a probe found. */
export type ProbeResult =
  | { readonly kind: 'passed'; readonly variables: Readonly<Record<string, string>> }
  /** `absent`: nobody is there at all, in contrast to somebody who is not ready. */
  | { readonly kind: 'not-yet'; readonly problem: string; readonly absent: boolean }
  /** No later try can pass either. */
  | { readonly kind: 'impossible'; readonly problem: string };

/** A probe with everything it needs to be tried again and again. */
export interface PreparedProbe {
  /** What is probed, as the config says it: references are not expanded, so no secret is in it. */
  readonly label: string;
  /** Time of a single try. */
  readonly tryTimeoutMs: number;
  /** Longest pause between two tries. */
  readonly maxDelayMs: number;
  /** Settles soon after `signal` aborts, at the latest; never rejects for what the service does. */
  attempt(signal: AbortSignal): Promise<ProbeResult>;
}

/** Pauses of all probes but those that cost next to nothing end here. */
export const maxDelayMs = 8000;

/** Time of a single try over the network. */
export const tryTimeoutMs = 2000;

/** The probe is satisfied. */
export function passed(variables: Readonly<Record<string, string>> = {}): ProbeResult {
  return { kind: 'passed', variables };
}

/** The service is there but not ready. */
export function notYet(problem: string): ProbeResult {
  return { kind: 'not-yet', problem, absent: false };
}

/** What a failed connection tells about the service. */
export function unreachable(error: unknown): ProbeResult {
  return { kind: 'not-yet', ...describeNetworkError(error) };
}

/** One try over something that must be let go of: settles once, with whatever comes first, abortion included. */
export function oneTry(
  signal: AbortSignal,
  open: (settle: (result: ProbeResult) => void) => { destroy(): void },
  whenAborted: () => string = () => 'no answer in time',
): Promise<ProbeResult> {
  return new Promise((resolve) => {
    let opened: { destroy(): void } | null = null;
    const settle = (result: ProbeResult): void => {
      signal.removeEventListener('abort', onAbort);
      resolve(result);
      opened?.destroy();
    };
    const onAbort = (): void => settle(notYet(whenAborted()));
    if (signal.aborted) {
      onAbort();
      return;
    }
    signal.addEventListener('abort', onAbort);
    try {
      opened = open(settle);
    } catch (error) {
      // Node refuses a request that cannot be sent (a header with a line break) before anything is sent.
      settle({ kind: 'impossible', problem: error instanceof Error ? error.message : String(error) });
    }
  });
}
