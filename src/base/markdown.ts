import { oneLine, plain } from './text.ts';

/** Text from anywhere as code within a line: nothing in it is markup, a mention or a reference; empty text gives nothing. */
export function codeSpan(text: string): string {
  const line = oneLine(text);
  if (line === '') return '';
  const fence = '`'.repeat(longestRun(line) + 1);
  // A dollar beside a backtick begins a formula on GitHub.
  const pad = /^[`$]|[`$]$/.test(line) ? ' ' : '';
  return `${fence}${pad}${line}${pad}${fence}`;
}

/** Lines from anywhere as a block of code that they cannot end; `language` is told to who colours it. */
export function codeBlock(lines: readonly string[], language: 'text' | 'sh'): string {
  const text = plain(lines.join('\n'));
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
  return `${fence}${language}\n${text}\n${fence}\n`;
}

/** Text from anywhere as code in a cell of a table, where backticks do not keep bars apart. */
export function codeCell(text: string): string {
  const escaped = oneLine(text).replace(/[^\p{L}\p{N} .,/-]/gu, (character) => `&#${character.codePointAt(0) ?? 0};`);
  return escaped === '' ? '' : `<code>${escaped}</code>`;
}

function longestRun(text: string): number {
  return (text.match(/`+/g) ?? []).reduce((longest, { length }) => Math.max(longest, length), 0);
}
