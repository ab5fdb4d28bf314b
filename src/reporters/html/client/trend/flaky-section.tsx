import type { VNode } from 'preact';
import type { TrendData, TrendUnsteady } from '../../trend-data.ts';
import { count, counted, moment, percent } from '../format.ts';
import { Section } from '../overview/section.tsx';
import { Safe } from '../parts/text.tsx';
import { tally } from '../parts/tally.tsx';
import { PagedTable } from './paged-table.tsx';
import { TestCell } from './test-cell.tsx';

const scored = ['Test', 'Score', 'At least', 'On commits', 'Failures', 'Failed last', 'Quarantine'] as const;
const broken = ['Test', 'Failures', 'Failed last', 'Quarantine'] as const;

/** Tests that did not always pass, with how sure it is that they are flaky. */
export function FlakySection({ data: { flaky: found } }: { readonly data: TrendData }): VNode {
  const { flaky, suspected, alwaysFailing, omitted, leftOut } = found;
  const total = flaky.length + omitted.flaky;
  return (
    <Section id="flaky" title={<>Flaky tests {tally(total)}</>}>
      {total === 0 && <p>No test is known to be flaky.</p>}
      <Tests title={null} tests={flaky} omitted={omitted.flaky} isScored />
      <Tests title="Suspected: too seldom to be sure" tests={suspected} omitted={omitted.suspected} isScored />
      <Tests
        title="Always failing: broken, not flaky"
        tests={alwaysFailing}
        omitted={omitted.alwaysFailing}
        isScored={false}
      />
      <p class="hint">
        The score is how likely the same code passes and fails; it is at least what stands beside it, with 97.5 %
        confidence.
        {leftOut.map(({ because, runs }) => (
          <span key={because}>
            {' '}
            {counted(runs, 'run')} left out: <Safe text={because} />.
          </span>
        ))}
      </p>
    </Section>
  );
}

interface TestsProps {
  readonly title: string | null;
  readonly tests: readonly TrendUnsteady[];
  readonly omitted: number;
  readonly isScored: boolean;
}

function Tests({ title, tests, omitted, isScored }: TestsProps): VNode | null {
  if (tests.length === 0) return null;
  return (
    <div class="flaky-list">
      {title !== null && (
        <h3>
          {title} {tally(tests.length + omitted)}
        </h3>
      )}
      <PagedTable label={title ?? 'Flaky tests'} columns={isScored ? scored : broken} rows={tests} name="tests">
        {(test) => <Unsteady key={keyOf(test)} {...{ test, isScored }} />}
      </PagedTable>
      {omitted > 0 && <p class="hint">And {count(omitted)} more: runner history flaky lists them.</p>}
    </div>
  );
}

function Unsteady({ test, isScored }: { readonly test: TrendUnsteady; readonly isScored: boolean }): VNode {
  const { score, atLeast, commits, flakyCommits, failures, lastFailedAt, quarantine } = test;
  return (
    <tr>
      <TestCell test={test.test} />
      {isScored && (
        <>
          <td class="right">{percent(score)}</td>
          <td class="right">{percent(atLeast)}</td>
          <td>
            {count(flakyCommits)} of {count(commits)}
          </td>
        </>
      )}
      <td class="right">{count(failures)}</td>
      <td>{moment(lastFailedAt)}</td>
      <td>
        {quarantine !== null && (
          <>
            <Safe text={quarantine.owner} />, until <Safe text={quarantine.until} />
          </>
        )}
      </td>
    </tr>
  );
}

function keyOf({ test: { suite, file, className, name } }: TrendUnsteady): string {
  return JSON.stringify([suite, file, className, name]);
}
