import type { PageStatus } from '../page-data.ts';

/** How a status is told: a word, the word of it in the address of the page, and the tone that colours it. */
export interface StatusWords {
  readonly word: string;
  readonly slug: string;
  readonly tone: Tone;
}

/** What a colour stands for; never told by the colour alone. */
export type Tone = 'pass' | 'fail' | 'error' | 'warn' | 'note' | 'muted';

const words: Readonly<Record<PageStatus, StatusWords>> = {
  f: { word: 'failed', slug: 'failed', tone: 'fail' },
  e: { word: 'error', slug: 'error', tone: 'error' },
  F: { word: 'flaky', slug: 'flaky', tone: 'warn' },
  q: { word: 'quarantined', slug: 'quarantined', tone: 'note' },
  n: { word: 'not run', slug: 'not-run', tone: 'warn' },
  s: { word: 'skipped', slug: 'skipped', tone: 'muted' },
  p: { word: 'passed', slug: 'passed', tone: 'pass' },
};

/** All statuses, those that want attention first. */
export const statuses: readonly PageStatus[] = ['f', 'e', 'F', 'q', 'n', 's', 'p'];

/** The words for a status. */
export function statusWords(status: PageStatus): StatusWords {
  return words[status];
}

/** The status that a letter or a word of an address stands for; `null` for any other. */
export function readStatus(text: string): PageStatus | null {
  return statuses.find((status) => status === text || words[status].slug === text) ?? null;
}

const outcomeTones: Readonly<Record<string, Tone>> = {
  passed: 'pass',
  'tests-failed': 'fail',
  'no-tests': 'warn',
  cancelled: 'muted',
  skipped: 'muted',
};

/** The tone of a task's outcome; one that is not known counts as an error, never as a pass. */
export function outcomeTone(outcome: string): Tone {
  return outcomeTones[outcome] ?? 'error';
}

/** A task's outcome in a word or two. */
export function outcomeWord(outcome: string): string {
  return outcome === 'tests-failed' ? 'failed' : outcome.replaceAll('-', ' ');
}

/** The tone and the word of a run's verdict. */
export function verdictWords(verdict: string): { readonly tone: Tone; readonly word: string } {
  switch (verdict) {
    case 'passed':
      return { tone: 'pass', word: 'Passed' };
    case 'failed':
      return { tone: 'fail', word: 'Failed' };
    case 'nothing-ran':
      return { tone: 'warn', word: 'Nothing ran' };
    case 'incomplete':
      return { tone: 'error', word: 'Incomplete' };
    case 'infrastructure':
      return { tone: 'error', word: 'Infrastructure failed' };
    default:
      return { tone: 'error', word: verdict.charAt(0).toUpperCase() + verdict.slice(1) };
  }
}
