/** Blocks under one heading, the most important first. */
export interface Section {
  /** Empty = none. */
  readonly heading: string;
  /** Whole paragraphs, tables or blocks of code, each ending with a line end. */
  readonly blocks: readonly string[];
  /** Of what the blocks show, how much is left out anyway. */
  readonly omitted?: number;
  /** What is said of blocks that are left out. */
  readonly more: (count: number) => string;
}

/**
 * The sections as one text of at most `maxBytes` bytes of UTF-8, cut between blocks and never inside of one. What comes first is kept first;
 * a section that is cut says how much is missing.
 */
export function joinSections(sections: readonly Section[], maxBytes: number): string {
  const shown = sections.filter(({ blocks, omitted = 0 }) => blocks.length + omitted > 0);
  // So that each section that follows can still say that it is there.
  let reserved = shown.reduce((sum, section) => sum + leastOf(section), 0);
  let text = '';
  let bytes = 0;
  const add = (part: string): void => {
    text += part;
    bytes += Buffer.byteLength(part);
  };
  for (const section of shown) {
    const { heading, blocks, omitted = 0, more } = section;
    reserved -= leastOf(section);
    const room = maxBytes - bytes - reserved;
    const head = `${text === '' ? '' : '\n'}${heading === '' ? '' : `${heading}\n\n`}`;
    const kept = fitting(blocks, room - Buffer.byteLength(head) - longestMore(section));
    add(head + kept.join('\n'));
    const left = blocks.length - kept.length + omitted;
    if (left > 0) add(`${kept.length === 0 ? '' : '\n'}${more(left)}\n`);
  }
  return text;
}

function leastOf(section: Section): number {
  return Buffer.byteLength(section.heading) + longestMore(section) + 4;
}

function longestMore({ blocks, omitted = 0, more }: Section): number {
  return Buffer.byteLength(more(blocks.length + omitted)) + 2;
}

function fitting(blocks: readonly string[], bytes: number): readonly string[] {
  let left = bytes;
  const end = blocks.findIndex((block) => {
    left -= Buffer.byteLength(block) + 1;
    return left < 0;
  });
  return end === -1 ? blocks : blocks.slice(0, end);
}
