import type { RunEvent } from '../model/event.ts';
import type { Attention, Reporter } from '../ports.ts';
import { createLiveState } from './live-state.ts';

/** States of ConEmu's OSC 9;4: https://conemu.github.io/en/AnsiEscapeCodes.html#ConEmu_specific_OSC */
const hidden = 0;
const normal = 1;
const failing = 2;

/** Shows how far the run is in the taskbar or the tab of the terminal, red once something has failed. */
export function createTaskbarReporter(stream: NodeJS.WriteStream, attention: Attention): Reporter {
  const state = createLiveState();
  let shown = '';
  let failed = false;
  const show = (kind: number, percent: number): void => {
    const text = `\u001b]9;4;${kind};${percent}\u0007`;
    // Nobody is to catch up on progress later.
    if (text === shown || (kind !== hidden && stream.writableNeedDrain)) return;
    shown = text;
    stream.write(text);
  };
  const draw = (): void => {
    const share = state.finished / Math.max(1, state.run.tasks.size);
    show(failed ? failing : normal, Math.floor(share * 100));
  };
  const hide = (): void => {
    if (shown !== '') show(hidden, 0);
  };
  const wake = attention.onSuspend({ pause: hide, resume: draw });
  return {
    onEvent(event: RunEvent): void {
      state.fold(event);
      if (event.type === 'task-finished') failed ||= !['passed', 'skipped', 'cancelled'].includes(event.outcome.kind);
      if (event.type === 'run-finished') hide();
      else if (event.type === 'run-started' || event.type === 'task-finished') draw();
    },
    close(): Promise<void> {
      wake();
      hide();
      return Promise.resolve();
    },
  };
}
