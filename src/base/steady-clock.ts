/**
 * A clock in whole milliseconds since the epoch that is read once and then goes on by itself: when somebody sets that of the machine, nothing
 * takes a negative time or a day.
 */
export function createSteadyClock(): () => number {
  const from = Date.now() - performance.now();
  return () => Math.round(from + performance.now());
}
