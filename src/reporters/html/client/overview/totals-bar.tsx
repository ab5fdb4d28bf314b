import type { VNode } from 'preact';
import type { PageRun } from '../../page-data.ts';
import { count } from '../format.ts';

type Totals = PageRun['totals'];

/** Numbers of tests as shares of a bar; what is not nothing can be seen. */
export function TotalsBar({ totals }: { readonly totals: Totals }): VNode {
  const flaky = totals.flaky ?? 0;
  const parts = [
    { tone: 'fail', value: totals.failed, name: 'failed' },
    { tone: 'error', value: totals.errors, name: 'errors' },
    { tone: 'warn', value: flaky, name: 'flaky' },
    { tone: 'pass', value: totals.passed - flaky, name: 'passed' },
    { tone: 'muted', value: totals.skipped, name: 'skipped' },
  ].filter(({ value }) => value > 0);
  const label = parts.map(({ value, name }) => `${count(value)} ${name}`).join(', ');
  return (
    <div class="totals-bar" role="img" aria-label={label === '' ? 'no tests' : label}>
      {parts.map(({ tone, value, name }) => (
        <span key={name} class={`back-${tone}`} style={{ flexGrow: value }} />
      ))}
    </div>
  );
}
