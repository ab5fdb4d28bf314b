import { codeSpan } from '../base/markdown.ts';
import { plural, truncate } from '../base/text.ts';
import { exitCodeOf } from '../errors.ts';
import type { Verdict } from '../model/outcome.ts';
import type { Totals } from '../model/test.ts';
import { joinSections } from './markdown-sections.ts';
import { totalsTable } from './markdown-table.ts';

/** A JUnit file that was merged. */
export interface DescribedFile {
  readonly path: string;
  readonly totals: Totals;
  /** What is wrong with it; `null` = it is whole. */
  readonly damage: string | null;
}

/** What JUnit files came to together. */
export interface MergedXml {
  readonly verdict: Verdict;
  readonly totals: Totals;
  readonly files: readonly DescribedFile[];
  readonly filesOmitted: number;
  readonly problems: readonly string[];
}

const maxRows = 200;
const maxText = 400;

/** What JUnit files of others came to, as Markdown: what they hold in common is totals. */
export function markdownOfXml(merged: MergedXml, maxBytes: number): string {
  const { verdict, totals, files, filesOmitted, problems } = merged;
  const shown = files.slice(0, maxRows);
  const left = files.length - shown.length + filesOmitted;
  const rows = shown.map(({ path, totals: own }) => ({ name: path, totals: own }));
  const more = (what: string) => (count: number) => `${plural(count, `more ${what}`)} in ${codeSpan('summary.json')}`;
  return joinSections(
    [
      { heading: `## ${verdict}: merged reports`, blocks: [`exit ${exitCodeOf(verdict)}\n`], more: more('line') },
      {
        heading: '',
        blocks: problems.map((problem) => `> **damaged** ${codeSpan(truncate(problem, maxText))}\n`),
        more: more('problem'),
      },
      { heading: '', blocks: [totalsTable(rows, totals, 'report')], omitted: left, more: more('report') },
    ],
    maxBytes,
  );
}
