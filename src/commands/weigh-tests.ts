import type { Reporter } from '../ports.ts';

/** So many tests take a second to read and to report. */
const many = 20_000;

/** Calls `whenMany` when a run turns out to have so many tests that time counts for more than memory. */
export function weighTests(whenMany: () => void): Reporter {
  let told = 0;
  return {
    onEvent({ type }) {
      if (type !== 'test-finished') return;
      told += 1;
      if (told === many) whenMany();
    },
  };
}
