import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../format.ts';

interface PagedProps<T> {
  readonly items: readonly T[];
  readonly first: number;
  readonly step: number;
  readonly name: string;
  readonly children: (item: T, at: number) => ComponentChildren;
}

/** The first of many, and a button for more of them. */
export function Paged<T>({ items, first, step, name, children }: PagedProps<T>): VNode {
  const [limit, setLimit] = useState(first);
  const rest = items.length - limit;
  return (
    <>
      {items.slice(0, limit).map(children)}
      {rest > 0 && (
        <li class="paged">
          <button type="button" class="more" onClick={() => setLimit(limit + step)}>
            Show {count(Math.min(step, rest))} more of {count(rest)} {name}
          </button>
        </li>
      )}
    </>
  );
}
