import { stripVTControlCharacters } from 'node:util';
import { displayWidth } from '../base/text.ts';

/** The part of a terminal that is redrawn in place, with ordinary text scrolling away above it. */
export interface TreeScreen {
  /** Writes text (whole lines) above the picture and draws over the last one, in one go. */
  show(text: string, picture: readonly string[]): void;
  /** Leaves these lines in place of the picture, as ordinary text, and the cursor below them. */
  leave(text: string): void;
}

export interface ScreenOptions {
  readonly stream: NodeJS.WriteStream;
  readonly columns: () => number;
  readonly rows: () => number;
  /** Lines that no longer fit are broken anew by a terminal that becomes narrower. */
  readonly reflows: boolean;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';
/** Between these a terminal that knows them shows nothing halfway. */
const beginFrame = '\u001b[?2026h';
const endFrame = '\u001b[?2026l';
const eraseLineAbove = '\u001b[1A\u001b[2K';

/** Takes hold of the last lines of a terminal. Loads a library, so it takes some milliseconds. */
export async function openTreeScreen({ stream, columns, rows, reflows }: ScreenOptions): Promise<TreeScreen> {
  const { createLogUpdate } = await import('log-update');
  // All that belongs to one picture is written at once.
  let frame = '';
  const paper = new Proxy(stream, {
    get(target, key): unknown {
      if (key === 'write') return (text: string): boolean => ((frame += text), true);
      if (key === 'columns') return columns();
      if (key === 'rows') return rows();
      return key === 'isTTY' ? false : Reflect.get(target, key, target);
    },
  });
  const update = createLogUpdate(paper, { showCursor: true });
  let shown: readonly number[] = [];
  let isCursorHidden = false;

  const clear = (): void => {
    update.clear();
    if (reflows) frame += eraseLineAbove.repeat(brokenLines(shown, columns()));
    shown = [];
  };
  const flush = (): void => {
    if (frame !== '') stream.write(`${beginFrame}${frame}${endFrame}`);
    frame = '';
  };
  return {
    show(text, picture) {
      if (!isCursorHidden) frame += hideCursor;
      isCursorHidden = true;
      if (text !== '' || brokenLines(shown, columns()) > 0) clear();
      frame += text;
      update(picture.join('\n'));
      shown = picture.map((line) => displayWidth(stripVTControlCharacters(line)));
      flush();
    },
    leave(text) {
      clear();
      update.done();
      frame += text + (isCursorHidden ? showCursor : '');
      isCursorHidden = false;
      flush();
    },
  };
}

/** Lines that have come to be since, because the terminal is narrower than those that were drawn. */
function brokenLines(widths: readonly number[], columns: number): number {
  return widths.reduce((sum, width) => sum + Math.max(0, Math.ceil(width / columns) - 1), 0);
}
