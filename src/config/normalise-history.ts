import type { HistoryLimits } from '../model/settings.ts';
import type { Origins } from './origins.ts';
import type { ConfigInput } from './schema.ts';

/** How much is kept where no config says otherwise. */
export const defaultHistoryLimits: HistoryLimits = { runs: 1000, days: 180, bytes: 200_000_000 };

/** What `settings.history` says; `null` = nothing is kept. */
export function normaliseHistory(
  history: NonNullable<ConfigInput['settings']>['history'],
  origins: Origins,
): HistoryLimits | null {
  const path = ['settings', 'history'];
  const pick = <T>(key: 'enabled' | 'runs' | 'days' | 'size', written: T | undefined, value: T): T =>
    origins.pick([...path, key], written, { value, origin: 'default' });
  const { runs, days, bytes } = defaultHistoryLimits;
  const limits = {
    runs: pick('runs', history?.runs, runs),
    days: pick('days', history?.days, days),
    bytes: pick('size', history?.size, bytes),
  };
  return pick('enabled', history?.enabled, true) ? limits : null;
}
