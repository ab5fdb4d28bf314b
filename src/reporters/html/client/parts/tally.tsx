import type { VNode } from 'preact';
import { count } from '../format.ts';

/** How many there are, beside a title. */
export function tally(value: number): VNode {
  return <span class="tally">{count(value)}</span>;
}
