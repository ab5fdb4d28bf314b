import type { Attention } from '../ports.ts';
import type { Desk } from './watch.ts';

/** The keys, as a line below each run. */
export const keyLine = 'Keys: a all, f failed, p pattern, Enter again, q quit, ? help';

const help = [
  '  a      run everything that is selected',
  '  f      run what failed or did not run in the last run',
  '  p      run only test files that match a pattern, until another is given; empty: all',
  '  Enter  run the same again',
  '  t      while tests run: what every slot is doing',
  '  q      stop, services too',
].join('\n');

export interface WatchKeys {
  /** There is a terminal with keys. */
  readonly areThere: boolean;
  dispose(): void;
}

/** Hands what a person presses to the desk. */
export function listenToKeys(
  attention: Attention,
  {
    say,
    isRunning,
    desk,
  }: { readonly say: (text: string) => void; readonly isRunning: () => boolean; readonly desk: Desk },
): WatchKeys {
  /** The pattern as it is typed, in bytes; `null` = keys are commands. */
  let typed: string | null = null;
  const type = (key: string): void => {
    if (key === '\r' || key === '\n') {
      const text = Buffer.from(typed ?? '', 'latin1')
        .toString('utf8')
        .trim();
      typed = null;
      desk.pattern = text === '' ? null : text;
      desk.ask({ kind: 'all' });
    } else if (key === escape) {
      typed = null;
      say('Pattern unchanged.');
    } else if (key === '\u007f' || key === '\b') typed = (typed ?? '').slice(0, -1);
    else if (key >= ' ') typed = (typed ?? '') + key;
  };
  const commands: Readonly<Record<string, () => void>> = {
    q: () => desk.quit(),
    a: () => desk.ask({ kind: 'all' }),
    f: () => desk.ask({ kind: 'failed' }),
    '\r': () => desk.ask(desk.last),
    '\n': () => desk.ask(desk.last),
  };
  const questions: Readonly<Record<string, () => void>> = {
    '?': () => say(help),
    h: () => say(help),
    p: () => {
      typed = '';
      say('Type a pattern such as login or tests/api/**, then Enter; Escape leaves it:');
    },
  };
  const press = (key: string): void => {
    if (typed !== null) type(key);
    else if (commands[key] !== undefined) commands[key]();
    // The picture of a live run has the screen to itself.
    else if (!isRunning()) questions[key]?.();
  };
  const end = attention.onKeys?.(press) ?? ((): void => undefined);
  const awake = attention.onSuspend({ pause: () => undefined, resume: () => undefined });
  return {
    get areThere() {
      return attention.hasKeys;
    },
    dispose: () => {
      end();
      awake();
    },
  };
}

const escape = '\u001b';
