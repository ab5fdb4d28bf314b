import type { XmlToken } from '../../src/results/xml-tokens.ts';

/** What the tokens say; a text may come in any number of parts. */
export function meaningOf(tokens: readonly XmlToken[]): readonly object[] {
  const meaning: object[] = [];
  let text = '';
  const endText = (): void => {
    if (text !== '') meaning.push({ kind: 'text', text });
    text = '';
  };
  for (const token of tokens) {
    if (token.kind === 'text') {
      text += token.text;
      continue;
    }
    endText();
    if (token.kind !== 'open') meaning.push(token);
    else meaning.push({ kind: 'open', name: token.name, attributes: { ...token.attributes } });
  }
  endText();
  return meaning;
}
