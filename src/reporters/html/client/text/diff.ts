import { visibleText } from './pieces.ts';

/** A line of a text that holds a comparison, as it is shown. */
export interface DiffLine {
  readonly kind: 'expected' | 'actual' | 'heading' | 'plain';
  /** What comes before the part that differs, that part, and what comes after it; the first alone where nothing is known to differ. */
  readonly parts: readonly [before: string, changed?: string, after?: string];
}

interface Signed {
  readonly sign: '+' | '-' | null;
  readonly heading: boolean;
  readonly text: string;
}

/** The lines of a text with what was expected and what was there told apart; `null` where it compares nothing. */
export function diffLines(lines: readonly string[]): readonly DiffLine[] | null {
  const shown = lines.map(visibleText);
  const labelled = readLabels(shown);
  const signed = shown.map(readSign);
  if (!comparesBySigns(signed)) return labelled;
  const plusIsExpected = signed.some(
    ({ text }) => /\+ ?(?:expected|want)/i.test(text) || /(?:^|[\s(])-{1,3} ?(?:actual|got|received)/i.test(text),
  );
  const result = signed.map((line, at): DiffLine => {
    if (line.heading) return { kind: 'heading', parts: [line.text] };
    if (line.sign === null) return labelled?.[at] ?? { kind: 'plain', parts: [line.text] };
    return { kind: (line.sign === '+') === plusIsExpected ? 'expected' : 'actual', parts: [line.text] };
  });
  return markChanges(result);
}

/** pytest puts its own `E` before a line. */
function readSign(text: string): Signed {
  const [, before = '', sign, rest = ''] = /^(E?\s{0,12})([+-])(.*)$/.exec(text) ?? [];
  const heading =
    /^@@ .* @@/.test(text) ||
    /^(E\s+)?(\+\+\+|---)(\s|$)/.test(text) ||
    /^[+-]\s*(actual|expected|received)\b/i.test(text);
  const bullet = before.length > 8 || (sign === '-' && /^-{2,}$/.test(rest));
  return { sign: !heading && !bullet && (sign === '+' || sign === '-') ? sign : null, heading, text };
}

/** A list with dashes is no comparison: what is gone and what is there instead stand side by side, or a heading says so. */
function comparesBySigns(lines: readonly Signed[]): boolean {
  const used = new Set(lines.map((line) => line.sign));
  const sideBySide = lines.some((line, at) => {
    const next = lines[at + 1]?.sign ?? null;
    return line.sign !== null && next !== null && next !== line.sign;
  });
  return (used.has('+') || used.has('-')) && (sideBySide || lines.some((line) => line.heading));
}

const label = /^\s*(?:E\s+)?(?:(expected|wanted|want)|(received|actual|got))\b[^:]{0,30}:\s*\S/i;

/** `Expected: 1` and `Received: 2`. */
function readLabels(lines: readonly string[]): readonly DiffLine[] | null {
  const kinds = lines.map((line): DiffLine['kind'] => {
    const [, expected, actual] = label.exec(line) ?? [];
    return expected !== undefined ? 'expected' : actual !== undefined ? 'actual' : 'plain';
  });
  if (!kinds.includes('expected') || !kinds.includes('actual')) return null;
  return lines.map((line, at): DiffLine => ({ kind: kinds[at] ?? 'plain', parts: [line] }));
}

/** As many lines of one kind as come after them of the other are compared one by one. */
function markChanges(lines: readonly DiffLine[]): readonly DiffLine[] {
  const result = [...lines];
  for (let start = 0; start < lines.length;) {
    const kind = lines[start]?.kind;
    if (kind !== 'expected' && kind !== 'actual') {
      start += 1;
      continue;
    }
    const middle = endOfRun(lines, start);
    const end = endOfRun(lines, middle);
    const other = lines[middle]?.kind;
    if ((other === 'expected' || other === 'actual') && end - middle === middle - start) {
      for (let at = start; at < middle; at += 1) compare(result, at, at + middle - start);
      start = end;
    } else start = middle;
  }
  return result;
}

function endOfRun(lines: readonly DiffLine[], start: number): number {
  const kind = lines[start]?.kind;
  let end = start;
  while (end < lines.length && lines[end]?.kind === kind) end += 1;
  return end;
}

function compare(lines: DiffLine[], left: number, right: number): void {
  const [a, b] = [lines[left], lines[right]];
  if (a === undefined || b === undefined) return;
  const ends = commonEnds(a.parts[0], b.parts[0]);
  if (ends === null) return;
  for (const [at, line] of [
    [left, a],
    [right, b],
  ] as const) {
    const [text] = line.parts;
    const until = text.length - ends.after;
    lines[at] = {
      kind: line.kind,
      parts: [text.slice(0, ends.before), text.slice(ends.before, until), text.slice(until)],
    };
  }
}

/** Lengths of what two lines begin and end with alike, after their signs; `null` where too little is alike to be of use. */
function commonEnds(a: string, b: string): { readonly before: number; readonly after: number } | null {
  const start = Math.max(a.search(/[+-]/), 0) + 1;
  if (a.slice(0, start - 1) !== b.slice(0, start - 1)) return null;
  const shorter = Math.min(a.length, b.length);
  let before = start;
  while (before < shorter && a[before] === b[before]) before += 1;
  let after = 0;
  while (after < shorter - before && a[a.length - 1 - after] === b[b.length - 1 - after]) after += 1;
  // A character of two code units stays whole.
  if (/[\ud800-\udbff]/.test(a[before - 1] ?? '')) before -= 1;
  if (after > 0 && /[\udc00-\udfff]/.test(a[a.length - after] ?? '')) after -= 1;
  const longer = Math.max(a.length, b.length) - start;
  const alike = before - start + after;
  return alike * 3 >= longer && alike > 0 ? { before, after } : null;
}
