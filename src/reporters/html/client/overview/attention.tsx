import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import type { PageStatus } from '../../page-data.ts';
import { Paged } from '../parts/paged.tsx';
import { Safe } from '../parts/text.tsx';
import { daysUntil } from '../format.ts';
import { placeOf } from '../rows.ts';
import type { Row } from '../rows.ts';
import { testsHref, usePage } from '../state.ts';
import { tally } from '../parts/tally.tsx';
import { TestCard } from './failures.tsx';
import { Section } from './section.tsx';

/** Tests that passed only on a retry; nothing where there are none. */
export function Flaky(): VNode | null {
  const { rows, list } = useStatus('F');
  if (rows.length === 0) return null;
  return (
    <Section id="flaky" title={<>Flaky {tally(rows.length)}</>} aside={list}>
      <ul class="cards">
        <Paged items={rows} first={10} step={50} name="flaky tests">
          {(row) => (
            <li key={row.key}>
              <TestCard row={row} />
            </li>
          )}
        </Paged>
      </ul>
    </Section>
  );
}

/** Tests that are owed: their turn did not come; nothing where there are none. */
export function NotRun(): VNode | null {
  const { rows, list } = useStatus('n');
  if (rows.length === 0) return null;
  return (
    <Section id="not-run" title={<>Not run {tally(rows.length)}</>} aside={list}>
      <ul class="cards">
        <Paged items={rows} first={5} step={50} name="tests that did not run">
          {(row) => (
            <li key={row.key}>
              <TestCard row={row} />
            </li>
          )}
        </Paged>
      </ul>
    </Section>
  );
}

/** Tests whose failures do not count for a while: who looks after them, and for how long; nothing where there are none. */
export function Quarantined(): VNode | null {
  const { rows, list } = useStatus('q');
  if (rows.length === 0) return null;
  return (
    <Section id="quarantined" title={<>Quarantined {tally(rows.length)}</>} aside={list}>
      <div class="scroll" tabIndex={0} role="group" aria-label="Quarantined tests">
        <table>
          <thead>
            <tr>
              <th scope="col">Test</th>
              <th scope="col">Owner</th>
              <th scope="col">Until</th>
              <th scope="col" class="right">
                Days left
              </th>
              <th scope="col">Reason</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, 200).map((row) => (
              <QuarantinedRow key={row.key} row={row} />
            ))}
          </tbody>
        </table>
      </div>
      {rows.length > 200 && <p class="hint">The first 200; the list has all of them.</p>}
    </Section>
  );
}

function QuarantinedRow({ row }: { readonly row: Row }): VNode {
  const { data, view } = usePage();
  const quarantine = row.details?.quarantine;
  const days = quarantine === undefined ? null : daysUntil(quarantine.until, data.run.startedAt);
  return (
    <tr>
      <th scope="row">
        <a href={testsHref(view, { statuses: ['q'] }, row.key)}>
          <Safe text={row.name} />
        </a>
        <Safe text={placeOf(row)} class="mono dim place" />
      </th>
      <td>
        <Safe text={quarantine?.owner ?? ''} />
      </td>
      <td class="mono">
        <Safe text={quarantine?.until ?? ''} />
      </td>
      <td class={days !== null && days < 7 ? 'right soon' : 'right'}>
        {days === null ? '' : days < 0 ? 'over' : days}
      </td>
      <td>
        <Safe text={quarantine?.reason ?? ''} />
      </td>
    </tr>
  );
}

function useStatus(status: PageStatus): { readonly rows: readonly Row[]; readonly list: VNode } {
  const { rows: all, view } = usePage();
  const rows = useMemo(() => all.filter((row) => row.status === status), [all, status]);
  const list = (
    <p class="section-tools">
      <a href={testsHref(view, { statuses: [status] })}>Show in the list</a>
    </p>
  );
  return { rows, list };
}
