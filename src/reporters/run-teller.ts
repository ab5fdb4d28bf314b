import { join } from 'node:path';
import type { Style } from '../base/style.ts';
import type { RunEvent } from '../model/event.ts';
import type { Attention, Tail } from '../ports.ts';
import { createEventLines } from './event-lines.ts';
import { createLiveOutput } from './live-output.ts';
import { runningTasks } from './live-state.ts';
import type { LiveState } from './live-state.ts';
import { slotStatusLines } from './slot-status.ts';

/** How a run is told to people while it goes on, whatever it is written to. */
export interface Look {
  readonly color: boolean;
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** Absolute folder of the reader, below which paths are told without it. */
  readonly cwd?: string;
  /** The reports directory as people should read it. */
  readonly reportsDir: string;
  /** What a running task prints can be looked at; absent = it cannot. */
  readonly watch?: Watch;
}

/** What is known of a run that goes on here and now, beside its events. */
export interface Watch {
  readonly tail: Tail;
  /** Absolute. */
  readonly reportsDir: string;
  readonly attention: Attention;
}

export interface TellerOptions extends Look {
  readonly style: Style;
  readonly width: () => number;
  /** Folded before the teller is given an event. */
  readonly state: LiveState;
  /** Rows show how tasks ended, so that only what is wrong is told. */
  readonly hasRows: boolean;
  readonly print: (lines: readonly string[]) => void;
}

/** Tells events, with `verbose` what tasks print, and on request what every slot is doing. */
export function createRunTeller(options: TellerOptions): {
  onEvent(event: RunEvent): void;
  close(): void;
} {
  const { style, verbose, watch, state, print } = options;
  const { width, quiet, reportsDir, cwd } = options;
  const lines = { style, width, verbose, reportsDir, cwd, state };
  const headerOf = createEventLines({ ...lines, quiet });
  const linesOf = createEventLines({ ...lines, quiet: options.hasRows ? !verbose : quiet });
  const pathOf = (log: string): string => join(watch?.reportsDir ?? '', log);
  const output =
    watch !== undefined && verbose
      ? createLiveOutput({ tail: watch.tail, pathOf, dim: (text) => style.dim(text), print })
      : null;

  const tellStatus = async ({ tail }: Watch): Promise<void> => {
    const last = async (task: string): Promise<readonly (readonly [string, string])[]> => {
      const log = state.attempts.get(task)?.log ?? null;
      const [line] = log === null ? [] : await tail.lastLines(pathOf(log), 1);
      return line === undefined ? [] : [[task, line]];
    };
    const found = await Promise.all(runningTasks(state.run).map(({ task }) => last(task.id)));
    print(slotStatusLines(state, { style, width: width(), now: state.now(), lastLines: new Map(found.flat()) }));
  };
  const ignore = watch?.attention.onStatus(() => void tellStatus(watch));
  const close = (): void => {
    ignore?.();
    output?.close();
  };
  return {
    onEvent(event) {
      output?.before(event);
      const told = event.type === 'run-started' ? headerOf(event) : linesOf(event);
      if (told.length > 0) print(told);
      if (event.type === 'run-finished') close();
    },
    close,
  };
}
