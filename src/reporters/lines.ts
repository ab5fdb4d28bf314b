import { asciiSigns } from '../base/ascii.ts';
import { createStyle } from '../base/style.ts';
import { truncate } from '../base/text.ts';
import type { RunEvent } from '../model/event.ts';
import type { Reporter } from '../ports.ts';
import { aliveLine } from './event-lines.ts';
import type { LiveWriter } from './live-text.ts';
import { createLiveState } from './live-state.ts';
import { createRunTeller } from './run-teller.ts';
import type { Look } from './run-teller.ts';

/** CI systems end jobs that are silent for some minutes; people begin to wonder sooner. */
const defaultHeartbeatMs = 60_000;

export interface LinesOptions extends Look {
  readonly out: LiveWriter;
  /** Columns of a line; asked for each, for terminals are resized. */
  readonly width: () => number;
  /** More than ASCII can be shown; it can unless this says no. */
  readonly unicode?: boolean;
  /** Silence after which a line says that the run is alive; one minute unless given. */
  readonly heartbeatMs?: number;
}

/** One line for each thing that matters, for CI logs and pipes. */
export function createLinesReporter(options: LinesOptions): Reporter {
  const { out, unicode = true } = options;
  const style = createStyle(options.color);
  // An ellipsis in ASCII is two columns wider.
  const width = (): number => options.width() - (unicode ? 0 : 2);
  const state = createLiveState();
  const heartbeatMs = options.heartbeatMs ?? defaultHeartbeatMs;
  let heartbeat: NodeJS.Timeout | null = null;

  const print = (lines: readonly string[]): void => {
    const text = `${lines.join('\n')}\n`;
    out.write(unicode ? text : asciiSigns(text));
    restart();
  };
  const restart = (): void => {
    stop();
    const beat = (): void => print([style.dim(truncate(aliveLine(state, state.now()), width()))]);
    if (state.run.verdict === null) heartbeat = setTimeout(beat, heartbeatMs).unref();
  };
  const stop = (): void => {
    if (heartbeat !== null) clearTimeout(heartbeat);
    heartbeat = null;
  };
  const teller = createRunTeller({ ...options, style, width, state, hasRows: false, print });

  return {
    onEvent(event: RunEvent): void {
      state.fold(event);
      teller.onEvent(event);
      if (event.type === 'run-finished') stop();
      else if (heartbeat === null) restart();
    },
    close(): Promise<void> {
      stop();
      teller.close();
      out.close();
      return Promise.resolve();
    },
  };
}
