const firstDelayMs = 1000;
const longestDelayMs = 16_000;

/** Pause before the given restart of a service (from 1): 1 s, doubled each time, shortened by up to a quarter at random. */
export function restartDelayMs(restart: number, random: number): number {
  const full = Math.min(longestDelayMs, firstDelayMs * 2 ** (restart - 1));
  return Math.round(full * (1 - random / 4));
}
