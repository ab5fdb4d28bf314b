import { displayWidth } from './text.ts';

/** Plain cells in aligned columns, two blanks apart; a column that is empty in every row is left out. */
export function table(rows: readonly (readonly string[])[]): readonly string[] {
  const count = Math.max(...rows.map((row) => row.length));
  const widths = Array.from({ length: count }, (_, column) =>
    Math.max(...rows.map((row) => displayWidth(row[column] ?? ''))),
  );
  return rows.map((row) =>
    row
      .flatMap((text, column) => {
        const width = widths[column] ?? 0;
        return width === 0 ? [] : [text + ' '.repeat(width - displayWidth(text))];
      })
      .join('  ')
      .trimEnd(),
  );
}
