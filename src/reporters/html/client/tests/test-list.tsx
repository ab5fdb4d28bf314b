import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { StatusIcon } from '../parts/icon.tsx';
import { Sparkline } from '../parts/sparkline.tsx';
import { Safe } from '../parts/text.tsx';
import { duration } from '../format.ts';
import { placeOf } from '../rows.ts';
import type { Row } from '../rows.ts';
import { usePage } from '../state.ts';
import { scrollToRow, visibleWindow } from './window.ts';
import type { ListShape } from './window.ts';

interface TestListProps {
  readonly rows: readonly Row[];
  readonly open: Row | null;
}

/** Tests as a list box, of which only what can be seen is made. */
export function TestList({ rows, open }: TestListProps): VNode {
  const { go } = usePage();
  const box = useRef<HTMLDivElement>(null);
  const size = useSize(box);
  const [scrollTop, setScrollTop] = useState(0);
  const { active, latest, setActive } = useActive();
  const shape: ListShape = { count: rows.length, ...size };
  const shown = visibleWindow(shape, scrollTop);
  useStart({ rows, open, shape, box, setActive });
  const goTo = (at: number): void => {
    const next = Math.max(0, Math.min(rows.length - 1, at));
    setActive(next);
    if (box.current !== null) box.current.scrollTop = scrollToRow(shape, box.current.scrollTop, next);
    const row = rows[next];
    if (open !== null && row !== undefined) go({ test: row.key }, 'replace');
  };
  const show = (row: Row, how: 'key' | 'pointer'): void => {
    setActive(rows.indexOf(row));
    go({ test: row.key }, open === null ? 'push' : 'replace');
    // What was opened by a key is read next.
    if (how === 'key') setTimeout(() => document.getElementById('detail-title')?.focus(), 50);
  };
  const page = Math.max(1, Math.floor(size.viewHeight / size.rowHeight) - 1);
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = target(event, { active: latest(), page, count: rows.length });
    const row = rows[latest()];
    if (at !== null) goTo(at);
    else if (event.key === 'Enter' && row !== undefined) show(row, 'key');
    else return;
    event.preventDefault();
  };
  return (
    <div
      id="list"
      class="list"
      ref={box}
      role="listbox"
      tabIndex={0}
      aria-label="Tests"
      aria-activedescendant={active >= shown.first && active < shown.end ? `row-${active}` : undefined}
      onScroll={(event) => setScrollTop(event.currentTarget.scrollTop)}
      onKeyDown={onKeyDown}
    >
      {rows.length === 0 && <Nothing />}
      <div class="list-space" role="presentation" style={{ height: `${shown.height}px` }}>
        <div class="list-rows" role="presentation" style={{ transform: `translateY(${shown.top}px)` }}>
          {rows.slice(shown.first, shown.end).map((row, at) => (
            <TestRow
              key={row.at}
              {...{ row, at: shown.first + at, count: rows.length }}
              active={shown.first + at === active}
              open={row === open}
              onOpen={() => show(row, 'pointer')}
            />
          ))}
        </div>
      </div>
    </div>
  );
}

function target(
  event: KeyboardEvent,
  { active, page, count }: { readonly active: number; readonly page: number; readonly count: number },
): number | null {
  if (event.ctrlKey || event.metaKey || event.altKey) return null;
  switch (event.key) {
    case 'j':
    case 'ArrowDown':
      return active + 1;
    case 'k':
    case 'ArrowUp':
      return active - 1;
    case 'PageDown':
      return active + page;
    case 'PageUp':
      return active - page;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      return null;
  }
}

interface RowProps {
  readonly row: Row;
  readonly at: number;
  readonly count: number;
  readonly active: boolean;
  readonly open: boolean;
  readonly onOpen: () => void;
}

function TestRow({ row, at, count, active, open, onOpen }: RowProps): VNode {
  return (
    <div
      id={`row-${at}`}
      class={active ? 'row active' : 'row'}
      role="option"
      aria-selected={open}
      aria-setsize={count}
      aria-posinset={at + 1}
      onClick={onOpen}
    >
      <StatusIcon status={row.status} />
      <Safe text={row.name} class="row-name" />
      <Safe text={placeOf(row)} class="mono dim row-place" />
      <span class="row-history">
        <Sparkline row={row} />
      </span>
      <span class="row-time">{duration(row.durationMs)}</span>
    </div>
  );
}

function Nothing(): VNode {
  return (
    <div class="nothing" role="option" aria-selected={false} aria-disabled="true">
      No test matches.
    </div>
  );
}

interface Active {
  readonly active: number;
  readonly latest: () => number;
  readonly setActive: (at: number) => void;
}

/** The row that keys act on; `latest` is true also for a key that comes before the last one has been drawn. */
function useActive(): Active {
  const [active, draw] = useState(0);
  const last = useRef(0);
  const setActive = (at: number): void => {
    last.current = at;
    draw(at);
  };
  return { active, latest: () => last.current, setActive };
}

interface Start {
  readonly rows: readonly Row[];
  readonly open: Row | null;
  readonly shape: ListShape;
  readonly box: { readonly current: HTMLDivElement | null };
  readonly setActive: (at: number) => void;
}

/** Other rows are shown from their start, or from the one that is open. */
function useStart({ rows, open, shape, box, setActive }: Start): void {
  // Before a key can come: one that came between would be taken back.
  useLayoutEffect(() => {
    const at = open === null ? -1 : rows.indexOf(open);
    setActive(Math.max(0, at));
    if (box.current !== null) box.current.scrollTop = at === -1 ? 0 : scrollToRow(shape, 0, at);
  }, [rows]);
}

/** Rows have one line, or two where there is little room; both grow with the reader's letters. */
function useSize(box: { readonly current: HTMLElement | null }): Pick<ListShape, 'rowHeight' | 'viewHeight'> {
  const [size, setSize] = useState({ rowHeight: 32, viewHeight: 600 });
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const measure = (): void => {
      const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
      const lines = parseFloat(getComputedStyle(element).getPropertyValue('--row-rem'));
      setSize({ rowHeight: Math.round(rem * (Number.isFinite(lines) ? lines : 2)), viewHeight: element.clientHeight });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [box]);
  return size;
}
