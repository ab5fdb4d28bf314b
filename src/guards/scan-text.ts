import type { GuardHit } from '../model/guard.ts';

/** Finds the places in one text, which may come in pieces. */
export interface TextScan {
  push(piece: string, isLast: boolean): void;
  result(): ScannedText;
}

export interface ScannedText {
  readonly count: number;
  /** The first 20. */
  readonly hits: readonly GuardHit[];
}

/** A match, and what it looks at before and after it, is found whole up to this length, in characters, wherever a text is cut. */
export const longestMatch = 64 * 1024;

const mostHits = 20;
const longestLine = 200;

/** Starts at the beginning of a text; `search` is a global expression. Line ends are `\n`, also where the text has `\r\n`. */
export function createTextScan(search: RegExp): TextScan {
  let text = '';
  /** Where to look on, in `text`. */
  let from = 0;
  const lines = createLineCounter();
  const hits: GuardHit[] = [];
  let count = 0;
  let heldBack = '';
  const look = (until: number): void => {
    search.lastIndex = from;
    for (let match = search.exec(text); match !== null && match.index < until; match = search.exec(text)) {
      count += 1;
      if (hits.length < mostHits) hits.push({ line: lines.at(text, match.index), text: lineAround(text, match.index) });
      if (match[0] === '') search.lastIndex += stepAt(text, match.index);
      from = search.lastIndex;
    }
  };
  return {
    push(piece, isLast) {
      const whole = heldBack + piece;
      heldBack = !isLast && whole.endsWith('\r') ? '\r' : '';
      text += withPlainEnds(heldBack === '' ? whole : whole.slice(0, -1));
      const until = isLast ? text.length + 1 : Math.max(0, text.length - longestMatch);
      look(until);
      if (isLast) return;
      from = Math.max(from, until);
      const cut = Math.max(0, from - longestMatch);
      lines.drop(text, cut);
      text = text.slice(cut);
      from -= cut;
    },
    result: () => ({ count, hits }),
  };
}

function withPlainEnds(text: string): string {
  return text.includes('\r\n') ? text.replaceAll('\r\n', '\n') : text;
}

/** An expression that takes code points must not go on in the middle of one. */
function stepAt(text: string, index: number): number {
  return (text.codePointAt(index) ?? 0) > 0xffff ? 2 : 1;
}

function lineAround(text: string, index: number): string {
  const start = Math.max(text.lastIndexOf('\n', index - 1) + 1, index - longestLine);
  const end = text.indexOf('\n', index);
  return text
    .slice(index === 0 ? 0 : start, end === -1 ? undefined : end)
    .slice(0, 2 * longestLine)
    .trim()
    .slice(0, longestLine);
}

interface LineCounter {
  /** The line of an index that is not before the last one asked for. */
  at(text: string, index: number): number;
  /** The text loses this much at its start. */
  drop(text: string, length: number): void;
}

function createLineCounter(): LineCounter {
  let line = 1;
  let counted = 0;
  const countTo = (text: string, index: number): void => {
    for (let end = text.indexOf('\n', counted); end !== -1 && end < index; end = text.indexOf('\n', end + 1)) line += 1;
    counted = Math.max(counted, index);
  };
  return {
    at(text, index) {
      countTo(text, index);
      return line;
    },
    drop(text, length) {
      countTo(text, length);
      counted -= length;
    },
  };
}
