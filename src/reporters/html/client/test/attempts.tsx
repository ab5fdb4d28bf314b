import type { VNode } from 'preact';
import type { PageProblem, PageStatus } from '../../page-data.ts';
import { StatusIcon } from '../parts/icon.tsx';
import { duration } from '../format.ts';
import type { Row } from '../rows.ts';
import { statusWords } from '../status.ts';
import { Problems } from './problem.tsx';

/** What a test did each time it was run, side by side; nothing where it was run once. */
export function Attempts({ row }: { readonly row: Row }): VNode | null {
  const others = row.details?.attempts ?? [];
  if (others.length === 0) return null;
  // A flaky test counts as what it did last. Where it never passed, the order of the one that counts is not known.
  const passedLast = row.status === 'F';
  const counts = (
    <Attempt
      name={passedLast ? `Attempt ${others.length + 1}, which counts` : 'The attempt that counts'}
      status={passedLast ? 'p' : row.status}
      durationMs={row.durationMs}
      problems={[]}
      note={passedLast ? null : 'As above.'}
    />
  );
  return (
    <div class="attempts">
      <p class="label">Attempts</p>
      <div class="columns">
        {!passedLast && counts}
        {others.map(({ status, durationMs, problems }, at) => (
          <Attempt
            key={at}
            name={passedLast ? `Attempt ${at + 1}` : `Another attempt${others.length > 1 ? ` (${at + 1})` : ''}`}
            {...{ status, durationMs, problems }}
            note={null}
          />
        ))}
        {passedLast && counts}
      </div>
    </div>
  );
}

interface AttemptProps {
  readonly name: string;
  readonly status: PageStatus;
  readonly durationMs: number;
  readonly problems: readonly PageProblem[];
  readonly note: string | null;
}

function Attempt({ name, status, durationMs, problems, note }: AttemptProps): VNode {
  return (
    <div class="attempt">
      <p class="attempt-head">
        <StatusIcon status={status} />
        <b>{name}</b>
        <span class="dim">
          {statusWords(status).word} in {duration(durationMs)}
        </span>
      </p>
      {note !== null && <p class="hint">{note}</p>}
      <Problems problems={problems} />
    </div>
  );
}
