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
  if (history === false) {
    origins.pick(path, history, { value: false, origin: 'default' });
    return null;
  }
  const pick = (key: 'runs' | 'days' | 'size', value: number): number =>
    origins.pick([...path, key], history?.[key], { value, origin: 'default' });
  const { runs, days, bytes } = defaultHistoryLimits;
  return { runs: pick('runs', runs), days: pick('days', days), bytes: pick('size', bytes) };
}
