import type { ComponentChildren, VNode } from 'preact';
import type { TrendSlowest, TrendTiming } from '../../trend-data.ts';
import { count, counted, duration } from '../format.ts';
import { Section } from '../overview/section.tsx';
import { Safe } from '../parts/text.tsx';
import { PagedTable } from './paged-table.tsx';
import { TestCell } from './test-cell.tsx';

const timing = ['Median', '90 %', 'Runs'] as const;

/** What takes longest. */
export function SlowestSection({ slowest: { files, tests, runs } }: { readonly slowest: TrendSlowest }): VNode | null {
  if (files.length + tests.length === 0) return null;
  return (
    <Section id="slowest" title="Slowest">
      <div class="halves">
        {files.length > 0 && (
          <div>
            <h3>Files that ran whole</h3>
            <PagedTable label="The slowest files" columns={['File', ...timing]} rows={files} name="files">
              {({ of, ...time }) => (
                <Timed key={`${of.suite} ${of.file}`} time={time}>
                  <th scope="row">
                    <Safe text={of.file} class="mono" />
                    <Safe text={of.suite} class="dim place" />
                  </th>
                </Timed>
              )}
            </PagedTable>
          </div>
        )}
        {tests.length > 0 && (
          <div>
            <h3>Tests that passed</h3>
            <PagedTable label="The slowest tests" columns={['Test', ...timing]} rows={tests} name="tests">
              {({ of, ...time }) => (
                <Timed key={JSON.stringify(of)} time={time}>
                  <TestCell test={of} />
                </Timed>
              )}
            </PagedTable>
          </div>
        )}
      </div>
      <p class="hint">Of the last {counted(runs, 'run')}.</p>
    </Section>
  );
}

interface TimedProps {
  readonly time: Omit<TrendTiming<unknown>, 'of'>;
  readonly children: ComponentChildren;
}

function Timed({ time: { medianMs, p90Ms, runs }, children }: TimedProps): VNode {
  return (
    <tr>
      {children}
      <td class="right">{duration(medianMs)}</td>
      <td class="right">{duration(p90Ms)}</td>
      <td class="right">{count(runs)}</td>
    </tr>
  );
}
