import type { VNode } from 'preact';
import { visibleText } from '../text/pieces.ts';
import { barTone, describeBar } from './describe.ts';
import type { Drawn, Place } from './geometry.ts';

interface BarsProps {
  readonly drawn: Drawn;
  /** The bar that the tab key stops at. */
  readonly current: number;
  readonly href: (task: string) => string;
  readonly onFocus: (place: Place) => void;
  readonly onPoint: (place: Place) => void;
  readonly onBlur: () => void;
}

/** Idle time, attempts and services. */
export function Bars({ drawn, current, href, onFocus, onPoint, onBlur }: BarsProps): VNode {
  return (
    <>
      <defs>
        <pattern id="again" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect class="again-line" width="2.5" height="6" />
        </pattern>
      </defs>
      {drawn.gaps.map((gap, at) => (
        <rect key={at} class="idle" {...gap} rx="2" />
      ))}
      {drawn.held.map((box, at) => (
        <rect key={at} class="held" {...box} rx="2" />
      ))}
      {drawn.places.map((place) => (
        <BarMark
          key={place.at}
          {...{ place, href }}
          focusable={place.at === current}
          onFocus={() => onFocus(place)}
          onPoint={() => onPoint(place)}
          onBlur={onBlur}
        />
      ))}
    </>
  );
}

interface BarProps {
  readonly place: Place;
  readonly focusable: boolean;
  readonly href: (task: string) => string;
  readonly onFocus: () => void;
  readonly onPoint: () => void;
  readonly onBlur: () => void;
}

/** An attempt leads to the tests of its task; a service leads nowhere. */
function BarMark({ place, focusable, href, onFocus, onPoint, onBlur }: BarProps): VNode {
  const { of } = place.bar;
  const shared = {
    'data-bar': place.at,
    tabIndex: focusable ? 0 : -1,
    'aria-label': describeBar(place.bar).join(', '),
    ...{ onFocus, onBlur, onMouseEnter: onPoint },
  };
  return of.kind === 'attempt' ? (
    <a class="bar" href={href(of.task.id)} {...shared}>
      <BarShape place={place} />
    </a>
  ) : (
    <g class="bar" role="img" {...shared}>
      <BarShape place={place} />
    </g>
  );
}

function BarShape({ place }: { readonly place: Place }): VNode {
  const { x, y, width, height, bar } = place;
  const again = bar.of.kind === 'attempt' && bar.of.attempt.cause !== 'first';
  const critical = bar.of.kind === 'attempt' && bar.of.task.critical;
  const box = { x, y, width: Math.max(1, width - 1), height, rx: Math.min(3, width / 3) };
  return (
    <>
      <rect class={width > 6 ? `edged fill-${barTone(bar)}` : `fill-${barTone(bar)}`} {...box} />
      {again && <rect class="again" {...box} />}
      {critical && <rect class="critical" x={x} y={y + height - 3} width={box.width} height="3" />}
      <Label place={place} />
    </>
  );
}

const leastWidth = 28;

/** The whole name, cut where the bar ends. */
function Label({ place }: { readonly place: Place }): VNode | null {
  const { x, y, width, height, bar } = place;
  if (width < leastWidth) return null;
  return (
    <svg {...{ x, y, width: width - 4, height }} aria-hidden="true">
      <text class={bar.of.kind === 'service' ? 'bar-text small' : 'bar-text'} x="5" y={height / 2 + 0.5}>
        {visibleText(bar.of.kind === 'attempt' ? bar.of.task.id : bar.of.span.kind)}
      </text>
    </svg>
  );
}
