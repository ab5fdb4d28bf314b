import { WriteStream } from 'node:tty';

/** What a person would see on a terminal that understands just what the tree writes; throws on anything else. */
export interface FakeTerminal {
  readonly stream: NodeJS.WriteStream;
  /** Everything on the screen and scrolled off it, without blank lines at the end. */
  screen(): string;
  readonly cursorVisible: boolean;
  /** All bytes, as written. */
  readonly written: string;
  resize(columns: number, rows: number): void;
  /** Resolves at the next write whose text holds `text`. */
  shows(text: string): Promise<void>;
}

/** A terminal in memory; lines longer than `columns` wrap as on a real one. */
export function createFakeTerminal(columns: number, rows: number): FakeTerminal {
  const lines: string[] = [''];
  const waiting: { readonly text: string; readonly resolve: () => void }[] = [];
  const cursor = { row: 0, column: 0, visible: true };
  let written = '';
  const write = (text: string): boolean => {
    written += text;
    // eslint-disable-next-line no-control-regex
    for (const [token] of text.matchAll(/\u001b\[[?0-9;]*[A-Za-z]|\n|\r|[^\u001b\n\r]/gu)) apply(token);
    const seen = lines.join('\n');
    for (const one of waiting.splice(0)) {
      if (seen.includes(one.text)) one.resolve();
      else waiting.push(one);
    }
    return true;
  };
  const apply = (token: string): void => {
    const count = Number(/\d+/.exec(token)?.[0] ?? 1);
    if (token === '\n') moveDown();
    else if (token === '\r' || token === '\u001b[G') cursor.column = 0;
    else if (token === '\u001b[?25l') cursor.visible = false;
    else if (token === '\u001b[?25h') cursor.visible = true;
    else if (token.startsWith('\u001b[?2026') || token.endsWith('m')) put(token);
    else if (token === '\u001b[2K') lines[cursor.row] = '';
    else if (token === '\u001b[K') lines[cursor.row] = (lines[cursor.row] ?? '').slice(0, cursor.column);
    else if (token.endsWith('A') && token.startsWith('\u001b')) cursor.row = Math.max(0, cursor.row - count);
    else if (token.endsWith('B') && token.startsWith('\u001b'))
      cursor.row = Math.min(lines.length - 1, cursor.row + count);
    else put(token);
  };
  const moveDown = (): void => {
    cursor.row += 1;
    cursor.column = 0;
    if (cursor.row === lines.length) lines.push('');
  };
  const put = (token: string): void => {
    if (token.startsWith('\u001b')) {
      // eslint-disable-next-line no-control-regex
      if (!/^\u001b\[(\?2026[hl]|\d+m)$/.test(token)) throw new Error(`unexpected ${JSON.stringify(token)}`);
      return;
    }
    if (columns > 0 && cursor.column >= columns) moveDown();
    const line = (lines[cursor.row] ?? '').padEnd(cursor.column);
    lines[cursor.row] = line.slice(0, cursor.column) + token + line.slice(cursor.column + 1);
    cursor.column += 1;
  };
  // A prototype without a file descriptor: nothing of it is called but what is defined here.
  const stream = Object.create(WriteStream.prototype, {
    write: { value: write, writable: true },
    columns: { get: () => columns },
    rows: { get: () => rows, configurable: true },
    isTTY: { value: true, configurable: true },
  }) as NodeJS.WriteStream;
  return {
    stream,
    screen: () =>
      lines
        .map((line) => line.trimEnd())
        .join('\n')
        .trimEnd(),
    get cursorVisible() {
      return cursor.visible;
    },
    get written() {
      return written;
    },
    resize(newColumns, newRows) {
      columns = newColumns;
      rows = newRows;
    },
    shows: (text) =>
      lines.join('\n').includes(text) ? Promise.resolve() : new Promise((resolve) => waiting.push({ text, resolve })),
  };
}
