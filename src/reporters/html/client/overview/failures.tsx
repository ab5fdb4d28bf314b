import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Disclosure } from '../parts/disclosure.tsx';
import { StatusIcon } from '../parts/icon.tsx';
import { Paged } from '../parts/paged.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { tally } from '../parts/tally.tsx';
import { Safe } from '../parts/text.tsx';
import { describeFlakiness, flakinessWord } from '../flakiness.ts';
import { duration } from '../format.ts';
import { placeOf } from '../rows.ts';
import type { Row } from '../rows.ts';
import { testsHref, usePage } from '../state.ts';
import { TestDetails } from '../test/test-details.tsx';
import { Section } from './section.tsx';

const openAtFirst = 3;

/** The tests that failed, each with all that is known of it; nothing where none did. */
export function Failures(): VNode | null {
  const { rows, view } = usePage();
  const [all, setAll] = useState<boolean | null>(null);
  const failures = useMemo(() => rows.filter(({ status }) => status === 'f' || status === 'e'), [rows]);
  if (failures.length === 0) return null;
  const aside = (
    <p class="section-tools">
      <button type="button" class="plain" onClick={() => setAll(all !== true)}>
        {all === true ? 'Close all' : 'Open all'}
      </button>
      <a href={testsHref(view, { statuses: ['f', 'e'] })}>Show in the list</a>
    </p>
  );
  return (
    <Section id="failures" title={<>Failures {tally(failures.length)}</>} aside={aside}>
      <ul class="cards">
        <Paged items={failures} first={25} step={100} name="failures">
          {(row, at) => (
            <li key={row.key}>
              <TestCard row={row} open={all ?? at < openAtFirst} />
            </li>
          )}
        </Paged>
      </ul>
    </Section>
  );
}

/** A test that opens to all that is known of it. */
export function TestCard({ row, open = false }: { readonly row: Row; readonly open?: boolean }): VNode {
  const message = row.details?.problems?.find((problem) => problem.message !== '')?.message ?? '';
  return (
    <Disclosure
      class={`card status-${row.status}`}
      open={open}
      stop
      summary={
        <>
          <StatusIcon status={row.status} />
          <span class="card-main">
            <h3>
              <Safe text={row.name} />
            </h3>
            <Safe text={placeOf(row)} class="mono dim place" />
            {message !== '' && <Safe text={firstLine(message)} class="mono message" />}
          </span>
          <span class="card-side">
            <Past row={row} />
            <Sparkline row={row} />
            <span class="dim">{duration(row.durationMs)}</span>
          </span>
        </>
      }
    >
      {() => <TestDetails row={row} />}
    </Disclosure>
  );
}

function Past({ row }: { readonly row: Row }): VNode | null {
  const flakiness = usePage().data.flakiness?.[row.key];
  const word = flakiness === undefined ? null : flakinessWord(flakiness);
  if (flakiness === undefined || word === null) return null;
  return (
    <span class="tone-warn past" title={describeFlakiness(flakiness)}>
      {word}
    </span>
  );
}

function firstLine(message: string): string {
  const line = /\S.*/.exec(message.slice(0, 4_000))?.[0] ?? '';
  return line.slice(0, 300);
}
