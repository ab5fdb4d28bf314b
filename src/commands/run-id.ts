import { randomBytes } from 'node:crypto';

/** Sorts by time and is safe in file names: `20261121-091500-3f9a1c`. */
export function newRunId(now: number): string {
  const [date = '', time = ''] = new Date(now).toISOString().split('T');
  return `${date.replaceAll('-', '')}-${time.slice(0, 8).replaceAll(':', '')}-${randomBytes(3).toString('hex')}`;
}
