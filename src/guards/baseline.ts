import { UsageError } from '../errors.ts';
import type { Baseline, BaselineEntry, BaselineIncrease, Guard, GuardCount } from '../model/guard.ts';

/** What a baseline becomes. */
export interface NextBaseline {
  readonly baseline: Baseline;
  /** By how much it goes up and down, in all guards together; a guard that is new in it counts in neither. */
  readonly raised: number;
  readonly lowered: number;
  /** Guards that are new in it. */
  readonly added: readonly string[];
}

/**
 * Reads the text of a baseline; `name` is what messages call its file.
 * @throws UsageError when it is not whole, so that a damaged file never allows more, or less, than was agreed
 */
export function parseBaseline(text: string, name: string): Baseline {
  const refuse = (problem: string): never => {
    throw new UsageError(
      `the baseline ${name} ${problem}`,
      `put it right, or take it back from version control (git checkout -- ${name})`,
    );
  };
  const conflict = /^(?:<{7}|>{7}) /m.exec(text);
  if (conflict !== null)
    refuse(`has a merge conflict in line ${lineOf(text, conflict.index)}: keep the lower count of each file`);
  let value: unknown = null;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    refuse(`is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const written = mappingOf(value);
  if (written?.['version'] !== 1) refuse('has no "version": 1: it is none of this program');
  const guards = mappingOf(written?.['guards']);
  if (guards === null) return refuse('has no "guards"');
  const baseline: Baseline = {
    guards: Object.fromEntries(
      Object.entries(guards).map(([guard, entry]) => [
        guard,
        entryOf(entry) ?? refuse(`is damaged at guard "${guard}"`),
      ]),
    ),
  };
  // JSON.parse keeps the last of two equal keys, which a merge may have left: the order and the blanks are free, nothing else.
  if (lengthWithoutBlanks(text) !== lengthWithoutBlanks(writeBaseline(baseline))) {
    const twice = firstTwice(text);
    refuse(
      twice === null
        ? 'holds something twice, or something that is not part of a baseline'
        : `has ${twice.key} twice for one guard, the second time in line ${twice.line}`,
    );
  }
  return baseline;
}

/** A file that a guard has on two lines, as a merge leaves it. */
function firstTwice(text: string): { readonly key: string; readonly line: number } | null {
  let seen = new Set<string>();
  for (const [index, line] of text.split('\n').entries()) {
    if (/"files"\s*:/.test(line)) seen = new Set();
    const [, key] = /^\s*("(?:[^"\\]|\\.)*")\s*:\s*\d+,?\s*$/.exec(line) ?? [];
    if (key === undefined) continue;
    if (seen.has(key)) return { key, line: index + 1 };
    seen.add(key);
  }
  return null;
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}

/** The text of a baseline: sorted, a line for each file, so that differences are small and merge. */
export function writeBaseline({ guards }: Baseline): string {
  const sorted = sortedEntries(guards).map(([name, { files, increases }]): [string, object] => [
    name,
    { files: Object.fromEntries(sortedEntries(files)), ...(increases.length === 0 ? {} : { increases }) },
  ]);
  return `${JSON.stringify({ version: 1, guards: Object.fromEntries(sorted) }, null, 2)}\n`;
}

/**
 * Takes over what was counted where that is less. More is taken over only with a reason, which is kept; a guard that the baseline does not
 * know begins with what was counted.
 */
export function nextBaseline(
  before: Baseline,
  counted: readonly { readonly guard: Guard; readonly count: GuardCount }[],
  options: {
    readonly increase: { readonly reason: string; readonly day: string } | null;
    readonly keep: ReadonlySet<string>;
  },
): NextBaseline {
  let raised = 0;
  let lowered = 0;
  const added = counted.map(({ guard }) => guard.name).filter((name) => entryFor(before, name) === null);
  const kept = Object.entries(before.guards).filter(([name]) => options.keep.has(name));
  const updated = counted.map(({ guard, count }): [string, BaselineEntry] => {
    const now = Object.fromEntries(count.found.map(({ file, count: matches }) => [file, matches]));
    const entry = entryFor(before, guard.name);
    if (entry === null) return [guard.name, { files: now, increases: [] }];
    const all = [...new Set([...Object.keys(entry.files), ...Object.keys(now)])];
    const more = sum(all.map((file) => Math.max(0, allowedIn(now, file) - allowedIn(entry.files, file))));
    lowered += sum(all.map((file) => Math.max(0, allowedIn(entry.files, file) - allowedIn(now, file))));
    raised += more;
    const files = options.increase === null ? lowest(all, entry.files, now) : now;
    const increases: readonly BaselineIncrease[] =
      options.increase === null || more === 0
        ? entry.increases
        : [...entry.increases, { day: options.increase.day, by: more, reason: options.increase.reason }];
    return [guard.name, { files, increases }];
  });
  return { baseline: { guards: Object.fromEntries([...kept, ...updated]) }, raised, lowered, added };
}

/** What the baseline has of a guard; `null` = nothing, not even that there is none of it. */
export function entryFor(baseline: Baseline, guard: string): BaselineEntry | null {
  return Object.hasOwn(baseline.guards, guard) ? (baseline.guards[guard] ?? null) : null;
}

/** How many there may be in a file. */
export function allowedIn(files: BaselineEntry['files'], file: string): number {
  return Object.hasOwn(files, file) ? (files[file] ?? 0) : 0;
}

function lowest(
  all: readonly string[],
  before: BaselineEntry['files'],
  now: BaselineEntry['files'],
): BaselineEntry['files'] {
  const both = all.map((file) => [file, Math.min(allowedIn(before, file), allowedIn(now, file))] as const);
  return Object.fromEntries(both.filter(([, count]) => count > 0));
}

function entryOf(value: unknown): BaselineEntry | null {
  const entry = mappingOf(value);
  const files = mappingOf(entry?.['files']);
  if (entry === null || files === null) return null;
  const counts = Object.entries(files).flatMap(([file, count]) => (isCount(count) ? [[file, count] as const] : []));
  const increases = listOf(entry['increases'] ?? [])?.map(increaseOf) ?? [null];
  if (counts.length < Object.keys(files).length || increases.includes(null)) return null;
  return { files: Object.fromEntries(counts), increases: increases.filter((one) => one !== null) };
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0;
}

function increaseOf(value: unknown): BaselineIncrease | null {
  const { day, by, reason } = mappingOf(value) ?? {};
  if (typeof day !== 'string' || typeof by !== 'number' || typeof reason !== 'string') return null;
  return { day, by, reason };
}

function listOf(value: unknown): readonly unknown[] | null {
  return Array.isArray(value) ? value : null;
}

function mappingOf(value: unknown): Readonly<Record<string, unknown>> | null {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return null;
  return Object.fromEntries(Object.entries(value));
}

function sortedEntries<T>(record: Readonly<Record<string, T>>): readonly (readonly [string, T])[] {
  return Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
}

function lengthWithoutBlanks(text: string): number {
  return text.replace(/^\uFEFF/, '').replace(/\s/g, '').length;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
