import { createStyle } from '../base/style.ts';
import { truncate } from '../base/text.ts';
import type { RunEvent } from '../model/event.ts';
import type { Reporter } from '../ports.ts';
import { aliveLine, createEventLines } from './event-lines.ts';
import { createLiveState } from './live-state.ts';

/** CI systems end jobs that are silent for some minutes; people begin to wonder sooner. */
const defaultHeartbeatMs = 60_000;

export interface LinesOptions {
  readonly write: (text: string) => void;
  readonly color: boolean;
  /** Columns of a line. */
  readonly width: number;
  readonly verbose: boolean;
  readonly quiet: boolean;
  /** Absolute folder of the reader, below which paths are told without it. */
  readonly cwd?: string;
  /** The reports directory as people should read it. */
  readonly reportsDir: string;
  /** Silence after which a line says that the run is alive; one minute unless given. */
  readonly heartbeatMs?: number;
}

/** One line for each thing that matters, for CI logs and pipes. */
export function createLinesReporter(options: LinesOptions): Reporter {
  const style = createStyle(options.color);
  const state = createLiveState();
  const width = (): number => options.width;
  const { verbose, quiet, reportsDir, cwd } = options;
  const linesOf = createEventLines({ style, width, verbose, quiet, reportsDir, cwd, state });
  const heartbeatMs = options.heartbeatMs ?? defaultHeartbeatMs;
  let heartbeat: NodeJS.Timeout | null = null;

  const beat = (): void => {
    options.write(`${style.dim(truncate(aliveLine(state, Date.now()), options.width))}\n`);
    restart();
  };
  const restart = (): void => {
    stop();
    heartbeat = setTimeout(beat, heartbeatMs).unref();
  };
  const stop = (): void => {
    if (heartbeat !== null) clearTimeout(heartbeat);
    heartbeat = null;
  };

  return {
    onEvent(event: RunEvent): void {
      state.fold(event);
      const lines = linesOf(event);
      if (lines.length > 0) options.write(`${lines.join('\n')}\n`);
      if (event.type === 'run-finished') stop();
      else if (lines.length > 0 || heartbeat === null) restart();
    },
    close(): Promise<void> {
      stop();
      return Promise.resolve();
    },
  };
}
