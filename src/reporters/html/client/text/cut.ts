/** How much of a text is shown. */
export interface Budget {
  readonly lines: number;
  /** Of each line. */
  readonly characters: number;
}

/** A line, and how many of its characters are left out. */
export interface CutLine {
  readonly text: string;
  readonly more: number;
}

/** The part of a text that a budget allows. */
export interface CutText {
  readonly lines: readonly CutLine[];
  /** Lines that are left out. */
  readonly moreLines: number;
  readonly moreCharacters: boolean;
}

/** The first lines of a text, or its last ones, each cut; reads no more than it shows, but for counting lines. */
export function cutText(text: string, budget: Budget, keep: 'first' | 'last' = 'first'): CutText {
  const whole = text.endsWith('\n') ? text.slice(0, -1) : text;
  const from = keep === 'first' ? 0 : startOfLast(whole, budget.lines);
  const lines: CutLine[] = [];
  let at = from;
  while (lines.length < budget.lines && at <= whole.length) {
    const end = endOfLine(whole, at);
    const windows = end > at && whole[end - 1] === '\r';
    lines.push(cutLine(whole.slice(at, windows ? end - 1 : end), budget.characters));
    at = end + 1;
  }
  const moreLines =
    (from > 0 ? linesIn(whole.slice(0, from - 1)) : 0) + (at <= whole.length ? linesIn(whole.slice(at)) : 0);
  return { lines, moreLines, moreCharacters: lines.some((line) => line.more > 0) };
}

function cutLine(line: string, characters: number): CutLine {
  if (line.length <= characters) return { text: line, more: 0 };
  const last = line.charCodeAt(characters - 1);
  const end = last >= 0xd800 && last <= 0xdbff ? characters - 1 : characters;
  return { text: line.slice(0, end), more: line.length - end };
}

function endOfLine(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : end;
}

function startOfLast(text: string, lines: number): number {
  let from = text.length;
  for (let seen = 0; seen < lines; seen += 1) {
    if (from === 0) return 0;
    const before = text.lastIndexOf('\n', from - 1);
    if (before === -1) return 0;
    if (seen === lines - 1) return before + 1;
    from = before;
  }
  return from;
}

function linesIn(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
