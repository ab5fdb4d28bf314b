import type { VNode } from 'preact';
import { useErrorBoundary } from 'preact/hooks';
import type { TrendData } from '../../trend-data.ts';
import { counted, moment } from '../format.ts';
import { SkipLink } from '../parts/skip-link.tsx';
import { Safe } from '../parts/text.tsx';
import { ThemeButton, useTheme } from '../parts/theme.tsx';
import { Unreadable } from '../unreadable.tsx';
import { useThemeInAddress } from './address.ts';
import { askAgain } from './ask-again.ts';
import { CategoryTrends } from './category-trends.tsx';
import { DriftSection } from './drift-section.tsx';
import { FlakySection } from './flaky-section.tsx';
import { RunsSection } from './runs-section.tsx';
import { SlowestSection } from './slowest-section.tsx';

/** The history on one page. */
export function TrendPage({ data }: { readonly data: TrendData }): VNode {
  const boundary: readonly unknown[] = useErrorBoundary();
  const problem = boundary[0];
  return problem === undefined ? <Shown data={data} /> : <Unreadable error={problem} instead={askAgain} />;
}

function Shown({ data }: { readonly data: TrendData }): VNode {
  const [theme, choose] = useThemeInAddress();
  useTheme(theme);
  return (
    <>
      <SkipLink />
      <header class="header">
        <p class="header-run">
          <Safe text={data.project} class="header-project" />
          <span class="dim header-environment">history</span>
        </p>
        <div class="header-tools trend-tools">
          <ThemeButton {...{ theme, choose }} />
        </div>
      </header>
      <main id="content" tabIndex={-1} class="overview">
        <Summary data={data} />
        {data.runs.length > 0 && (
          <>
            <RunsSection runs={data.runs} />
            <CategoryTrends data={data} />
            <FlakySection data={data} />
            <DriftSection drift={data.drift} />
            <SlowestSection slowest={data.slowest} />
          </>
        )}
      </main>
    </>
  );
}

function Summary({ data: { project, environment, runs, madeAt } }: { readonly data: TrendData }): VNode {
  const [first, last] = [runs[0], runs.at(-1)];
  const passed = runs.filter(({ verdict }) => verdict === 'passed').length;
  return (
    <section class="verdict" aria-labelledby="title-summary">
      <h1 id="title-summary" class="plain-title">
        History of <Safe text={project} />
      </h1>
      {first === undefined || last === undefined ? (
        <p class="verdict-sum">
          No run is remembered
          {environment !== null && (
            <>
              {' '}
              in <Safe text={environment} />
            </>
          )}
          . Whatever runs next will be.
        </p>
      ) : (
        <p class="verdict-sum">
          {counted(runs.length, 'run')}, {counted(passed, 'passed', 'passed')}, from {moment(first.startedAt)} to{' '}
          {moment(last.startedAt)}
          {environment !== null && (
            <>
              , in <Safe text={environment} />
            </>
          )}
        </p>
      )}
      <p class="hint">Made {moment(madeAt)}</p>
    </section>
  );
}
