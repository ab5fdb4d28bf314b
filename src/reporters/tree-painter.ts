import { createWaitingText } from './live-text.ts';
import type { TreeScreen } from './tree-screen.ts';

export interface Painter {
  /** The picture is out of date; `text` (whole lines) goes above it. */
  changed(text: string): void;
  /** The terminal has another size, and may soon have yet another. */
  resized(): void;
  /** Takes the picture away until the next change, for a shell that comes in between. */
  rest(): void;
  /** Everything is written and the cursor is back when it resolves, or when it rejects. */
  close(): Promise<void>;
}

export interface PainterTools {
  readonly stream: NodeJS.WriteStream;
  readonly open: () => Promise<TreeScreen>;
  readonly picture: () => readonly string[];
  /** What stays on the terminal. */
  readonly last: () => string;
}

const frameMs = 100;
const clockMs = 1000;
/** Whoever drags a window's edge makes many sizes: what is to be erased is only known of one that lasts. */
const resizeMs = 300;

/** Draws at most ten times a second whatever happens, once a second for the clock while nothing does, and not at all while nobody reads. */
export function createPainter({ stream, open, picture, last }: PainterTools): Painter {
  let opening: Promise<TreeScreen> | null = null;
  let screen: TreeScreen | null = null;
  const above = createWaitingText();
  let timer: NodeJS.Timeout | null = null;
  let dueAt = 0;
  let painting: Promise<void> = Promise.resolve();
  let broken: { readonly error: unknown } | null = null;
  let closed = false;
  let stillUntil = 0;

  const schedule = (delayMs: number): void => {
    const at = performance.now() + delayMs;
    if (closed || (timer !== null && dueAt <= at)) return;
    if (timer !== null) clearTimeout(timer);
    dueAt = at;
    timer = setTimeout(() => {
      timer = null;
      painting = painting.then(paint).catch(giveUp);
    }, delayMs).unref();
  };
  const paint = async (): Promise<void> => {
    if (closed || broken !== null) return;
    const stillMs = Math.max(stillUntil - performance.now(), stream.writableNeedDrain ? frameMs : 0);
    // A picture that is read later is an old one.
    if (stillMs > 0) {
      schedule(stillMs);
      return;
    }
    screen = await (opening ??= open());
    const drawn = picture();
    screen.show(above.take(), drawn);
    schedule(clockMs);
  };
  // Without a picture the failures still have to be read.
  const giveUp = (error: unknown): void => {
    broken ??= { error };
    const text = above.take();
    if (text !== '') stream.write(text);
  };

  return {
    changed(text) {
      if (text !== '') above.add(text);
      if (broken === null && !closed) schedule(frameMs);
      else giveUp(null);
    },
    resized() {
      stillUntil = performance.now() + resizeMs;
      schedule(resizeMs);
    },
    rest() {
      if (broken === null && !closed) screen?.leave('');
    },
    async close() {
      if (closed) return;
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await painting;
      try {
        const ready = await opening;
        if (ready === null) stream.write(above.take());
        else ready.leave(above.take() + last());
      } catch (error) {
        giveUp(error);
      }
      if (broken !== null) throw broken.error;
    },
  };
}
