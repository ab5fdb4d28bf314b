let suspended = 0;

/** Milliseconds that this process has been suspended for so far: nothing that it waits for could go on meanwhile. */
export function suspendedMs(): number {
  return suspended;
}

/** Adds a time for which the process was suspended, in milliseconds. */
export function noteSuspended(ms: number): void {
  suspended += ms;
}

/** A clock in milliseconds that stands still while this process is suspended; only differences mean something. */
export function activeNow(): number {
  return performance.now() - suspended;
}
