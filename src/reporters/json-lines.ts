import type { RunEvent } from '../model/event.ts';
import type { Reporter } from '../ports.ts';

/** The events as they happen, one JSON object a line, for programs that watch a run through a pipe. */
export function createJsonLinesReporter(options: { readonly write: (text: string) => void }): Reporter {
  return {
    onEvent(event: RunEvent): void {
      options.write(`${JSON.stringify(event)}\n`);
    },
  };
}
