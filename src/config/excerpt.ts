const widest = 100;

/** A source line under its number, with a caret below the column (1-based, in UTF-16 units, as editors count). */
export function excerpt(sourceLine: string, position: { readonly line: number; readonly column: number }): string {
  const gutter = `  ${position.line} | `;
  const at = Math.min(position.column - 1, sourceLine.length);
  const start = at > widest - 20 ? at - (widest - 20) : 0;
  const before = (start > 0 ? '…' : '') + printable(sourceLine.slice(start, at));
  const after = printable(sourceLine.slice(at, start + widest)) + (sourceLine.length > start + widest ? '…' : '');
  return `${gutter}${before}${after}\n${' '.repeat(gutter.length - 2)}| ${blank(before)}^`;
}

/** A file is printed as it is, but must not steer the terminal. */
function printable(text: string): string {
  return text.replaceAll('\t', ' ').replace(/\p{Cc}|\p{Cf}|\p{Cs}/gu, '�');
}

function blank(text: string): string {
  return text
    .replace(/\p{M}/gu, '')
    .replace(
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}]/gu,
      '  ',
    )
    .replace(/[^ ]/gu, ' ');
}
