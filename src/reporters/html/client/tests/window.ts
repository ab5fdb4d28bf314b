/** A list of rows of one height, and the part of it that can be seen. Lengths are pixels. */
export interface ListShape {
  readonly count: number;
  readonly rowHeight: number;
  readonly viewHeight: number;
}

/** What of a list is made. */
export interface Window {
  /** Of all rows, as the scroll bar shows them. */
  readonly height: number;
  readonly first: number;
  /** The row after the last. */
  readonly end: number;
  /** Of the first row, from the top of the list. */
  readonly top: number;
}

/** No browser makes elements of more than 17 million pixels (Firefox) or 33 million (Chromium). */
const maxHeight = 8_000_000;
const spare = 6;

/** The rows that can be seen at a scroll position, and a few around them. Lists that no browser could hold are scrolled in larger steps. */
export function visibleWindow(shape: ListShape, scrollTop: number): Window {
  const { count, rowHeight, viewHeight } = shape;
  const full = count * rowHeight;
  const height = Math.min(full, maxHeight);
  const room = Math.max(0, height - viewHeight);
  const top = Math.min(Math.max(0, scrollTop), room);
  const seen = top * stretch(shape);
  const first = Math.max(0, Math.floor(seen / rowHeight) - spare);
  const end = Math.min(count, Math.ceil((seen + viewHeight) / rowHeight) + spare);
  return { height, first, end, top: top - (seen - first * rowHeight) };
}

/** The scroll position nearest to the present one at which a row can be seen whole. */
export function scrollToRow(shape: ListShape, scrollTop: number, row: number): number {
  const { rowHeight, viewHeight } = shape;
  const factor = stretch(shape);
  const seen = scrollTop * factor;
  const wanted = Math.min(Math.max(seen, (row + 1) * rowHeight - viewHeight), row * rowHeight);
  return wanted === seen ? scrollTop : wanted / factor;
}

function stretch({ count, rowHeight, viewHeight }: ListShape): number {
  const full = count * rowHeight;
  if (full <= maxHeight) return 1;
  return (full - viewHeight) / (maxHeight - viewHeight);
}
