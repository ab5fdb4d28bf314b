import type { VNode } from 'preact';
import { useMemo } from 'preact/hooks';
import { Safe } from '../parts/text.tsx';
import { counted, duration } from '../format.ts';
import { placeOf, slowestFiles, slowestTests } from '../rows.ts';
import { testsHref, usePage } from '../state.ts';
import { Section } from './section.tsx';

const shown = 10;

/** Where the time went: the slowest files and tests. */
export function Slowest(): VNode | null {
  const { rows, view } = usePage();
  const files = useMemo(() => slowestFiles(rows, shown), [rows]);
  const tests = useMemo(() => slowestTests(rows, shown), [rows]);
  if (tests.length === 0) return null;
  return (
    <Section
      id="slowest"
      title="Slowest"
      aside={
        <p class="section-tools">
          <a href={testsHref(view, { sort: 'slowest' })}>All tests, slowest first</a>
        </p>
      }
    >
      <div class="halves">
        {files.length > 0 && (
          <div>
            <h3>Files</h3>
            <ol class="bars">
              {files.map(({ file, durationMs, tests: number }) => (
                <li key={file}>
                  <Share of={durationMs} most={files[0]?.durationMs ?? 1} />
                  <a href={testsHref(view, { query: `file:"${file.replaceAll('"', '')}"`, sort: 'slowest' })}>
                    <Safe text={file} class="mono" />
                  </a>
                  <span class="dim">{counted(number, 'test')}</span>
                  <span class="time">{duration(durationMs)}</span>
                </li>
              ))}
            </ol>
          </div>
        )}
        <div>
          <h3>Tests</h3>
          <ol class="bars">
            {tests.map((row) => (
              <li key={row.key}>
                <Share of={row.durationMs} most={tests[0]?.durationMs ?? 1} />
                <a href={testsHref(view, { sort: 'slowest' }, row.key)}>
                  <Safe text={row.name} />
                </a>
                <Safe text={placeOf(row)} class="mono dim" />
                <span class="time">{duration(row.durationMs)}</span>
              </li>
            ))}
          </ol>
        </div>
      </div>
    </Section>
  );
}

function Share({ of, most }: { readonly of: number; readonly most: number }): VNode {
  return <span class="share" style={{ width: `${(of / most) * 100}%` }} aria-hidden="true" />;
}
