/** One line of TAP 12 to 14, without its indentation. */
export type TapLine =
  | { readonly kind: 'plan'; readonly tests: number; readonly skipReason: string | null }
  | TapPoint
  | { readonly kind: 'bail-out'; readonly reason: string }
  /** What the tests that follow, one level deeper, are called together. */
  | { readonly kind: 'subtest'; readonly name: string }
  | { readonly kind: 'comment'; readonly text: string }
  /** Part of a test line: what is to follow went elsewhere. */
  | { readonly kind: 'torn' }
  /** The end of subtests that stand behind their test line, in braces. */
  | { readonly kind: 'brace' }
  | { readonly kind: 'other' };

export interface TapPoint {
  readonly kind: 'point';
  readonly ok: boolean;
  readonly number: number | null;
  readonly name: string;
  readonly directive: { readonly kind: 'todo' | 'skip'; readonly reason: string } | null;
  readonly durationMs: number;
  /** Its subtests follow, in braces. */
  readonly opensBrace: boolean;
}

const other: TapLine = { kind: 'other' };

/** Tells what a line is; most of what a program prints besides is `other`. */
export function readTapLine(body: string): TapLine {
  const point = /^(not )?ok(?:\s+(\d+)(?=\s|$))?(?:\s+(?:-\s+)?(.*))?$/s.exec(body);
  if (point !== null) return readPoint(point);
  const plan = /^1\.\.(\d{1,9})\s*(?:#\s*(.*))?$/s.exec(body);
  if (plan !== null) return { kind: 'plan', tests: Number(plan[1]), skipReason: skipReasonOf(plan[2]) };
  const bail = /^bail out!\s*(.*)$/is.exec(body);
  if (bail !== null) return { kind: 'bail-out', reason: bail[1] ?? '' };
  const subtest = /^# Subtest(?::\s*(.*))?$/is.exec(body);
  if (subtest !== null) return { kind: 'subtest', name: unescaped(subtest[1] ?? '') };
  if (body.startsWith('#')) return { kind: 'comment', text: body.replace(/^#+ ?/, '') };
  if (/^not\s*$/.test(body)) return { kind: 'torn' };
  return body === '}' ? { kind: 'brace' } : other;
}

function readPoint([, not, number, rest = '']: RegExpExecArray): TapPoint {
  const opensBrace = /(?:^|\s)\{$/.test(rest);
  const text = opensBrace ? rest.slice(0, -1).trimEnd() : rest.trimEnd();
  const directed = /^(.*?)(?:^|\s)(?<!\\)#\s*(todo\b|skip\S*)[:\s]*(.*)$/is.exec(text);
  const described = directed?.[1] ?? text;
  const timed = /^(.*?)\s*(?<!\\)#\s*time=([\d.]+)(ms|s)$/s.exec(described.trimEnd());
  const kind = directed?.[2]?.toLowerCase() === 'todo' ? 'todo' : 'skip';
  return {
    kind: 'point',
    ok: not === undefined,
    number: number === undefined ? null : Number(number),
    name: unescaped((timed?.[1] ?? described).trim().replace(/^-\s+/, '')),
    directive: directed === null ? null : { kind, reason: (directed[3] ?? '').trim() },
    durationMs: timed === null ? 0 : Number(timed[2]) * (timed[3] === 's' ? 1000 : 1),
    opensBrace,
  };
}

/** A plan without tests may say why; one with tests has a comment. */
function skipReasonOf(comment: string | undefined): string | null {
  return comment === undefined ? null : comment.replace(/^skip\S*[:\s]*/i, '').trim();
}

function unescaped(text: string): string {
  return text.replace(/\\([\\#])/g, '$1');
}
