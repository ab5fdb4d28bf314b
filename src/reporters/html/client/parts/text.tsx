import type { VNode } from 'preact';
import { pieces } from '../text/pieces.ts';
import type { Piece } from '../text/pieces.ts';

const plainText = /^[ -~]*$/;
const longestName = 1_000;

/** A name or a message on one line, from anywhere: harmless, cut where it is endless, and kept from reordering what is around it. */
export function Safe({ text, class: name }: { readonly text: string; readonly class?: string }): VNode {
  const short = text.length > longestName ? `${text.slice(0, longestName)}…` : text;
  return <bdi class={name}>{plainText.test(short) ? short : <Pieces of={pieces(short.replace(/\s+/g, ' '))} />}</bdi>;
}

/** Text as pieces. */
export function Pieces({ of }: { readonly of: readonly Piece[] }): VNode {
  return <>{of.map(showPiece)}</>;
}

function showPiece({ text, look, mark }: Piece): VNode | string {
  if (mark !== null) {
    return (
      <span class="mark" title={mark}>
        {text}
      </span>
    );
  }
  return look === '' ? text : <span class={look}>{text}</span>;
}
