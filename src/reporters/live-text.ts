import { plural } from '../base/text.ts';

/** Text that waits to be written; it never grows beyond a megabyte, whatever its reader does. */
export interface WaitingText {
  /** Whole lines. */
  add(text: string): void;
  /** Empties it; what had no room is told by its number of lines. */
  take(): string;
}

/** Text on its way to somebody who may read slowly, or not at all, as when a terminal is stopped by Ctrl-S. */
export interface LiveWriter {
  write(text: string): void;
  /** Hands over what is left, whether it is read or not. */
  close(): void;
}

const longestText = 1024 * 1024;

/** No text yet. */
export function createWaitingText(): WaitingText {
  let held = '';
  let leftOut = 0;
  return {
    add(text) {
      if (held.length + text.length <= longestText && leftOut === 0) held += text;
      else leftOut += text.split('\n').length - 1;
    },
    take() {
      const note = `… ${plural(leftOut, 'line')} left out here, because this output was not read: see the reports\n`;
      const text = leftOut === 0 ? held : held + note;
      held = '';
      leftOut = 0;
      return text;
    },
  };
}

/** Writes to a stream as fast as it is read, and never waits for that. */
export function createLiveWriter(stream: NodeJS.WriteStream): LiveWriter {
  const waiting = createWaitingText();
  let isWaiting = false;
  const flush = (): void => {
    isWaiting = false;
    const text = waiting.take();
    if (text !== '') stream.write(text);
  };
  return {
    write(text) {
      waiting.add(text);
      if (isWaiting) return;
      isWaiting = stream.writableNeedDrain;
      if (isWaiting) stream.once('drain', flush);
      else flush();
    },
    close: flush,
  };
}
