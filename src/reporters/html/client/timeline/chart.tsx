import type { VNode } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { duration } from '../format.ts';
import { usePrinting } from '../parts/printing.ts';
import { Safe } from '../parts/text.tsx';
import { visibleText } from '../text/pieces.ts';
import { testsHref, usePage } from '../state.ts';
import { Bars } from './bars.tsx';
import { describeBar, describeTimeline } from './describe.ts';
import { nextBar, places } from './geometry.ts';
import type { Place } from './geometry.ts';
import { ticks } from './layout.ts';
import type { Timeline } from './layout.ts';

const axisHeight = 24;
/** What A4 and Letter have room for, beside the names of the lanes. */
const paperWidth = 560;

/** Lanes over time; bars can be gone through with the arrow keys, and say what they are. */
export function Chart({ timeline, zoom }: { readonly timeline: Timeline; readonly zoom: number }): VNode {
  const { view } = usePage();
  const scroller = useRef<HTMLDivElement>(null);
  const printing = usePrinting();
  const seen = useWidth(scroller);
  const available = printing ? paperWidth : seen;
  const [current, setCurrent] = useState(0);
  const [tip, setTip] = useState<Place | null>(null);
  const width = Math.max(200, available * (printing ? 1 : zoom) - 2);
  const drawn = places(timeline, { width, top: axisHeight });
  const focusOn = (at: number): void => {
    setCurrent(at);
    scroller.current?.querySelector<SVGElement>(`[data-bar="${at}"]`)?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = nextBar(drawn.places, current, event.key);
    if (next === null) return;
    event.preventDefault();
    focusOn(next);
  };
  return (
    <div class="timeline">
      <ul class="lane-names" aria-hidden="true" style={{ paddingTop: `${axisHeight}px` }}>
        {drawn.lanes.map(({ lane, height }) => (
          <li key={`${lane.kind} ${lane.name}`} style={{ height: `${height}px` }} title={visibleText(lane.name)}>
            <Safe text={lane.name} />
          </li>
        ))}
      </ul>
      <div class="timeline-body" onMouseLeave={() => setTip(null)}>
        <div class="timeline-scroll" ref={scroller} onScroll={() => setTip(null)}>
          <svg
            width={width}
            height={drawn.height}
            role="group"
            aria-label={`Timeline: ${describeTimeline(timeline)} Go through it with the arrow keys.`}
            onKeyDown={onKeyDown}
          >
            <Axis durationMs={timeline.durationMs} width={width} height={drawn.height} />
            <Bars
              {...{ drawn, current }}
              href={(id) => testsHref(view, { task: id })}
              onFocus={(place) => {
                setCurrent(place.at);
                setTip(place);
              }}
              onPoint={setTip}
              onBlur={() => setTip(null)}
            />
          </svg>
        </div>
        {tip !== null && <Tip place={tip} width={available} scrolled={scroller.current?.scrollLeft ?? 0} />}
      </div>
    </div>
  );
}

function Axis(props: { readonly durationMs: number; readonly width: number; readonly height: number }): VNode {
  const { durationMs, width, height } = props;
  const marks = ticks(durationMs, Math.max(2, Math.floor(width / 90)));
  return (
    <g class="axis" aria-hidden="true">
      {marks.map((ms) => {
        const x = Math.round((ms / Math.max(1, durationMs)) * width) + 0.5;
        return (
          <g key={ms}>
            <line x1={x} x2={x} y1={axisHeight - 4} y2={height} />
            {x < width - 30 && (
              <text x={x + 3} y={axisHeight - 9}>
                {ms === 0 ? '0' : duration(ms)}
              </text>
            )}
          </g>
        );
      })}
    </g>
  );
}

interface TipProps {
  readonly place: Place;
  /** Of what can be seen. */
  readonly width: number;
  readonly scrolled: number;
}

function Tip({ place, width, scrolled }: TipProps): VNode {
  const [name, ...about] = describeBar(place.bar);
  const from = Math.min(Math.max(0, place.x - scrolled), width);
  const to = Math.min(Math.max(0, place.x + place.width - scrolled), width);
  const side = from > width / 2 ? { right: `${width - to}px` } : { left: `${from}px` };
  return (
    <div class="tip" aria-hidden="true" style={{ top: `${place.y + place.height + 6}px`, ...side }}>
      <b class="mono">{name}</b>
      {about.map((line) => (
        <span key={line}>{line}</span>
      ))}
    </div>
  );
}

function useWidth(ref: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(800);
  useLayoutEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const measure = (): void => setWidth(element.clientWidth);
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [ref]);
  return width;
}
