const units = { B: 1, KB: 1000, MB: 1_000_000, GB: 1_000_000_000 } as const;

/** What a size looks like: `50MB`. */
export const sizePattern = /^\d+(?:B|KB|MB|GB)$/;

/** Bytes of `500KB`, `50MB` or `1GB` (decimal units); `null` for anything else. */
export function parseSize(text: string): number | null {
  const match = /^(?<count>\d+)(?:(?<B>B)|(?<KB>KB)|(?<MB>MB)|(?<GB>GB))$/.exec(text)?.groups;
  if (match === undefined) return null;
  const unit = match['GB'] ? units.GB : match['MB'] ? units.MB : match['KB'] ? units.KB : units.B;
  const bytes = Number(match['count']) * unit;
  return Number.isSafeInteger(bytes) ? bytes : null;
}

/** A size as a config would write it, without loss. */
export function writeSize(bytes: number): string {
  const [name, unit] = Object.entries(units).findLast(([, size]) => bytes > 0 && bytes % size === 0) ?? ['B', 1];
  return `${bytes / unit}${name}`;
}
