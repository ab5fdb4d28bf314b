import type { ListrDefaultRendererOptions, ListrTaskState } from 'listr2';
import type { Style } from '../base/style.ts';
import type { RowState, Tree } from './tree-rows.ts';

/** The part of a terminal that is redrawn in place, with ordinary text scrolling away above it. */
export interface TreeScreen {
  /** Draws over the last picture. */
  draw(tree: Tree): void;
  /** Writes text (whole lines) above the picture, which `draw` then has to bring back. */
  print(text: string): Promise<void>;
  /** Leaves the rows on the screen as ordinary text, or nothing for `null`, and shows the cursor again. */
  end(tree: Tree | null): Promise<void>;
}

/** Takes hold of the last lines of a terminal; at most `maxRows` rows can be drawn. Loads listr2, so it takes some 50 ms. */
export async function openTreeScreen(
  stream: NodeJS.WriteStream,
  style: Style,
  { maxRows }: { readonly maxRows: number },
): Promise<TreeScreen> {
  const listr2 = await import('listr2');
  const { DefaultRenderer, Listr, ListrEventType, ListrLogger, ProcessOutput } = listr2;
  const states: Readonly<Record<RowState, ListrTaskState>> = {
    waiting: listr2.ListrTaskState.WAITING,
    running: listr2.ListrTaskState.STARTED,
    passed: listr2.ListrTaskState.COMPLETED,
    failed: listr2.ListrTaskState.FAILED,
    skipped: listr2.ListrTaskState.SKIPPED,
  };
  // Only the renderer is used: the tasks below never run, so that listr2 neither schedules nor handles signals nor ends the process.
  const rows = Array.from({ length: maxRows }, () => ({ title: ' ', task: () => undefined }));
  const list = new Listr<object, 'default', 'default'>([...rows, { task: () => undefined }], {
    registerSignalListeners: false,
    exitOnError: false,
  });
  await Promise.all(list.tasks.map((task) => task.check({})));
  const footer = list.tasks.at(-1);
  const createRenderer = (clearOutput: boolean): InstanceType<typeof DefaultRenderer> => {
    const processOutput = new ProcessOutput(detached(stream), detached(stream), { leaveEmptyLine: false });
    const logger = new ListrLogger({ processOutput, useIcons: true, toStderr: [] });
    return new DefaultRenderer(list.tasks, { ...look(style), logger, clearOutput }, list.events);
  };
  const assign = (tree: Tree): void => {
    for (const [index, task] of list.tasks.slice(0, maxRows).entries()) {
      const row = tree.rows[index];
      task.title = row?.text ?? ' ';
      task.state = row === undefined ? listr2.ListrTaskState.WAITING : states[row.state];
    }
  };

  const renderer = createRenderer(true);
  await renderer.render();
  // The renderer listens to a task's output only after it has seen the task once.
  renderer.create();
  return {
    draw(tree) {
      assign(tree);
      // Of the setters that redraw, only this one is used: one redraw for a whole picture.
      if (footer === undefined) list.events.emit(ListrEventType.SHOULD_REFRESH_RENDER);
      else footer.output$ = tree.footer.join('\n');
    },
    async print(text) {
      renderer.end();
      stream.write(text);
      await renderer.render();
    },
    async end(tree) {
      renderer.end();
      if (tree === null) return;
      assign(tree);
      const last = createRenderer(false);
      await last.render();
      last.end();
    },
  };
}

/** Icons and layout; colours are ours, because listr2 asks the environment and not the command line. */
function look(style: Style): ListrDefaultRendererOptions {
  return {
    lazy: true,
    indentation: 0,
    formatOutput: 'truncate',
    collapseErrors: false,
    showErrorMessage: false,
    collapseSkips: false,
    showSkipMessage: false,
    icon: { OUTPUT_WITH_BOTTOMBAR: '', SKIPPED_WITHOUT_COLLAPSE: '↓' },
    color: {
      PENDING: (text = '') => style.cyan(text),
      COMPLETED: (text = '') => style.green(text),
      FAILED: (text = '') => style.red(text),
      SKIPPED_WITHOUT_COLLAPSE: (text = '') => style.yellow(text),
      WAITING: (text = '') => style.dim(text),
    },
  };
}

/** The same terminal with a `write` of its own: listr2 replaces `write` while it draws, which must not swallow what others print. */
function detached(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  let write: unknown = (text: string): boolean => stream.write(text);
  return new Proxy(stream, {
    get(target, key): unknown {
      if (key === 'write') return write;
      // Terminals without a size, as of `docker run -t` and some CI systems, say 0, and nothing would be drawn on them.
      if (key === 'columns') return target.columns || 80;
      return key === 'rows' ? target.rows || 24 : Reflect.get(target, key, target);
    },
    set(target, key, value: unknown) {
      if (key !== 'write') return Reflect.set(target, key, value, target);
      write = value;
      return true;
    },
  });
}
