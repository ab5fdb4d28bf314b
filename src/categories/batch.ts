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
}

/**
 * Cuts files into one list per process: every file once, no list empty, equal input gives equal output. `auto` begins with large batches
 * and shrinks (factoring: each takes half a slot's share of what is left), so that a wrong guess about a file is evened out by the small ones
 * at the end; at most 4 per slot and one, unless a command line would grow too long.
 * @see Hummel, Schonberg, Flynn: Factoring, a method for scheduling parallel loops, CACM 35(8), 1992
 */
export function batch(files: readonly string[], options: BatchOptions): readonly (readonly string[])[] {
  const unique = [...new Set(files)].sort();
  if (unique.length === 0) return [];
  if (options.mode === 'all') return [unique];
  if (options.mode === 'file') return unique.map((file) => [file]);
  const batches = options.ownWorkers || options.slots <= 1 ? [unique] : cut(unique, options);
  return batches.flatMap((files) => splitByLength(files.toSorted()));
}

/** Bytes of file names on one command line. Frameworks may make them absolute, and macOS allows 1 MiB for arguments and environment together. */
const maxArgumentBytes = 256 * 1024;

/** A process should run at least so many times longer than it takes to start. */
const startUpFactor = 4;

function cut(files: readonly string[], options: BatchOptions): string[][] {
  const weigh = createScale(files, options.durations);
  const ordered = weigh.measured ? files.toSorted((a, b) => weigh.of(b) - weigh.of(a)) : files;
  let left = files.reduce((sum, file) => sum + weigh.of(file), 0);
  const startUp = weigh.measured && options.startUpMs !== null ? options.startUpMs * startUpFactor : 0;
  const smallest = Math.max(left / (4 * options.slots), Math.min(startUp, left / options.slots));
  const batches: string[][] = [];
  let current: string[] = [];
  let filled = 0;
  let target = Math.max(left / (2 * options.slots), smallest);
  for (const file of ordered) {
    current.push(file);
    filled += weigh.of(file);
    if (filled < target) continue;
    batches.push(current);
    left -= filled;
    current = [];
    filled = 0;
    target = Math.max(left / (2 * options.slots), smallest);
  }
  if (current.length > 0) batches.push(current);
  return batches;
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

function splitByLength(files: readonly string[]): string[][] {
  const parts: string[][] = [];
  let bytes = Infinity;
  for (const file of files) {
    const size = Buffer.byteLength(file) + 1;
    bytes += size;
    if (bytes > maxArgumentBytes) {
      parts.push([]);
      bytes = size;
    }
    parts.at(-1)?.push(file);
  }
  return parts;
}
