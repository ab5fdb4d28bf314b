import { formatDuration } from '../base/duration.ts';
import { codeCell } from '../base/markdown.ts';
import { truncate } from '../base/text.ts';
import type { Totals } from '../model/test.ts';

/** What is counted together. */
export interface TotalsRow {
  readonly name: string;
  readonly totals: Totals;
}

const columns = ['tests', 'passed', 'failed', 'errors', 'skipped', 'flaky', 'quarantined'] as const;
const maxName = 200;

/** A table of totals with those of all below; `of` says what the rows are. */
export function totalsTable(rows: readonly TotalsRow[], all: Totals, of = 'category'): string {
  return [
    `| ${of} | ${columns.join(' | ')} | time |`,
    `| --- |${' ---: |'.repeat(columns.length + 1)}`,
    ...rows.map(({ name, totals }) => row(codeCell(truncate(name, maxName)), totals)),
    `${row('**all**', all)}\n`,
  ].join('\n');
}

function row(name: string, totals: Totals): string {
  const counts = columns.map((column) => String(totals[column] ?? 0));
  return `| ${[name, ...counts, formatDuration(totals.durationMs)].join(' | ')} |`;
}
