import type { VNode } from 'preact';
import type { PageStatus } from '../../page-data.ts';
import { Command } from '../parts/copy.tsx';
import { ToneIcon } from '../parts/icon.tsx';
import { Safe } from '../parts/text.tsx';
import { count, counted, duration, moment } from '../format.ts';
import { testsHref, usePage } from '../state.ts';
import { verdictWords } from '../status.ts';
import { TotalsBar } from './totals-bar.tsx';

/** What the run amounts to, in words and numbers. */
export function Verdict(): VNode {
  const { run } = usePage().data;
  const { tone, word } = verdictWords(run.verdict);
  return (
    <section class={`verdict tone-${tone}`} aria-labelledby="title-verdict">
      <h1 id="title-verdict" tabIndex={-1}>
        <ToneIcon tone={tone} />
        {word}
      </h1>
      <p class="verdict-sum">{sentence(run.totals.tests, run.durationMs)}</p>
      <Numbers />
      <TotalsBar totals={run.totals} />
      <Facts />
      {run.rerun !== null && <Command text={run.rerun} label="Run again what is outstanding" />}
    </section>
  );
}

function sentence(tests: number, durationMs: number): string {
  return tests === 0
    ? `No test ran, in ${duration(durationMs)}`
    : `${counted(tests, 'test')} in ${duration(durationMs)}`;
}

function Numbers(): VNode {
  const { data, view } = usePage();
  const { totals } = data.run;
  const flaky = totals.flaky ?? 0;
  const numbers: readonly { readonly name: string; readonly value: number; readonly of: readonly PageStatus[] }[] = [
    { name: 'failed', value: totals.failed, of: ['f'] },
    { name: totals.errors === 1 ? 'error' : 'errors', value: totals.errors, of: ['e'] },
    { name: 'flaky', value: flaky, of: ['F'] },
    { name: 'passed', value: totals.passed, of: ['p', 'F'] },
    { name: 'skipped', value: totals.skipped, of: ['s', 'n', 'q'] },
  ];
  return (
    <ul class="numbers">
      {numbers.map(({ name, value, of }) => (
        <li key={name} class={value === 0 ? 'none' : `number-${of[0] ?? 'p'}`}>
          <a href={testsHref(view, { statuses: of })}>
            <b>{count(value)}</b> {name}
          </a>
        </li>
      ))}
    </ul>
  );
}

function Facts(): VNode {
  const { run } = usePage().data;
  const started = moment(run.startedAt);
  return (
    <dl class="facts">
      <div>
        <dt>Project</dt>
        <dd>
          <Safe text={run.project} />
        </dd>
      </div>
      <div>
        <dt>Environment</dt>
        <dd>
          <Safe text={run.environment} />
        </dd>
      </div>
      {run.shard !== null && (
        <div>
          <dt>Shard</dt>
          <dd>
            <Safe text={run.shard} />
          </dd>
        </div>
      )}
      {started !== '' && (
        <div>
          <dt>Started</dt>
          <dd>
            <time dateTime={new Date(run.startedAt).toISOString()}>{started}</time>
          </dd>
        </div>
      )}
      <div>
        <dt>Slots</dt>
        <dd>{count(run.slots)}</dd>
      </div>
      <div>
        <dt>Exit code</dt>
        <dd>{run.exitCode}</dd>
      </div>
      <div>
        <dt>Run</dt>
        <dd>
          <Safe text={run.runId} class="mono" />
        </dd>
      </div>
    </dl>
  );
}
