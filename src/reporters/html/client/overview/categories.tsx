import type { VNode } from 'preact';
import type { PageCategory } from '../../page-data.ts';
import { Safe } from '../parts/text.tsx';
import { count, duration } from '../format.ts';
import { testsHref, usePage } from '../state.ts';
import { outcomeWord } from '../status.ts';
import { tally } from './failures.tsx';
import { Section } from './section.tsx';
import { TotalsBar } from './totals-bar.tsx';

const columns = ['Category', 'Tests', 'Passed', 'Failed', 'Errors', 'Skipped', 'Flaky', 'Time in tests'] as const;

/** The totals of each category. */
export function Categories(): VNode | null {
  const { categories } = usePage().data.run;
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
              <th scope="col" class="wide">
                Share
              </th>
            </tr>
          </thead>
          <tbody>
            {categories.map((category) => (
              <Category key={category.name} category={category} />
            ))}
          </tbody>
        </table>
      </div>
    </Section>
  );
}

function Category({
  category: { name, role, totals, outcomes, tasks, skip },
}: {
  readonly category: PageCategory;
}): VNode {
  const { view } = usePage();
  const { tests, passed, failed, errors, skipped, flaky = 0 } = totals;
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
      <Cell value={tests} />
      <Cell value={passed} />
      <Cell value={failed} tone="fail" />
      <Cell value={errors} tone="error" />
      <Cell value={skipped} />
      <Cell value={flaky} tone="warn" />
      <td class="right">{duration(totals.durationMs)}</td>
      <td class="wide">
        <TotalsBar totals={totals} />
      </td>
    </tr>
  );
}

function Cell({ value, tone }: { readonly value: number; readonly tone?: string }): VNode {
  const name = value === 0 ? 'right zero' : tone === undefined ? 'right' : `right text-${tone}`;
  return <td class={name}>{count(value)}</td>;
}
