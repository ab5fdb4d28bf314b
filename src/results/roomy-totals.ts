import type { Totals } from '../model/test.ts';

/** Room for totals that are known only later. */
export const totalsRoom = 120;

/** ` tests="…" failures="…" errors="…" skipped="…"`, and the time in seconds if wanted, in exactly `totalsRoom` characters. */
export function roomyTotals(totals: Totals, withTime: boolean): string {
  const { tests, failed, errors, skipped, durationMs } = totals;
  const time = withTime ? ` time="${(durationMs / 1000).toFixed(3)}"` : '';
  return ` tests="${tests}" failures="${failed}" errors="${errors}" skipped="${skipped}"${time}`.padEnd(totalsRoom);
}
