import type { VNode } from 'preact';
import { StatusIcon } from '../parts/icon.tsx';
import { Safe } from '../parts/text.tsx';
import type { Row } from '../rows.ts';
import { TestDetails } from '../test/test-details.tsx';

/** The test that is open, beside the list or, where there is no room, instead of it. */
export function DetailPanel({ row, onClose }: { readonly row: Row; readonly onClose: () => void }): VNode {
  return (
    <section class="detail" aria-labelledby="detail-title">
      <div class="detail-head">
        <h2 id="detail-title" tabIndex={-1}>
          <StatusIcon status={row.status} />
          <Safe text={row.name} />
        </h2>
        <button type="button" class="plain" onClick={onClose}>
          Close
        </button>
      </div>
      <TestDetails key={row.key} row={row} />
    </section>
  );
}
