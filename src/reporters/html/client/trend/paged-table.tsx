import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../format.ts';

interface PagedTableProps<T> {
  readonly label: string;
  readonly columns: readonly string[];
  readonly rows: readonly T[];
  /** What the rows are. */
  readonly name: string;
  readonly children: (row: T) => ComponentChildren;
}

const numbers: ReadonlySet<string> = new Set([
  'Took',
  'Tests',
  'Failed',
  'Score',
  'At least',
  'Failures',
  'Before',
  'Now',
  'Slower',
  'Median',
  '90 %',
  'Runs',
  'Last',
]);
const step = 50;

/** A table of which the first rows are shown, with a button for more. */
export function PagedTable<T>({ label, columns, rows, name, children }: PagedTableProps<T>): VNode {
  const [limit, setLimit] = useState(step);
  const rest = rows.length - limit;
  return (
    <>
      <div class="scroll" tabIndex={0} role="group" aria-label={label}>
        <table>
          <thead>
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col" class={numbers.has(column) ? 'right' : ''}>
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{rows.slice(0, limit).map(children)}</tbody>
        </table>
      </div>
      {rest > 0 && (
        <button type="button" class="more" onClick={() => setLimit(limit * 3)}>
          Show more of {count(rest)} {name}
        </button>
      )}
    </>
  );
}
