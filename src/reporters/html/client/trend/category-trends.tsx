import type { VNode } from 'preact';
import type { TrendCategory, TrendData } from '../../trend-data.ts';
import { count, counted, duration, percent } from '../format.ts';
import { Section } from '../overview/section.tsx';
import { Safe } from '../parts/text.tsx';
import { tally } from '../parts/tally.tsx';
import { PagedTable } from './paged-table.tsx';
import { linePath, sharesOfMost } from './plot.ts';

const columns = ['Category', 'Runs', 'Pass rate', 'Last', 'Time in tests', 'Took'] as const;

/** How pass rate and duration of each category have gone in each environment. */
export function CategoryTrends({ data: { categories } }: { readonly data: TrendData }): VNode | null {
  if (categories.length === 0) return null;
  return (
    <Section id="categories" title={<>Categories by environment {tally(categories.length)}</>}>
      <PagedTable label="Pass rate and duration of each category" columns={columns} rows={categories} name="categories">
        {(trend) => <Trend key={`${trend.category} ${trend.environment}`} trend={trend} />}
      </PagedTable>
    </Section>
  );
}

function Trend({ trend: { category, environment, points } }: { readonly trend: TrendCategory }): VNode {
  const rates = points.map(([, rate]) => rate);
  const durations = points.map(([, , ms]) => ms);
  const known = rates.flatMap((rate) => rate ?? []);
  const lastRate = known.at(-1);
  const most = durations.reduce((longest, ms) => Math.max(longest, ms), 0);
  return (
    <tr>
      <th scope="row">
        <Safe text={category} />
        <Safe text={environment} class="dim place" />
      </th>
      <td class="right">{count(points.length)}</td>
      <td class="plot-cell">
        <Plot
          tone="pass"
          values={rates}
          label={`Pass rate of ${counted(points.length, 'run')}: ${describeRates(known)}`}
        />
      </td>
      <td class={lastRate === undefined || lastRate === 1 ? 'right' : 'right text-fail'}>
        {lastRate === undefined ? 'none ran' : percent(lastRate)}
      </td>
      <td class="plot-cell">
        <Plot tone="note" values={sharesOfMost(durations)} label={`Time in tests, at most ${duration(most)}`} />
      </td>
      <td class="right">{duration(durations.at(-1) ?? 0)}</td>
    </tr>
  );
}

function describeRates(rates: readonly number[]): string {
  const [first, last] = [rates[0], rates.at(-1)];
  if (first === undefined || last === undefined) return 'none of its tests ran';
  const least = rates.reduce((lowest, rate) => Math.min(lowest, rate), 1);
  return `from ${percent(first)} to ${percent(last)}, at worst ${percent(least)}`;
}

interface PlotProps {
  readonly tone: string;
  /** From 0 to 1. */
  readonly values: readonly (number | null)[];
  readonly label: string;
}

function Plot({ tone, values, label }: PlotProps): VNode {
  return (
    <svg class={`plot tone-${tone}`} viewBox="0 -8 100 116" preserveAspectRatio="none" role="img" aria-label={label}>
      <title>{label}</title>
      <path class="plot-base" d="M0 100H100" />
      <path class="plot-line" d={linePath(values)} />
    </svg>
  );
}
