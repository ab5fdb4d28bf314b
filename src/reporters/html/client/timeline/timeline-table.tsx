import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import type { PageTask } from '../../page-data.ts';
import { Safe } from '../parts/text.tsx';
import { count, duration } from '../format.ts';
import { testsHref, usePage } from '../state.ts';
import { describeBar } from './describe.ts';
import type { Timeline } from './layout.ts';

/** The tasks of the critical path, in a line. */
export function CriticalPath({ tasks }: { readonly tasks: readonly PageTask[] }): VNode | null {
  const { view } = usePage();
  if (tasks.length === 0) return null;
  return (
    <div class="critical-path">
      <p class="label" id="title-critical">
        Critical path
      </p>
      <ol aria-labelledby="title-critical">
        {tasks.map((task) => (
          <li key={task.id}>
            <a href={testsHref(view, { task: task.id })}>
              <Safe text={task.id} class="mono" />
            </a>
            {task.durationMs !== null && <span class="dim"> {duration(task.durationMs)}</span>}
          </li>
        ))}
      </ol>
    </div>
  );
}

const columns = ['Lane', 'From', 'To', 'What', 'About'] as const;

/** What the chart shows, for those who cannot see it. */
export function TimelineTable({ timeline }: { readonly timeline: Timeline }): VNode {
  const [limit, setLimit] = useState(200);
  const bars = timeline.lanes.flatMap((lane) => lane.bars.map((bar) => ({ lane, bar })));
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label="The timeline as a table">
      <table>
        <thead>
          <tr>
            {columns.map((name) => (
              <th key={name} scope="col">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {bars.slice(0, limit).map(({ lane, bar }, at) => {
            const [name = '', ...about] = describeBar(bar);
            return (
              <tr key={at}>
                <td>
                  <Safe text={lane.name} />
                </td>
                <td class="mono">{duration(bar.from)}</td>
                <td class="mono">{duration(bar.to)}</td>
                <td class="mono">
                  <Safe text={name} />
                </td>
                <td>
                  <Safe text={about.join(', ')} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {bars.length > limit && (
        <button type="button" class="more" onClick={() => setLimit(limit * 5)}>
          Show more of {count(bars.length - limit)} rows
        </button>
      )}
    </div>
  );
}
