import { createStyle } from '../base/style.ts';
import type { RunEvent } from '../model/event.ts';
import type { Reporter } from '../ports.ts';
import { createEventLines } from './event-lines.ts';
import { createLiveState } from './live-state.ts';
import { drawTree } from './tree-rows.ts';
import type { Tree } from './tree-rows.ts';
import { openTreeScreen } from './tree-screen.ts';
import type { TreeScreen } from './tree-screen.ts';

/** Rows cost: 500 of them, redrawn at each change, took listr2 a minute of CPU. */
const maxRows = 8;
const frameMs = 100;
const clockMs = 1000;

export interface TreeOptions {
  readonly stream: NodeJS.WriteStream;
  readonly color: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** Absolute folder of the reader, below which paths are told without it. */
  readonly cwd?: string;
  /** The reports directory as people should read it. */
  readonly reportsDir: string;
}

/** A live picture of the run for people at a terminal: a row for each category, and what goes wrong printed once above them. */
export function createTreeReporter(options: TreeOptions): Reporter {
  const { stream, quiet, verbose, reportsDir, cwd } = options;
  const style = createStyle(options.color);
  const state = createLiveState();
  const width = (): number => columnsOf(stream);
  const headerOf = createEventLines({ style, width, verbose, quiet, reportsDir, cwd, state });
  const linesOf = createEventLines({ style, width, verbose, quiet: !verbose, reportsDir, cwd, state });
  const painter = createPainter(stream, {
    open: () => openTreeScreen(stream, style, { maxRows }),
    picture: () => drawTree(state, { columns: width() - 4, maxRows: rowsFor(stream) }, Date.now()),
    keepRows: !quiet,
  });
  return {
    onEvent(event: RunEvent): void {
      state.fold(event);
      const lines = event.type === 'run-started' ? headerOf(event) : linesOf(event);
      painter.changed(lines.length === 0 ? '' : `${lines.join('\n')}\n`);
    },
    close: () => painter.close(),
  };
}

interface Painter {
  /** The picture is out of date; `text` goes above it. */
  changed(text: string): void;
  /** Everything is written and the cursor is back when it resolves, or when it rejects. */
  close(): Promise<void>;
}

interface PainterTools {
  readonly open: () => Promise<TreeScreen>;
  readonly picture: () => Tree;
  /** The last picture stays on the terminal. */
  readonly keepRows: boolean;
}

/** Draws at most ten times a second whatever happens, and once a second for the clock while nothing does. */
function createPainter(stream: NodeJS.WriteStream, { open, picture, keepRows }: PainterTools): Painter {
  let screen: Promise<TreeScreen> | null = null;
  const above = createTextBuffer();
  let timer: NodeJS.Timeout | null = null;
  let dueAt = 0;
  let painting: Promise<void> = Promise.resolve();
  let broken: { readonly error: unknown } | null = null;
  let closed = false;

  const schedule = (delayMs: number): void => {
    const at = Date.now() + delayMs;
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
    screen ??= open();
    const ready = await screen;
    const text = above.take();
    if (text !== '') await ready.print(text);
    ready.draw(picture());
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
      above.add(text);
      if (broken === null && !closed) schedule(frameMs);
      else giveUp(null);
    },
    async close() {
      if (closed) return;
      closed = true;
      if (timer !== null) clearTimeout(timer);
      await painting;
      try {
        const ready = screen === null ? null : await screen;
        const text = above.take();
        if (ready === null) stream.write(text);
        else if (text !== '') await ready.print(text);
        await ready?.end(keepRows ? picture() : null);
      } catch (error) {
        giveUp(error);
      }
      if (broken !== null) throw broken.error;
    },
  };
}

function createTextBuffer(): { readonly add: (text: string) => void; readonly take: () => string } {
  let held = '';
  return {
    add(text) {
      held += text;
    },
    take() {
      const text = held;
      held = '';
      return text;
    },
  };
}

function columnsOf(stream: NodeJS.WriteStream): number {
  return Math.max(20, stream.columns || 80);
}

/** Room is left for the lines below the rows and for the shell's own; on a terminal of few lines that leaves one row. */
function rowsFor(stream: NodeJS.WriteStream): number {
  return Math.max(1, Math.min(maxRows, (stream.rows || 24) - 6));
}
