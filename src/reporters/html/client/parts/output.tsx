import type { VNode } from 'preact';
import { useMemo, useState } from 'preact/hooks';
import { count, counted } from '../format.ts';
import { cutText } from '../text/cut.ts';
import type { Budget, CutLine, CutText } from '../text/cut.ts';
import { diffLines } from '../text/diff.ts';
import type { DiffLine } from '../text/diff.ts';
import { pieces } from '../text/pieces.ts';
import { CopyButton } from './copy.tsx';
import { Pieces } from './text.tsx';

interface OutputProps {
  readonly label: string;
  readonly text: string;
  /** Of an output the end tells most, of a message its start. */
  readonly keep?: 'first' | 'last';
  readonly lines?: number;
  /** It may compare what was expected with what was there. */
  readonly diff?: boolean;
}

/** Never more at once than a browser lays out in a moment. */
const most: Budget = { lines: 20_000, characters: 64_000 };

/** A block of text from anywhere, never wrapped, cut with a way to see more of it. */
export function Output({ label, text, keep = 'first', lines = 40, diff = false }: OutputProps): VNode {
  const [factor, setFactor] = useState(1);
  const budget = {
    lines: Math.min(most.lines, lines * factor),
    characters: Math.min(most.characters, 1_000 * factor),
  };
  const cut = useMemo(() => cutText(text, budget, keep), [text, keep, budget.lines, budget.characters]);
  const compared = useMemo(() => (diff ? diffLines(cut.lines.map((line) => line.text)) : null), [cut, diff]);
  return (
    <figure class="output">
      <figcaption>
        <span>{label}</span>
        {text.length > 80 && <CopyButton text={text} label={`Copy: ${label}`} small />}
      </figcaption>
      {keep === 'last' && <More cut={cut} budget={budget} show={() => setFactor(factor * 8)} />}
      <pre tabIndex={0} role="group" aria-label={label}>
        <code>{compared === null ? <Plain lines={cut.lines} /> : <Diff lines={compared} cut={cut.lines} />}</code>
      </pre>
      {keep === 'first' && <More cut={cut} budget={budget} show={() => setFactor(factor * 8)} />}
    </figure>
  );
}

function Plain({ lines }: { readonly lines: readonly CutLine[] }): VNode {
  // Runs of whole lines are one text, so that a colour goes on over the end of a line.
  const parts: VNode[] = [];
  let run: string[] = [];
  const flush = (): void => {
    if (run.length > 0) parts.push(<Pieces of={pieces(run.join(''))} />);
    run = [];
  };
  for (const [at, { text, more }] of lines.entries()) {
    run.push(at === 0 ? text : `\n${text}`);
    if (more === 0) continue;
    flush();
    parts.push(<CutMark more={more} />);
  }
  flush();
  return <>{parts}</>;
}

function Diff({ lines, cut }: { readonly lines: readonly DiffLine[]; readonly cut: readonly CutLine[] }): VNode {
  return (
    <>
      {lines.map(({ kind, parts: [before, changed, after] }, at) => (
        <span class={`diff diff-${kind}`} key={at}>
          {kind === 'expected' || kind === 'actual' ? <span class="unseen">{kind}: </span> : null}
          {before}
          {changed !== undefined && changed !== '' && <mark>{changed}</mark>}
          {after}
          <CutMark more={cut[at]?.more ?? 0} />
          {'\n'}
        </span>
      ))}
    </>
  );
}

function CutMark({ more }: { readonly more: number }): VNode | null {
  return more === 0 ? null : <span class="mark">… {counted(more, 'more character')}</span>;
}

function More(props: { readonly cut: CutText; readonly budget: Budget; readonly show: () => void }): VNode | null {
  const { cut, budget, show } = props;
  if (cut.moreLines === 0 && !cut.moreCharacters) return null;
  const hidden = cut.moreLines > 0 ? `${count(cut.moreLines)} more lines` : 'more of long lines';
  const canShow =
    (cut.moreLines > 0 && budget.lines < most.lines) || (cut.moreCharacters && budget.characters < most.characters);
  return canShow ? (
    <button type="button" class="more" onClick={show}>
      Show more ({hidden})
    </button>
  ) : (
    <p class="hint">{hidden}: copy the text, or open the log, to see all of it.</p>
  );
}
