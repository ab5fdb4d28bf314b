/** An object in a line that somebody else wrote, of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object that a line is; `null` = it is none, or torn. */
export function readJsonLine(line: string): Fields | null {
  try {
    const value: unknown = JSON.parse(line);
    return isFields(value) ? value : null;
  } catch {
    return null;
  }
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((one) => typeof one === 'string');
}

/** Milliseconds that a test can have taken, bounded; 0 for what is none. */
export function durationOf(value: unknown): number {
  return typeof value === 'number' && value > 0 ? Math.min(value, 1e12) : 0;
}
