import type { VNode } from 'preact';
import type { PageCategory, PageCoverage } from '../../page-data.ts';
import { Safe } from '../parts/text.tsx';
import { count, duration } from '../format.ts';
import { testsHref, usePage } from '../state.ts';
import { outcomeWord } from '../status.ts';
import { visibleText } from '../text/pieces.ts';
import { tally } from '../parts/tally.tsx';
import { Section } from './section.tsx';
import { TotalsBar } from './totals-bar.tsx';

const columns = ['Category', 'Tests', 'Passed', 'Failed', 'Errors', 'Skipped', 'Flaky', 'Time in tests'] as const;

/** The totals of each category, and of all in the environment of the run. */
export function Categories(): VNode | null {
  const { categories, totals, environment, withoutCoverage = [] } = usePage().data.run;
  const measured = categories.some(({ coverage }) => coverage !== undefined);
  if (categories.length === 0) return null;
  return (
    <Section id="categories" title={<>Categories {tally(categories.length)}</>}>
      <div class="scroll" tabIndex={0} role="group" aria-label="Totals of each category">
        <table class="numbers-table">
          <thead>
            <tr>
              {columns.map((name) => (
                <th key={name} scope="col" class={name === 'Category' ? '' : 'right'}>
                  {name}
                </th>
              ))}
              {measured && (
                <th scope="col" class="right">
                  Coverage
                </th>
              )}
              <th scope="col" class="wide">
                Share
              </th>
            </tr>
          </thead>
          <tbody>
            {categories.map((category) => (
              <Category key={category.name} {...{ category, measured }} />
            ))}
          </tbody>
          <tfoot>
            <tr>
              <th scope="row">
                All in <Safe text={environment} />
              </th>
              <Numbers totals={totals} />
              {measured && <td />}
              <td class="wide">
                <TotalsBar totals={totals} />
              </td>
            </tr>
          </tfoot>
        </table>
      </div>
      {withoutCoverage.length > 0 && (
        <p class="hint">
          No coverage from: <Safe text={withoutCoverage.join(', ')} />
        </p>
      )}
    </Section>
  );
}

function Category({
  category: { name, role, totals, outcomes, tasks, skip, coverage },
  measured,
}: {
  readonly category: PageCategory;
  /** There is a column for coverage. */
  readonly measured: boolean;
}): VNode {
  const { view } = usePage();
  const troubled = Object.entries(outcomes).filter(([outcome, number]) => outcome !== 'passed' && number > 0);
  return (
    <tr>
      <th scope="row">
        <a href={testsHref(view, { categories: [name] })}>
          <Safe text={name} />
        </a>
        {role === 'dependency' && <span class="dim"> needed by others</span>}
        <span class="dim place">
          {skip !== null ? (
            <Safe text={skip} />
          ) : (
            `${count(tasks)} ${tasks === 1 ? 'task' : 'tasks'}${troubled.map(([outcome, number]) => `, ${number} ${outcomeWord(outcome)}`).join('')}`
          )}
        </span>
      </th>
      <Numbers totals={totals} />
      {measured && <Coverage coverage={coverage} />}
      <td class="wide">
        <TotalsBar totals={totals} />
      </td>
    </tr>
  );
}

function Numbers({ totals }: Pick<PageCategory, 'totals'>): VNode {
  const { tests, passed, failed, errors, skipped, flaky = 0, durationMs } = totals;
  return (
    <>
      <Cell value={tests} />
      <Cell value={passed} />
      <Cell value={failed} tone="fail" />
      <Cell value={errors} tone="error" />
      <Cell value={skipped} />
      <Cell value={flaky} tone="warn" />
      <td class="right">{duration(durationMs)}</td>
    </>
  );
}

function Coverage({ coverage }: { readonly coverage: PageCoverage | undefined }): VNode {
  if (coverage === undefined) return <td class="right zero">none</td>;
  const { percent, text, short } = coverage;
  return (
    <td class={short ? 'right text-fail' : 'right'} title={visibleText(text)}>
      <Safe text={percent === null ? 'none' : `${percent} %`} />
      {short && <Safe text={text} class="dim place wrapped" />}
    </td>
  );
}

function Cell({ value, tone }: { readonly value: number; readonly tone?: string }): VNode {
  const name = value === 0 ? 'right zero' : tone === undefined ? 'right' : `right text-${tone}`;
  return <td class={name}>{count(value)}</td>;
}
