import type { Bar, Lane, Range, Timeline } from './layout.ts';

/** Where a bar is drawn, in pixels. */
export interface Place {
  /** Its place among all bars. */
  readonly at: number;
  readonly lane: number;
  readonly bar: Bar;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A timeline as it is drawn. */
export interface Drawn {
  readonly height: number;
  readonly lanes: readonly { readonly lane: Lane; readonly y: number; readonly height: number }[];
  readonly places: readonly Place[];
  readonly gaps: readonly Box[];
  readonly held: readonly Box[];
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const rowHeight = { slot: 24, service: 14 } as const;
const space = 6;

/** Where everything of a timeline is drawn in a given width, below `top`; even the shortest bar can be seen. */
export function places(timeline: Timeline, { width, top }: { readonly width: number; readonly top: number }): Drawn {
  const scale = width / Math.max(1, timeline.durationMs);
  const drawn: Place[] = [];
  const [gaps, held]: [Box[], Box[]] = [[], []];
  let y = top;
  const lanes = timeline.lanes.map((lane, at) => {
    const row = rowHeight[lane.kind];
    const height = lane.rows * row + space;
    for (const bar of lane.bars) {
      const x = bar.from * scale;
      drawn.push({
        ...{ at: drawn.length, lane: at, bar, x: Math.min(x, width - 2), y: y + bar.row * row + space / 2 },
        ...{ width: Math.max(2, (bar.to - bar.from) * scale), height: row - 2 },
      });
    }
    const box = (range: Range): Box => ({
      ...{
        x: range.from * scale,
        width: (range.to - range.from) * scale,
        y: y + space / 2,
        height: height - space - 2,
      },
    });
    if (lane.kind === 'slot') {
      gaps.push(...lane.gaps.map(box).filter((gap) => gap.width >= 2));
      held.push(...lane.held.map(box));
    }
    y += height;
    return { lane, y: y - height, height };
  });
  return { height: y, lanes, places: drawn, gaps, held };
}

/** The bar that a key leads to from another one; `null` for other keys, and where there is none. */
export function nextBar(all: readonly Place[], current: number, key: string): number | null {
  const from = all[current];
  if (from === undefined) return null;
  switch (key) {
    case 'Home':
      return 0;
    case 'End':
      return all.length - 1;
    case 'ArrowRight':
      return all[current + 1]?.lane === from.lane ? current + 1 : null;
    case 'ArrowLeft':
      return all[current - 1]?.lane === from.lane ? current - 1 : null;
    case 'ArrowDown':
      return nearest(all, from, 1);
    case 'ArrowUp':
      return nearest(all, from, -1);
    default:
      return null;
  }
}

/** Of the next lane that has bars, the one that is nearest in time. */
function nearest(all: readonly Place[], from: Place, step: 1 | -1): number | null {
  const beyond = all.filter((place) => (place.lane - from.lane) * step > 0);
  const lane = beyond.reduce<number | null>(
    (found, place) => (found === null || (found - place.lane) * step > 0 ? place.lane : found),
    null,
  );
  const distance = (place: Place): number => Math.abs(place.x + place.width / 2 - (from.x + from.width / 2));
  return (
    beyond
      .filter((place) => place.lane === lane)
      .reduce<Place | null>((best, place) => (best === null || distance(place) < distance(best) ? place : best), null)
      ?.at ?? null
  );
}
