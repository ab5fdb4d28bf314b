/** The text of a `.gitignore` that has these lines (`/reports/`), added where none says the same; line ends stay as they are. */
export function ignoreLines(text: string, lines: readonly string[]): string {
  const have = new Set(text.split(/\r?\n/).map(bare));
  const missing = lines.filter((line) => !have.has(bare(line)));
  if (missing.length === 0) return text;
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const start = text === '' || text.endsWith('\n') ? text : `${text}${end}`;
  return `${start}${missing.map((line) => `${line}${end}`).join('')}`;
}

function bare(line: string): string {
  return line.trim().replace(/^\//, '').replace(/\/$/, '');
}
