import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { Disclosure } from '../parts/disclosure.tsx';
import { Section } from '../overview/section.tsx';
import { usePage } from '../state.ts';
import { Chart } from './chart.tsx';
import { describeTimeline } from './describe.ts';
import { layOut } from './layout.ts';
import { CriticalPath, TimelineTable } from './timeline-table.tsx';

const zooms = [1, 2, 4, 8, 16];

/** What ran when, in which slot, and the services beside it; nothing where nothing was started. */
export function TimelineSection(): VNode | null {
  const { data } = usePage();
  const timeline = useMemo(() => layOut(data), [data]);
  const [zoom, setZoom] = useState(0);
  if (timeline.lanes.every((lane) => lane.bars.length === 0)) return null;
  const aside = (
    <p class="section-tools">
      <button type="button" class="plain" disabled={zoom === 0} onClick={() => setZoom(zoom - 1)}>
        Zoom out
      </button>
      <button type="button" class="plain" disabled={zoom === zooms.length - 1} onClick={() => setZoom(zoom + 1)}>
        Zoom in
      </button>
    </p>
  );
  return (
    <Section id="timeline" title="Timeline" aside={aside}>
      <p class="hint">{describeTimeline(timeline)}</p>
      <Chart timeline={timeline} zoom={zooms[zoom] ?? 1} />
      <Legend held={timeline.lanes.some((lane) => lane.held.length > 0)} />
      <CriticalPath tasks={timeline.critical} />
      <Disclosure class="as-table" summary="The timeline as a table">
        {() => <TimelineTable timeline={timeline} />}
      </Disclosure>
    </Section>
  );
}

const legend = [
  { class: 'fill-pass', text: 'passed' },
  { class: 'fill-fail', text: 'tests failed' },
  { class: 'fill-error', text: 'crashed, timed out, failed' },
  { class: 'fill-muted', text: 'cancelled, stopping' },
  { class: 'fill-warn', text: 'service starting' },
  { class: 'fill-note', text: 'service ready' },
  { class: 'idle', text: 'idle' },
] as const;

const heldLegend = { class: 'held', text: 'held by a task with several slots' } as const;

function Legend({ held }: { readonly held: boolean }): VNode {
  return (
    <ul class="legend">
      {[...legend, ...(held ? [heldLegend] : [])].map(({ class: name, text }) => (
        <li key={text}>
          <svg width="14" height="12" aria-hidden="true">
            <rect class={name} x="0.5" y="0.5" width="13" height="11" rx="2" />
          </svg>
          {text}
        </li>
      ))}
      <li>
        <svg width="14" height="12" aria-hidden="true">
          <rect class="fill-pass" x="0.5" y="0.5" width="13" height="11" rx="2" />
          <rect class="again" x="0.5" y="0.5" width="13" height="11" rx="2" />
        </svg>
        run again
      </li>
      <li>
        <svg width="14" height="12" aria-hidden="true">
          <rect class="fill-pass" x="1" y="1" width="12" height="7" rx="2" />
          <rect class="critical" x="1" y="9.5" width="12" height="2" />
        </svg>
        critical path
      </li>
    </ul>
  );
}
