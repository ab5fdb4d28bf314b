import type { VNode } from 'preact';
import type { TrendRun } from '../../trend-data.ts';
import { count, duration, moment } from '../format.ts';
import { Section } from '../overview/section.tsx';
import { Disclosure } from '../parts/disclosure.tsx';
import { ToneIcon } from '../parts/icon.tsx';
import { Safe } from '../parts/text.tsx';
import { verdictWords } from '../status.ts';
import { visibleText } from '../text/pieces.ts';
import { sharesOfMost } from './plot.ts';
import { PagedTable } from './paged-table.tsx';
import { tally } from '../parts/tally.tsx';

const runColumns = ['Verdict', 'Started', 'Took', 'Environment', 'Tests', 'Failed', 'Commit', 'Run'] as const;

/** How long the runs took and how they ended, one after the other. */
export function RunsSection({ runs }: { readonly runs: readonly TrendRun[] }): VNode {
  const most = runs.reduce((longest, { durationMs }) => Math.max(longest, durationMs), 0);
  const newestFirst = runs.toReversed();
  return (
    <Section id="runs" title={<>Runs {tally(runs.length)}</>}>
      <figure class="runs-figure">
        <div class="scale" aria-hidden="true">
          <span>{duration(most)}</span>
          <span>0</span>
        </div>
        <RunsChart runs={runs} />
        <figcaption class="dates">
          <span>{moment(runs[0]?.startedAt ?? NaN)}</span>
          <span>{moment(runs.at(-1)?.startedAt ?? NaN)}</span>
        </figcaption>
      </figure>
      <ul class="legend">
        <Legend tone="pass" text="passed" />
        <Legend tone="fail" text="failed" />
        <Legend tone="error" text="infrastructure, interrupted, incomplete" />
        <Legend tone="warn" text="nothing ran" />
        <li>A mark below: it did not pass</li>
      </ul>
      <Disclosure class="as-table" summary="The runs as a table">
        {() => (
          <PagedTable label="The runs" columns={runColumns} rows={newestFirst} name="runs">
            {(run) => <RunRow key={run.run} run={run} />}
          </PagedTable>
        )}
      </Disclosure>
    </Section>
  );
}

function RunsChart({ runs }: { readonly runs: readonly TrendRun[] }): VNode {
  const heights = sharesOfMost(runs.map(({ durationMs }) => durationMs));
  const step = 1000 / Math.max(runs.length, 20);
  const width = runs.length > 250 ? step : step * 0.8;
  return (
    <svg class="runs-chart" viewBox="0 0 1000 110" preserveAspectRatio="none" role="img" aria-label={describe(runs)}>
      <line class="base" x1="0" x2="1000" y1="100" y2="100" />
      {runs.map((run, at) => {
        const { tone } = verdictWords(run.verdict);
        const height = Math.max(1, (heights[at] ?? 0) * 98);
        return (
          <g key={run.run}>
            <title>{describeRun(run)}</title>
            <rect class={`fill-${tone}`} x={at * step} y={100 - height} width={width} height={height} />
            {tone !== 'pass' && <rect class={`fill-${tone}`} x={at * step} y="103" width={width} height="7" />}
          </g>
        );
      })}
    </svg>
  );
}

function describe(runs: readonly TrendRun[]): string {
  const verdicts = [...Map.groupBy(runs, ({ verdict }) => verdict)].map(
    ([verdict, own]) => `${count(own.length)} ${verdictWords(verdict).word.toLowerCase()}`,
  );
  return `Duration and verdict of each run, the oldest on the left: ${verdicts.join(', ')}. The table below has them all.`;
}

function describeRun({ verdict, startedAt, durationMs, environment, totals, run }: TrendRun): string {
  const { tests, failed, errors } = totals;
  const bad = failed + errors === 0 ? '' : `, ${count(failed + errors)} failed`;
  const about = `${moment(startedAt)}, ${duration(durationMs)}, ${environment}, ${count(tests)} tests${bad}, ${run}`;
  return visibleText(`${verdictWords(verdict).word}: ${about}`);
}

function RunRow({ run }: { readonly run: TrendRun }): VNode {
  const { tone, word } = verdictWords(run.verdict);
  const { tests, failed, errors } = run.totals;
  return (
    <tr>
      <td class="verdict-cell">
        <ToneIcon tone={tone} /> <Safe text={word} />
      </td>
      <td>{moment(run.startedAt)}</td>
      <td class="right">{duration(run.durationMs)}</td>
      <td>
        <Safe text={run.environment} />
        {run.shard !== null && (
          <>
            {' '}
            shard <Safe text={run.shard} />
          </>
        )}
      </td>
      <td class="right">{count(tests)}</td>
      <td class={failed + errors === 0 ? 'right zero' : 'right text-fail'}>{count(failed + errors)}</td>
      <td class="mono">
        <Safe text={run.commit?.slice(0, 10) ?? ''} />
      </td>
      <td class="mono">
        <Safe text={run.run} />
        {run.selection.length > 0 && <Safe text={run.selection.join(' ')} class="dim place" />}
      </td>
    </tr>
  );
}

function Legend({ tone, text }: { readonly tone: string; readonly text: string }): VNode {
  return (
    <li>
      <svg width="14" height="12" aria-hidden="true">
        <rect class={`fill-${tone}`} x="0.5" y="0.5" width="13" height="11" rx="2" />
      </svg>
      {text}
    </li>
  );
}
