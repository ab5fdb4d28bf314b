import type { VNode } from 'preact';
import type { PageProblem } from '../../page-data.ts';
import { Output } from '../parts/output.tsx';
import { visibleText } from '../text/pieces.ts';

/** Why a test is not a pass, in the order reported. */
export function Problems({ problems }: { readonly problems: readonly PageProblem[] }): VNode {
  return (
    <>
      {problems.map((problem, at) => (
        <Problem key={at} problem={problem} />
      ))}
    </>
  );
}

/** Of the start of a text what is left without blanks and the `E` that pytest puts before its lines. */
function essence(text: string): string {
  return text
    .slice(0, 20_000)
    .replace(/^E?\s+/gm, '')
    .replace(/\s+/g, '');
}

function Problem({ problem: { kind, type, message, details } }: { readonly problem: PageProblem }): VNode {
  const name = kind === 'error' ? 'Error' : 'Failure';
  const label = type === '' || type === name ? name : `${name}: ${visibleText(type.slice(0, 100))}`;
  const repeats = details.startsWith(message) || essence(details).includes(essence(message));
  return (
    <div class={`problem problem-${kind}`}>
      {(!repeats || details === '') && message !== '' && <Output label={label} text={message} lines={16} diff />}
      {details !== '' && <Output label={repeats ? label : 'Details'} text={details} diff />}
      {message === '' && details === '' && <p class="hint">{label}, without a message.</p>}
    </div>
  );
}
