const digits = new Intl.NumberFormat('en-US');

/** A whole number with its digits in groups: `1,200`. */
export function count(value: number): string {
  return digits.format(value);
}

/** `1 test`, `1,200 tests`; give the plural where adding an s is wrong. */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A share from 0 to 1 as people read it; only what is whole is called so. */
export function percent(share: number): string {
  const text = `${(share * 100).toFixed(share === 0 || share === 1 ? 0 : 1)} %`;
  return text === '100.0 %' ? '99.9 %' : text === '0.0 %' ? 'under 0.1 %' : text;
}

/** A duration as the terminal shows it: `250ms`, `1.2s`, `3m 04s`, `1h 02m`. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < 1000) return `${whole}ms`;
  const tenths = Math.round(whole / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(whole / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  const minutes = Math.round(whole / 60_000);
  return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
}

/** A moment in the reader's own time zone, which it names; empty where it is none. */
export function moment(epochMs: number): string {
  const date = new Date(epochMs);
  if (Number.isNaN(date.getTime())) return '';
  return new Intl.DateTimeFormat('en-GB', {
    ...{ year: 'numeric', month: 'short', day: 'numeric' },
    ...{ hour: '2-digit', minute: '2-digit', timeZoneName: 'short' },
  }).format(date);
}

/** Whole days from a moment until the end of a date such as `2026-12-01`; `null` where that is no date. */
export function daysUntil(date: string, fromMs: number): number | null {
  const end = Date.parse(date);
  return Number.isNaN(end) ? null : Math.ceil((end - fromMs) / 86_400_000);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
