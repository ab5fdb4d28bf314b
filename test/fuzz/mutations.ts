import fc from 'fast-check';

/** Something valid that is to be damaged. */
export interface Source {
  readonly name: string;
  readonly bytes: Buffer;
}

/** A change at a place of the source as it was. */
export interface Edit {
  readonly at: number;
  readonly drop: number;
  readonly insert: Buffer;
}

/** A source with changes that do not overlap, in the order of their places. */
export interface Mutant<Of extends Source = Source> {
  readonly source: Of;
  readonly edits: readonly Edit[];
  readonly bytes: Buffer;
  /** For the report of a finding. */
  readonly [fc.toStringMethod]: () => string;
}

/** Sources with one to four changes: bytes and words that mean something there put in, parts left out, doubled, or taken from another source. */
export function mutants<Of extends Source>(sources: readonly Of[], words: readonly string[]): fc.Arbitrary<Mutant<Of>> {
  const longest = Math.max(...sources.map(({ bytes }) => bytes.length));
  const place = fc.nat(longest);
  const drop = fc.oneof({ weight: 3, arbitrary: fc.constant(0) }, fc.nat(3), fc.nat(200));
  const bytes = fc.constantFrom(...Buffer.from('<>/!?"\'&;=][{}:,- \n\r\t\0\\'), 0x80, 0xc3, 0xe2, 0xff, 0xfe);
  const insert = fc.oneof(
    fc.array(bytes, { maxLength: 4 }).map((list) => Buffer.from(list)),
    fc.constantFrom(...words.map((word) => Buffer.from(word))),
    fc
      .tuple(fc.constantFrom(...sources), place, fc.nat(300))
      .map(([other, from, length]) => other.bytes.subarray(from, from + length)),
  );
  const edit = fc.record({ at: place, drop, insert });
  return fc
    .tuple(fc.constantFrom(...sources), fc.array(edit, { minLength: 1, maxLength: 4 }))
    .map(([source, edits]) => mutantOf(source, edits));
}

function mutantOf<Of extends Source>(source: Of, edits: readonly Edit[]): Mutant<Of> {
  const kept: Edit[] = [];
  const parts: Buffer[] = [];
  let from = 0;
  const placed = edits.map((edit) => ({ ...edit, at: edit.at % (source.bytes.length + 1) }));
  for (const edit of placed.toSorted((a, b) => a.at - b.at)) {
    if (edit.at < from) continue;
    kept.push(edit);
    parts.push(source.bytes.subarray(from, edit.at), edit.insert);
    from = edit.at + edit.drop;
  }
  const bytes = Buffer.concat([...parts, source.bytes.subarray(from)]);
  return { source, edits: kept, bytes, [fc.toStringMethod]: () => describe(source, kept) };
}

function describe({ name }: Source, edits: readonly Edit[]): string {
  const all = edits.map(({ at, drop, insert }) => `at ${at} -${drop} +${JSON.stringify(insert.toString('latin1'))}`);
  return `${name}: ${all.join('; ')}`;
}

/** Whether a stretch of the source is in the mutant as it was. */
export function isUntouched({ edits }: Mutant, start: number, end: number): boolean {
  return edits.every(({ at, drop }) => at + drop <= start || at >= end);
}
