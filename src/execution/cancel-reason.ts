import { exitCodes } from '../errors.ts';
import type { CancelReason } from '../model/outcome.ts';

const kinds: ReadonlySet<string> = new Set([
  'signal',
  'fail-fast',
  'max-failures',
  'deadline',
  'internal-error',
  'lease-lost',
  'queue-lost',
  'broken-worker',
] satisfies CancelReason['kind'][]);

/** Why a signal was aborted; an abort without a `CancelReason` counts as SIGINT. */
export function cancelReasonOf(signal: AbortSignal): CancelReason {
  const reason: unknown = signal.reason;
  return isCancelReason(reason) ? reason : { kind: 'signal', signal: 'SIGINT' };
}

/** What a command exits with that the aborted signal has stopped. */
export function stoppedExitCode(signal: AbortSignal): number {
  const reason = cancelReasonOf(signal);
  return reason.kind === 'signal' && reason.signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
}

function isCancelReason(value: unknown): value is CancelReason {
  return (
    typeof value === 'object' &&
    value !== null &&
    'kind' in value &&
    typeof value.kind === 'string' &&
    kinds.has(value.kind)
  );
}

/** Resolves when `signal` aborts; stops listening when `until` does, and then never resolves. */
export function whenAborted(signal: AbortSignal, until: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true, signal: until });
  });
}
