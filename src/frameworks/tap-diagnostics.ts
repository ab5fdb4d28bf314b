/** What a YAML block behind a test line tells, as far as it is understood. */
export interface TapDiagnostics {
  readonly message: string | null;
  readonly type: string | null;
  readonly durationMs: number | null;
}

/** Reads the plain keys on the first level of a YAML block; producers disagree on their names, and none of them must be there. */
export function readDiagnostics(lines: readonly string[]): TapDiagnostics {
  const keys = firstLevel(lines);
  const durationMs = Number(keys.get('duration_ms'));
  return {
    message: keys.get('message') ?? keys.get('error') ?? null,
    type: keys.get('code') ?? keys.get('failureType') ?? keys.get('operator') ?? null,
    durationMs: durationMs > 0 ? durationMs : null,
  };
}

function firstLevel(lines: readonly string[]): ReadonlyMap<string, string> {
  const keys = new Map<string, string>();
  const base = indentOf(lines.find((line) => line.trim() !== '') ?? '');
  for (const [index, line] of lines.entries()) {
    const [, key, value = ''] = /^\s*([\w-]+):(?:\s+(.*))?$/.exec(line) ?? [];
    if (key === undefined || indentOf(line) !== base) continue;
    const text = /^[|>][+-]?$/.test(value) ? block(lines.slice(index + 1), base) : unquoted(value.trim());
    if (text !== '') keys.set(key, text);
  }
  return keys;
}

function block(lines: readonly string[], base: number): string {
  const end = lines.findIndex((line) => line.trim() !== '' && indentOf(line) <= base);
  const inside = end === -1 ? lines : lines.slice(0, end);
  const indent = indentOf(inside[0] ?? '');
  return inside
    .map((line) => line.slice(Math.min(indent, indentOf(line))))
    .join('\n')
    .trimEnd();
}

function unquoted(value: string): string {
  if (/^'.*'$/s.test(value) && value.length > 1) return value.slice(1, -1).replaceAll("''", "'");
  if (!/^".*"$/s.test(value) || value.length < 2) return value;
  return value.slice(1, -1).replace(/\\(["\\n])/g, (_, escaped: string) => (escaped === 'n' ? '\n' : escaped));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}
