import type { ComponentChildren, VNode } from 'preact';
import { Command } from '../parts/copy.tsx';
import { Output } from '../parts/output.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { Safe } from '../parts/text.tsx';
import { daysUntil, duration } from '../format.ts';
import { describeFlakiness } from '../flakiness.ts';
import { placeOf } from '../rows.ts';
import type { Row } from '../rows.ts';
import { testsHref, usePage } from '../state.ts';
import { statusWords } from '../status.ts';
import { Attempts } from './attempts.tsx';
import { Problems } from './problem.tsx';
import { TaskBlock } from './task-block.tsx';

/** All that is known of a test. */
export function TestDetails({ row }: { readonly row: Row }): VNode {
  const details = row.details ?? {};
  const command = details.rerun ?? row.task.rerun;
  return (
    <div class="test-details">
      <Quarantine row={row} />
      {details.synthetic === true && (
        <p class="hint">No framework reported this: runner put it here so that nothing goes missing.</p>
      )}
      {details.skipReason !== undefined && details.skipReason !== '' && (
        <Output label="Reason" text={details.skipReason} lines={6} />
      )}
      <Problems problems={details.problems ?? []} />
      <Attempts row={row} />
      {filled(details.stdout) && <Output label="Output of the test" text={details.stdout} keep="last" lines={20} />}
      {filled(details.stderr) && (
        <Output label="Error output of the test" text={details.stderr} keep="last" lines={20} />
      )}
      {command !== null && (
        <Command text={command} label={details.rerun === undefined ? 'Run its task again' : 'Run it again'} />
      )}
      <TaskBlock task={row.task} open={details.synthetic === true} />
      <Facts row={row} />
    </div>
  );
}

function filled(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function Quarantine({ row }: { readonly row: Row }): VNode | null {
  const { data } = usePage();
  const quarantine = row.details?.quarantine;
  if (quarantine === undefined) return null;
  const days = daysUntil(quarantine.until, data.run.startedAt);
  return (
    <p class="notice tone-note">
      Quarantined by <Safe text={quarantine.owner} /> until <Safe text={quarantine.until} />
      {days === null ? '' : days < 0 ? ' (over)' : ` (${days} days left)`}: <Safe text={quarantine.reason} />
    </p>
  );
}

function Facts({ row }: { readonly row: Row }): VNode {
  const { view } = usePage();
  return (
    <dl class="facts">
      <Fact name="Status">{statusWords(row.status).word}</Fact>
      <Fact name="Duration">{duration(row.durationMs)}</Fact>
      <Fact name="Place">
        <Safe text={placeOf(row)} class="mono" />
      </Fact>
      {row.className !== '' && row.className !== row.file && (
        <Fact name="Class">
          <Safe text={row.className} class="mono" />
        </Fact>
      )}
      <Fact name="Category">
        <a href={testsHref(view, { categories: [row.task.category] })}>
          <Safe text={row.task.category} />
        </a>
      </Fact>
      <Fact name="Suite">
        <a href={testsHref(view, { suites: [row.task.suite] })}>
          <Safe text={row.task.suite} />
        </a>{' '}
        (<Safe text={row.task.framework} />)
      </Fact>
      <HistoryFacts row={row} />
    </dl>
  );
}

function HistoryFacts({ row }: { readonly row: Row }): VNode | null {
  const { data } = usePage();
  if (data.history?.[row.key] === undefined) return null;
  const flakiness = data.flakiness?.[row.key];
  return (
    <>
      <Fact name="Last runs">
        <Sparkline row={row} />
      </Fact>
      {flakiness !== undefined && <Fact name="By its history">{describeFlakiness(flakiness)}</Fact>}
    </>
  );
}

function Fact(props: { readonly name: string; readonly children: ComponentChildren }): VNode {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
