import type { VNode } from 'preact';
import { relativeHref } from '../parts/href.ts';
import { Safe } from '../parts/text.tsx';
import { counted } from '../format.ts';
import { usePage } from '../state.ts';
import { Section } from './section.tsx';

/** Warnings of the run, and its other reports. */
export function More(): VNode | null {
  const { warnings, warningsOmitted, links } = usePage().data.run;
  if (warnings.length + warningsOmitted + links.length === 0) return null;
  return (
    <Section id="more" title={warnings.length > 0 ? 'Warnings and other reports' : 'Other reports'}>
      {warnings.length > 0 && (
        <ul class="warnings">
          {warnings.map((warning, at) => (
            <li key={at}>
              <Safe text={warning} />
            </li>
          ))}
        </ul>
      )}
      {warningsOmitted > 0 && <p class="hint">{counted(warningsOmitted, 'more warning')} in the event log.</p>}
      {links.length > 0 && (
        <p class="links">
          {links.map(({ name, path }) => (
            <a key={path} href={relativeHref(path)}>
              <Safe text={name} />
            </a>
          ))}
        </p>
      )}
    </Section>
  );
}
