/** The middle of the values, the mean of the two middle ones for an even number; `null` of none. */
export function median(values: readonly number[]): number | null {
  return quantile(values, 0.5);
}

/** The value below which the given share (0 to 1) of the values lies, interpolated; `null` of none. */
export function quantile(values: readonly number[], share: number): number | null {
  const sorted = values.toSorted((a, b) => a - b);
  const place = (sorted.length - 1) * share;
  const below = sorted[Math.floor(place)];
  const above = sorted[Math.ceil(place)];
  if (below === undefined || above === undefined) return null;
  return below + (above - below) * (place - Math.floor(place));
}

/**
 * The share of successes that is exceeded with 97.5 % confidence (the lower end of Wilson's 95 % interval), 0 to 1; `trials` may be a
 * sum of weights.
 * @see Wilson: Probable inference, the law of succession, and statistical inference, JASA 22, 1927
 */
export function wilsonLowerBound(successes: number, trials: number): number {
  if (trials <= 0) return 0;
  const z = 1.959964;
  const share = successes / trials;
  const centre = share + (z * z) / (2 * trials);
  const spread = z * Math.sqrt((share * (1 - share)) / trials + (z * z) / (4 * trials * trials));
  return Math.max(0, (centre - spread) / (1 + (z * z) / trials));
}

/** One process: how many files each of its workers had, and the time that none of its tests accounts for. */
export interface ProcessSample {
  readonly files: number;
  readonly ms: number;
}

/**
 * What starting a process costs, and what each file costs it beside its tests (imports, mostly): the line through the samples with the
 * median of all slopes, which a few odd ones do not move. `null` without samples.
 * @see Sen: Estimates of the regression coefficient based on Kendall's tau, JASA 63, 1968
 */
export function estimateProcessCost(
  samples: readonly ProcessSample[],
): { readonly startUpMs: number; readonly perFileMs: number } | null {
  const isLine = samples.length >= minSamples && new Set(samples.map(({ files }) => files)).size >= minCounts;
  const perFileMs = isLine ? Math.max(0, median(slopesOf(samples)) ?? 0) : 0;
  const startUpMs = median(samples.map(({ files, ms }) => ms - perFileMs * files));
  return startUpMs === null ? null : { startUpMs: Math.max(0, startUpMs), perFileMs };
}

function slopesOf(samples: readonly ProcessSample[]): readonly number[] {
  return samples.flatMap((a, index) =>
    samples.slice(index + 1).flatMap((b) => (a.files === b.files ? [] : [(b.ms - a.ms) / (b.files - a.files)])),
  );
}

/** Fewer processes, or fewer different numbers of files, say nothing of a line: starting takes longer at one time than at another. */
const minSamples = 8;
const minCounts = 3;
