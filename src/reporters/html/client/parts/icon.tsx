import type { VNode } from 'preact';
import type { PageStatus } from '../../page-data.ts';
import { statusWords } from '../status.ts';
import type { Tone } from '../status.ts';

/** Paths in a box of 16 by 16; each tone has a shape of its own, so that none is told by its colour alone. */
const shapes: Readonly<Record<Tone, string>> = {
  pass: 'M4.6 8.3l2.3 2.4 4.5-5',
  fail: 'M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2',
  error: 'M8 4.2v4.6M8 11.3v.5',
  warn: 'M4.4 9.2c1.2-2.4 2.4-2.4 3.6-1.2s2.4 1.2 3.6-1.2',
  note: 'M6.3 5v6M9.7 5v6',
  muted: 'M5 8h6',
};

/** The sign of a tone; words stand beside it. */
export function ToneIcon({ tone }: { readonly tone: Tone }): VNode {
  return (
    <svg class={`icon tone-${tone}`} viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="8" cy="8" r="7.25" />
      <path d={shapes[tone]} />
    </svg>
  );
}

/** The sign of a status, with its word for those who cannot see it. */
export function StatusIcon({ status }: { readonly status: PageStatus }): VNode {
  const { tone, word } = statusWords(status);
  return (
    <span class="status-icon">
      <ToneIcon tone={tone} />
      <span class="unseen">{word}: </span>
    </span>
  );
}
