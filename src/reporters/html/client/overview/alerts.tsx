import type { VNode } from 'preact';
import type { PageAlert } from '../../page-data.ts';
import { ToneIcon } from '../parts/icon.tsx';
import { Safe } from '../parts/text.tsx';
import { usePage } from '../state.ts';
import { Section } from './section.tsx';

const kinds: Readonly<Record<PageAlert['kind'], string>> = {
  infrastructure: 'Infrastructure',
  incomplete: 'Incomplete',
  interrupted: 'Interrupted',
  'not-run': 'Not run',
};

/** What is wrong beside failed tests; nothing where nothing is. */
export function Alerts(): VNode | null {
  const { alerts } = usePage().data.run;
  if (alerts.length === 0) return null;
  return (
    <Section id="alerts" title="Wrong with the run itself">
      <ul class="alerts">
        {alerts.map(({ kind, text, hint }, at) => (
          <li key={at} class={kind === 'not-run' ? 'tone-warn' : 'tone-error'}>
            <ToneIcon tone={kind === 'not-run' ? 'warn' : 'error'} />
            <div>
              <b class="label">{kinds[kind]}</b>
              <p>
                <Safe text={text} />
              </p>
              {hint !== null && (
                <p class="hint">
                  <Safe text={hint} />
                </p>
              )}
            </div>
          </li>
        ))}
      </ul>
    </Section>
  );
}
