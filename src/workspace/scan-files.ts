import { join } from 'node:path';
import { doBounded } from '../base/bounded-match.ts';
import { createFileRule } from '../guards/file-rule.ts';
import type { FileRule } from '../guards/file-rule.ts';
import { createTextScan } from '../guards/scan-text.ts';
import type { ScannedText } from '../guards/scan-text.ts';
import { compileSearch } from '../base/guard-search.ts';
import type { Guard, GuardCount, GuardedFile } from '../model/guard.ts';
import { withTextFile } from './text-pieces.ts';
import type { TextPiece } from './text-pieces.ts';

/** What was found in the files, and what could not be looked at. */
export interface Scanned {
  /** In the order of the guards. */
  readonly counts: readonly { readonly guard: Guard; readonly count: GuardCount }[];
  /** Each makes the counts unreliable. */
  readonly problems: readonly string[];
  /** Files that hold no text. */
  readonly binary: number;
}

/** Looks into the files of all guards, each read once. Patterns come from a config: one that does not end in time is a problem, not a hang. */
export function scanFiles(
  root: string,
  files: readonly string[],
  { guards, limits = usualLimits }: { readonly guards: readonly Guard[]; readonly limits?: ScanLimits },
): Scanned {
  const searches = guards.map((guard): Search => ({
    guard,
    rule: createFileRule(guard),
    expression: compileSearch(guard.search),
    found: [],
    looked: 0,
    stuck: false,
    missed: false,
  }));
  const problems: string[] = [];
  let binary = 0;
  const batch: Waiting[] = [];
  let batchChars = 0;
  const flush = (): void => {
    problems.push(...scanBatch(batch, limits));
    batch.length = 0;
    batchChars = 0;
  };
  for (const file of files) {
    const own = searches.filter(({ rule, stuck }) => !stuck && rule.takes(file));
    if (own.length === 0) continue;
    try {
      const read = readWhole(join(root, file));
      if (read.kind === 'gone') continue;
      if (read.kind === 'binary') {
        binary += 1;
        for (const search of own) search.looked += 1;
        continue;
      }
      for (const search of own) search.looked += 1;
      if (read.kind === 'long') problems.push(...scanLong(join(root, file), { file, searches: own, limits }));
      else {
        batch.push({ file, text: read.text, searches: own });
        batchChars += read.text.length;
        if (batchChars > batchLimit.chars || batch.length >= batchLimit.files) flush();
      }
    } catch (error) {
      for (const search of own) search.missed = true;
      problems.push(`${file} cannot be read (${reasonOf(error)})`);
    }
  }
  flush();
  const counts = searches.map(({ guard, looked, found, stuck, missed }) => ({
    guard,
    // A long file is done before the shorter ones that were waiting.
    count: { looked, incomplete: stuck || missed, found: found.toSorted((a, b) => (a.file < b.file ? -1 : 1)) },
  }));
  return { counts, problems, binary };
}

/** A guard at work. */
interface Search {
  readonly guard: Guard;
  readonly rule: FileRule;
  readonly expression: RegExp;
  readonly found: GuardedFile[];
  looked: number;
  /** Its pattern took too long once, and would again. */
  stuck: boolean;
  /** A file of it could not be read. */
  missed: boolean;
}

interface Waiting {
  readonly file: string;
  readonly text: string;
  readonly searches: readonly Search[];
}

/** To stop a match takes a thread that waits: one for many small files, and not for each. */
const batchLimit = { chars: 2 * 1024 * 1024, files: 500 };

/** How long patterns may take over texts that are looked at together, and over one, in milliseconds. */
export interface ScanLimits {
  readonly batchMs: number;
  readonly textMs: number;
}

/** Far beyond what a pattern takes that ends at all, also on a machine that is busy. */
const usualLimits: ScanLimits = { batchMs: 10_000, textMs: 5000 };

function scanBatch(batch: readonly Waiting[], limits: ScanLimits): readonly string[] {
  const together = doBounded(
    () => batch.map(({ text, searches }) => searches.map(({ expression }) => scanText(text, expression))),
    limits.batchMs,
  );
  if (together === null) return batch.flatMap((waiting) => scanEach(waiting, limits));
  for (const [index, { file, searches }] of batch.entries())
    for (const [place, search] of searches.entries()) note(search, file, together.value[index]?.[place]);
  return [];
}

/** Finds the pattern that does not end. */
function scanEach({ file, text, searches }: Waiting, limits: ScanLimits): readonly string[] {
  return searches.flatMap((search) => {
    if (search.stuck) return [];
    const done = doBounded(() => scanText(text, search.expression), limits.textMs);
    if (done === null) return [giveUp(search, file, limits)];
    note(search, file, done.value);
    return [];
  });
}

function scanText(text: string, expression: RegExp): ScannedText {
  const scan = createTextScan(expression);
  scan.push(text, true);
  return scan.result();
}

/** A file of several pieces is read once for each guard: what is half done when a pattern is stopped belongs to that alone. */
function scanLong(
  path: string,
  { file, searches, limits }: Pick<Waiting, 'file' | 'searches'> & { readonly limits: ScanLimits },
): readonly string[] {
  return searches.flatMap((search) => {
    const scan = createTextScan(search.expression);
    const isDone = withTextFile(path, (read) => {
      for (const { text, isLast } of read.kind === 'text' ? read.pieces : []) {
        if (doBounded(() => scan.push(text, isLast), limits.textMs) === null) return false;
      }
      return true;
    });
    if (!isDone) return [giveUp(search, file, limits)];
    note(search, file, scan.result());
    return [];
  });
}

function giveUp(search: Search, file: string, limits: ScanLimits): string {
  search.stuck = true;
  return `guard "${search.guard.name}": its pattern takes more than ${limits.textMs / 1000} s on ${file}: write it so that it does not backtrack, or use "text"`;
}

function note(search: Search, file: string, scanned: ScannedText | undefined): void {
  if (scanned === undefined || scanned.count === 0) return;
  search.found.push({ file, priority: search.rule.priorityOf(file), ...scanned });
}

function readWhole(
  path: string,
):
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'long' }
  | { readonly kind: 'binary' }
  | { readonly kind: 'gone' } {
  return withTextFile(path, (read) => {
    if (read.kind !== 'text') return read;
    const first = firstOf(read.pieces);
    return first?.isLast === true ? { kind: 'text', text: first.text } : { kind: 'long' };
  });
}

function firstOf(pieces: Iterable<TextPiece>): TextPiece | undefined {
  for (const piece of pieces) return piece;
  return undefined;
}

function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}
