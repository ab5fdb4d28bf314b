/** The longest duration: a timer set for more fires at once (https://nodejs.org/api/timers.html#settimeoutcallback-delay-args). */
const longestMs = 2_147_483_647;

const pattern =
  /^(?=\d)(?:(?<h>\d+(?:\.\d+)?)h)?(?:(?<m>\d+(?:\.\d+)?)m)?(?:(?<s>\d+(?:\.\d+)?)s)?(?:(?<ms>\d+(?:\.\d+)?)ms)?$/;

/** Milliseconds of `500ms`, `30s`, `5m`, `1h` or a combination such as `1m30s`; `null` for anything else and above 596h. */
export function parseDuration(text: string): number | null {
  const parts = pattern.exec(text)?.groups;
  if (parts === undefined) return null;
  const amount = (unit: string): number => Number(parts[unit] ?? 0);
  const ms = Math.round(amount('h') * 3_600_000 + amount('m') * 60_000 + amount('s') * 1000 + amount('ms'));
  return ms <= longestMs ? ms : null;
}

/** A duration as a person wants to read it: `250ms`, `1.2s`, `3m 04s`, `1h 02m`. */
export function formatDuration(ms: number): string {
  const whole = Math.max(0, Math.round(ms));
  if (whole < 1000) return `${whole}ms`;
  const tenths = Math.round(whole / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(whole / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  const minutes = Math.round(whole / 60_000);
  return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
}

/** A duration as a config would write it, without loss: `parseDuration` gives the same whole milliseconds back. */
export function writeDuration(ms: number): string {
  const units = [
    { name: 'h', ms: 3_600_000 },
    { name: 'm', ms: 60_000 },
    { name: 's', ms: 1000 },
    { name: 'ms', ms: 1 },
  ];
  let rest = ms;
  let text = '';
  for (const unit of units) {
    const count = Math.floor(rest / unit.ms);
    if (count > 0) text += `${count}${unit.name}`;
    rest -= count * unit.ms;
  }
  return text === '' ? '0s' : text;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
