import type { VNode } from 'preact';
import type { TrendTest } from '../../trend-data.ts';
import { Safe } from '../parts/text.tsx';

/** The head of the row of a test. */
export function TestCell({ test: { name, file, className, suite } }: { readonly test: TrendTest }): VNode {
  return (
    <th scope="row">
      <Safe text={name} />
      <Safe text={`${file === '' ? className : file} (${suite})`} class="mono dim place" />
    </th>
  );
}
