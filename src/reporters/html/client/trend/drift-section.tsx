import type { VNode } from 'preact';
import type { TrendDrift, TrendDriftFile } from '../../trend-data.ts';
import { count, counted, duration } from '../format.ts';
import { Section } from '../overview/section.tsx';
import { Safe } from '../parts/text.tsx';
import { tally } from '../parts/tally.tsx';
import { PagedTable } from './paged-table.tsx';

const columns = ['File', 'Before', 'Now', 'Slower'] as const;

/** Files that take longer than they did: the medians of the last runs and of those before. */
export function DriftSection({ drift: { files, factor, runs, omitted } }: { readonly drift: TrendDrift }): VNode {
  return (
    <Section id="drift" title={<>Slower than before {tally(files.length + omitted)}</>}>
      {files.length === 0 ? (
        <p>
          No file takes {factor} times as long as it did, as far as {counted(runs, 'run')} can say.
        </p>
      ) : (
        <PagedTable label="Files that got slower" columns={columns} rows={files} name="files">
          {(file) => <Drifted key={JSON.stringify([file.suite, file.file, file.environment])} file={file} />}
        </PagedTable>
      )}
      {omitted > 0 && <p class="hint">And {count(omitted)} more.</p>}
      <p class="hint">
        Medians of the last five runs of a file in an environment and of those before, which must be five or more.
      </p>
    </Section>
  );
}

function Drifted({ file: drift }: { readonly file: TrendDriftFile }): VNode {
  const { suite, file, environment, beforeMs, beforeRuns, afterMs, afterRuns } = drift;
  return (
    <tr>
      <th scope="row">
        <Safe text={file} class="mono" />
        <Safe text={`${suite}, in ${environment}`} class="dim place" />
      </th>
      <td class="right">
        {duration(beforeMs)} <span class="dim">of {counted(beforeRuns, 'run')}</span>
      </td>
      <td class="right">
        {duration(afterMs)} <span class="dim">of {counted(afterRuns, 'run')}</span>
      </td>
      <td class="right text-warn">{(afterMs / beforeMs).toFixed(1)}x</td>
    </tr>
  );
}
