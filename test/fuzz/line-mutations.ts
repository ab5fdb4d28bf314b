import fc from 'fast-check';

/** Lines of something valid that is to be damaged. */
export interface LineSource {
  readonly name: string;
  readonly lines: readonly string[];
}

/** A line of a mutant. */
export interface MutantLine {
  readonly text: string;
  /** Of which line of the source it is the only whole copy, or one of several; `null` = it is not as it was. */
  readonly from: number | null;
}

/** A source whose lines were damaged, lost, doubled, moved, or have others among them. */
export interface LineMutant<Of extends LineSource = LineSource> {
  readonly source: Of;
  readonly lines: readonly MutantLine[];
  readonly edits: readonly LineEdit[];
  /** For the report of a finding. */
  readonly [fc.toStringMethod]: () => string;
}

const kinds = ['drop', 'double', 'move', 'tear', 'split', 'glue', 'interleave', 'insert', 'retype', 'end'] as const;

export interface LineEdit {
  readonly kind: (typeof kinds)[number];
  readonly at: number;
  /** Lines concerned, or how far they move. */
  readonly count: number;
  /** Where in the line. */
  readonly column: number;
  readonly text: string;
  readonly value: unknown;
}

/** What JSON can hold where something else is expected. */
export const hostileValues: readonly unknown[] = [
  ...[null, true, false, 0, -1, 1.5, 1e308, -1e308, 2 ** 53, '', 'x', '\u0000', '\ud800', '../../etc/passwd', '1'],
  ...[[], [null], [[]], {}, { constructor: 1 }, 'constructor', 'toString', '__proto__', 'x'.repeat(70_000)],
];

/** Sources with one to five changes; `words` are lines that mean something there. */
export function lineMutants<Of extends LineSource>(
  sources: readonly Of[],
  words: readonly string[],
): fc.Arbitrary<LineMutant<Of>> {
  const lines = sources.flatMap((source) => source.lines);
  const text = fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...words) },
    { weight: 4, arbitrary: fc.constantFrom(...lines) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', maxLength: 20 }) },
    {
      weight: 1,
      arbitrary: fc
        .constantFrom(...words, ...lines)
        .chain((line) => fc.nat(line.length).map((end) => line.slice(0, end))),
    },
  );
  const edit = fc.record({
    kind: fc.constantFrom(...kinds),
    at: fc.nat(1000),
    count: fc.oneof({ weight: 5, arbitrary: fc.integer({ min: 1, max: 3 }) }, fc.nat(20)),
    column: fc.nat(400),
    text,
    value: fc.constantFrom(...hostileValues),
  });
  return fc
    .tuple(fc.constantFrom(...sources), fc.array(edit, { minLength: 1, maxLength: 5 }))
    .map(([source, edits]) => mutantOf(source, edits));
}

function mutantOf<Of extends LineSource>(source: Of, edits: readonly LineEdit[]): LineMutant<Of> {
  const lines: MutantLine[] = source.lines.map((text, from) => ({ text, from }));
  for (const edit of edits) if (lines.length > 0) apply(edit, lines);
  const show = (): string => `${source.name}: ${JSON.stringify(edits.map(brief))}`;
  return { source, lines, edits, [fc.toStringMethod]: show };
}

function brief({ kind, at, count, column, text, value }: LineEdit): object {
  return { kind, at, count, column, text: text.slice(0, 300), value: JSON.stringify(value).slice(0, 40) };
}

function apply({ kind, at: anywhere, count, column, text, value }: LineEdit, lines: MutantLine[]): void {
  const at = anywhere % lines.length;
  const line = lines[at] ?? { text: '', from: null };
  const cut = column % (line.text.length + 1);
  const [head, tail] = [line.text.slice(0, cut), line.text.slice(cut)];
  const put = (...texts: readonly string[]): void =>
    void lines.splice(at, 1, ...texts.map((each) => ({ text: each, from: each === line.text ? line.from : null })));
  switch (kind) {
    case 'drop':
      lines.splice(at, count);
      return;
    case 'double':
      lines.splice((at + count) % (lines.length + 1), 0, line);
      return;
    case 'move':
      lines.splice(at, 1);
      lines.splice((at + count) % (lines.length + 1), 0, line);
      return;
    case 'tear':
      put(head);
      return;
    case 'split':
      put(head, tail);
      return;
    case 'glue':
      if (at + 1 < lines.length) lines.splice(at, 2, { text: line.text + (lines[at + 1]?.text ?? ''), from: null });
      return;
    case 'interleave':
      put(head + text + tail);
      return;
    case 'insert':
      lines.splice(at, 0, { text, from: null });
      return;
    case 'retype':
      put(retyped(line.text, column, value) ?? head + text);
      return;
    case 'end':
      lines.splice(at, Infinity, { text: head, from: tail === '' ? line.from : null });
  }
}

/** A line of JSON in which another value stands at one place; `null` = it is none. */
export function retyped(text: string, place: number, value: unknown): string | null {
  let root: unknown;
  try {
    root = JSON.parse(text);
  } catch {
    return null;
  }
  const places: (readonly [holder: object, key: string])[] = [];
  const visit = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    for (const [key, part] of Object.entries(node)) {
      places.push([node, key]);
      visit(part);
    }
  };
  visit(root);
  const chosen = places[place % Math.max(1, places.length)];
  if (chosen === undefined) return JSON.stringify(value);
  // Between the values are those that are left out.
  if (place % 7 === 0) Reflect.deleteProperty(...chosen);
  else Reflect.set(...chosen, value);
  return JSON.stringify(root);
}
