import type { VNode } from 'preact';
import type { PageStatus } from '../../page-data.ts';
import { counted } from '../format.ts';
import type { Row } from '../rows.ts';
import { usePage } from '../state.ts';
import { readStatus, statuses, statusWords } from '../status.ts';

const shown = 20;

/** The last outcomes of a test, oldest first; nothing where none are known. */
export function Sparkline({ row }: { readonly row: Row }): VNode | null {
  const { data } = usePage();
  const letters = data.history?.[row.key] ?? '';
  const past = Array.from(letters.slice(-shown)).flatMap((letter) => readStatus(letter) ?? []);
  if (past.length === 0) return null;
  return (
    <svg class="sparkline" viewBox={`0 0 ${past.length * 5} 14`} width={past.length * 5} height="14" role="img">
      <title>{describe(past)}</title>
      {past.map((status, at) => {
        // Taller is worse, so that the shape tells it too.
        const height = heights[statusWords(status).tone];
        return (
          <rect
            key={at}
            class={`fill-${statusWords(status).tone}`}
            x={at * 5}
            y={14 - height}
            width="4"
            height={height}
            rx="1"
          />
        );
      })}
    </svg>
  );
}

const heights = { pass: 5, muted: 3, note: 8, warn: 10, fail: 14, error: 14 } as const;

function describe(past: readonly PageStatus[]): string {
  const parts = statuses
    .map((status) => ({ status, times: past.filter((one) => one === status).length }))
    .filter(({ times }) => times > 0)
    .map(({ status, times }) => `${times} ${statusWords(status).word}`);
  return `Last ${counted(past.length, 'run')}: ${parts.join(', ')}`;
}
