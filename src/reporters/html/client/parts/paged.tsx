import type { ComponentChildren, VNode } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../format.ts';
import { usePrinting } from './printing.ts';

interface PagedProps<T> {
  readonly items: readonly T[];
  readonly first: number;
  readonly step: number;
  readonly name: string;
  readonly children: (item: T, at: number) => ComponentChildren;
}

const mostOnPaper = 300;

/** The first of many, and a button for more of them. */
export function Paged<T>({ items, first, step, name, children }: PagedProps<T>): VNode {
  const [limit, setLimit] = useState(first);
  const printing = usePrinting();
  const shown = printing ? Math.max(limit, mostOnPaper) : limit;
  const rest = items.length - shown;
  return (
    <>
      {items.slice(0, shown).map(children)}
      {rest > 0 && printing && (
        <li class="paged">
          And {count(rest)} more {name}, which the page shows on a screen.
        </li>
      )}
      {rest > 0 && !printing && (
        <li class="paged">
          <button type="button" class="more" onClick={() => setLimit(limit + step)}>
            Show {count(Math.min(step, rest))} more of {count(rest)} {name}
          </button>
        </li>
      )}
    </>
  );
}
