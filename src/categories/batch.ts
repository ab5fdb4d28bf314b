import type { BatchMode } from '../model/config.ts';

/** What decides how files are cut into processes. */
export interface BatchOptions {
  readonly mode: BatchMode;
  /** The framework spreads its files over workers of its own. */
  readonly ownWorkers: boolean;
  /** How many of the batches may run at the same time; at least 1. */
  readonly slots: number;
  /** Milliseconds per file, where known. */
  readonly durations: ReadonlyMap<string, number>;
  /** What one more process costs before its first test; `null` = unknown. */
  readonly startUpMs: number | null;
  /** Hardly anything else runs beside these files; absent = other work may hold some of the slots. */
  readonly alone?: boolean;
  /** Machines take the batches from a queue, whatever slots they have. */
  readonly pulled?: boolean;
  /** What stands for a file on a command line; absent = its path. */
  readonly argumentsOf?: (file: string) => readonly string[];
}

/**
 * Cuts files into one list per process: every file once, no list empty, equal input gives equal output. `auto` makes one large batch for each
 * slot and small ones for the end, which even out what was guessed wrong; at most 4 per slot and one, unless a command line would grow too long.
 */
export function batch(files: readonly string[], options: BatchOptions): readonly (readonly string[])[] {
  const unique = [...new Set(files)].sort();
  if (unique.length === 0) return [];
  if (options.mode === 'all') return [unique];
  if (options.mode === 'file') return unique.map((file) => [file]);
  if (options.pulled === true)
    return cutPulled(unique, options).flatMap((part) => splitByLength(part.toSorted(), options.argumentsOf));
  const batches = options.ownWorkers || options.slots <= 1 ? [unique] : cut(unique, options);
  return batches.flatMap((files) => splitByLength(files.toSorted(), options.argumentsOf));
}

/** Bytes of file names on one command line. Frameworks may make them absolute, and macOS allows 1 MiB for arguments and environment together. */
const maxArgumentBytes = 256 * 1024;

/** As many slots as machines that take from one queue are thought to have together; with more of them, the end is less even. */
const pullingSlots = 16;
/** What the last batches are worth at least, in starts of their process. */
const leastStarts = 3;

/**
 * For machines that take one batch after the other, whose number and speed nobody knows: the longest files first, each batch a part of what is
 * left, so that the last ones, which decide how even the end is, are small.
 */
function cutPulled(files: readonly string[], { durations, startUpMs }: BatchOptions): readonly (readonly string[])[] {
  const scale = createScale(files, durations);
  const least = scale.measured ? leastStarts * (startUpMs ?? usualStartUpMs) : 1;
  const ordered = scale.measured ? files.toSorted((a, b) => scale.of(b) - scale.of(a)) : files;
  const batches: string[][] = [];
  let left = files.reduce((sum, file) => sum + scale.of(file), 0);
  let room = 0;
  for (const file of ordered) {
    if (room <= 0) {
      batches.push([]);
      room = Math.max(least, left / (2 * pullingSlots));
    }
    batches.at(-1)?.push(file);
    room -= scale.of(file);
    left -= scale.of(file);
  }
  return batches;
}

function cut(files: readonly string[], options: BatchOptions): readonly (readonly string[])[] {
  const scale = createScale(files, options.durations);
  return scale.measured ? cutMeasured(files, scale, options) : cutByCount(files, options.slots);
}

/**
 * Factoring: each batch takes half a slot's share of what is left, since nothing is known of any file.
 * @see Hummel, Schonberg, Flynn: Factoring, a method for scheduling parallel loops, CACM 35(8), 1992
 */
function cutByCount(files: readonly string[], slots: number): readonly (readonly string[])[] {
  const batches: (readonly string[])[] = [];
  const smallest = files.length / (4 * slots);
  for (let from = 0; from < files.length;) {
    const size = Math.ceil(Math.max((files.length - from) / (2 * slots), smallest));
    batches.push(files.slice(from, from + size));
    from += size;
  }
  return batches;
}

/** Times that were recorded are off by so much, as a part of themselves. */
const usualError = 0.3;

/** What a start costs where that was never measured. */
const usualStartUpMs = 300;

/**
 * The longest files make one batch for each slot; the short ones that are left, as much as the guess may be wrong by, go into small batches
 * whose starts cost about as much as they gain. Where even that is too much, there is nothing but the large ones.
 */
function cutMeasured(
  files: readonly string[],
  scale: Scale,
  { slots, startUpMs, alone = false }: BatchOptions,
): readonly (readonly string[])[] {
  const of = (file: string): number => scale.of(file);
  const ordered = files.toSorted((a, b) => of(b) - of(a));
  const total = files.reduce((sum, file) => sum + of(file), 0);
  const share = total / slots;
  const error = usualError * Math.sqrt(files.reduce((sum, file) => sum + of(file) ** 2, 0) / slots);
  const margin = Math.min(share, alone ? 2 * error : Math.max(2 * error, share / 2));
  const startUp = startUpMs ?? usualStartUpMs;
  // Of n small batches per slot, the starts cost n starts and the uneven end half a batch.
  const size = Math.max(Math.sqrt(2 * startUp * margin), margin / 3);
  const isWorthIt = size < margin && (!alone || Math.sqrt(2 * startUp * margin) < expectedExcess(slots) * error);
  const main: string[] = [];
  let left = total;
  for (const file of ordered) {
    if (isWorthIt && left <= margin * slots) break;
    main.push(file);
    left -= of(file);
  }
  const rest = ordered.slice(main.length);
  return [...spread(main, slots, of), ...spread(rest, Math.ceil(left / size), of)];
}

/** By how many errors the worst of some sums is longer than their mean, on average: 0.56 of two, 1.42 of eight. */
function expectedExcess(count: number): number {
  return 0.56 * Math.log2(count) ** 0.83;
}

/** The longest file first, each to the batch with the least; no batch is empty. */
function spread(files: readonly string[], count: number, of: (file: string) => number): readonly (readonly string[])[] {
  const batches = Array.from({ length: Math.min(count, files.length) }, (): { files: string[]; ms: number } => ({
    files: [],
    ms: 0,
  }));
  for (const file of files) {
    const [first, ...others] = batches;
    if (first === undefined) break;
    const least = others.reduce((best, one) => (one.ms < best.ms ? one : best), first);
    least.files.push(file);
    least.ms += of(file);
  }
  return batches.toSorted((a, b) => b.ms - a.ms).map((one) => one.files);
}

interface Scale {
  readonly measured: boolean;
  of(file: string): number;
}

/** Files never measured weigh as much as the median; without any measurement all weigh the same. */
function createScale(files: readonly string[], durations: ReadonlyMap<string, number>): Scale {
  const known = files.flatMap((file) => durations.get(file) ?? []).sort((a, b) => a - b);
  const median = known[Math.floor(known.length / 2)];
  if (median === undefined) return { measured: false, of: () => 1 };
  return { measured: true, of: (file) => Math.max(1, durations.get(file) ?? median) };
}

function splitByLength(
  files: readonly string[],
  argumentsOf: BatchOptions['argumentsOf'] = (file) => [file],
): string[][] {
  const parts: string[][] = [];
  let bytes = Infinity;
  for (const file of files) {
    const size = argumentsOf(file).reduce((sum, argument) => sum + Buffer.byteLength(argument) + 1, 0);
    bytes += size;
    if (bytes > maxArgumentBytes) {
      parts.push([]);
      bytes = size;
    }
    parts.at(-1)?.push(file);
  }
  return parts;
}
