import { asciiSigns } from '../base/ascii.ts';
import { createStyle } from '../base/style.ts';
import type { Style } from '../base/style.ts';
import type { RunEvent } from '../model/event.ts';
import type { Reporter } from '../ports.ts';
import { createLiveState } from './live-state.ts';
import { createRunTeller } from './run-teller.ts';
import type { Look } from './run-teller.ts';
import { createPainter } from './tree-painter.ts';
import { drawTree } from './tree-rows.ts';
import type { RowState, Tree } from './tree-rows.ts';
import { openTreeScreen } from './tree-screen.ts';

const maxRows = 8;

export interface TreeOptions extends Look {
  readonly stream: NodeJS.WriteStream;
  /** The terminal shows more than ASCII; it does unless this says no. */
  readonly unicode?: boolean;
  /** Lines that are on it are broken anew when it becomes narrower; they are unless this says no. */
  readonly reflows?: boolean;
  /** Said beside how far the run is, where there is room: which keys there are. */
  readonly hint?: string;
}

/** A live picture of the run for people at a terminal: a row for each category, and what goes wrong printed once above them. */
export function createTreeReporter(options: TreeOptions): Reporter {
  const { stream, quiet, unicode = true, reflows = true, hint = '', watch } = options;
  const style = createStyle(options.color);
  const state = createLiveState();
  const signs = unicode ? (text: string): string => text : asciiSigns;
  const columns = (): number => Math.max(20, stream.columns || 80);
  const rows = (): number => stream.rows || 24;
  // An ellipsis in ASCII is two columns wider.
  const width = (): number => columns() - (unicode ? 0 : 2);
  const draw = (): Tree => drawTree(state, { columns: columns() - 4, maxRows: rowsFor(rows()), hint }, state.now());
  const painter = createPainter({
    stream,
    open: () => openTreeScreen({ stream, columns, rows, reflows }),
    picture: () => pictureOf(draw(), style).map(signs),
    last: () => (quiet ? '' : rowLines(draw(), style).map((line) => `${signs(line)}\n`).join('')), // prettier-ignore
  });
  const print = (lines: readonly string[]): void => painter.changed(`${signs(lines.join('\n'))}\n`);
  const teller = createRunTeller({ ...options, style, width, state, hasRows: true, print });
  const redraw = (): void => painter.changed('');
  const resize = (): void => painter.resized();
  stream.on('resize', resize);
  const wake = watch?.attention.onSuspend({ pause: () => painter.rest(), resume: redraw });
  return {
    onEvent(event: RunEvent): void {
      state.fold(event);
      teller.onEvent(event);
      redraw();
    },
    async close(): Promise<void> {
      stream.off('resize', resize);
      wake?.();
      teller.close();
      await painter.close();
    },
  };
}

function pictureOf(tree: Tree, style: Style): readonly string[] {
  return [...rowLines(tree, style), ...(tree.footer.length === 0 ? [] : ['', ...tree.footer])];
}

function rowLines(tree: Tree, style: Style): readonly string[] {
  return tree.rows.map(({ state, text }) => `${iconOf(state, style)} ${text}`);
}

function iconOf(state: RowState, style: Style): string {
  switch (state) {
    case 'waiting':
      return style.dim('◼');
    case 'running':
      return style.cyan('❯');
    case 'passed':
      return style.green('✔');
    case 'failed':
      return style.red('✖');
    case 'skipped':
      return style.yellow('↓');
  }
}

/** Room is left for the lines below the rows and for the shell's own; on a terminal of few lines that leaves one row. */
function rowsFor(rows: number): number {
  return Math.max(1, Math.min(maxRows, rows - 6));
}
