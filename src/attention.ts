import { constants } from 'node:os';
import { createKeyboard } from './keyboard.ts';
import type { Attention, Sleeper } from './ports.ts';

/** Time for everybody to come to rest: Ctrl-Z has to work whatever happens. */
const restMs = 500;

/** Listens to keys, SIGUSR1 and SIGINFO, and to SIGTSTP, each only as long as somebody wants to know. */
export function createAttention(): Attention {
  const pressing = new Set<(key: string) => void>();
  const keyboard = createKeyboard((key) => {
    if (asking.size > 0 && (key === 't' || key === 'T')) tellAll();
    else for (const listener of pressing) listener(key);
  });
  const asking = new Set<() => void>();
  const sleepers = new Set<Sleeper>();
  let isSuspending = false;

  const tellAll = (): void => {
    for (const listener of asking) listener();
  };
  const suspend = async (): Promise<void> => {
    if (isSuspending) return;
    isSuspending = true;
    // Not loaded by `--version`.
    const { noteSuspended } = await import('./base/active-time.ts');
    const rest = [...sleepers].map(async (sleeper) => sleeper.pause());
    const timeUp = Promise.withResolvers<null>();
    const timer = setTimeout(() => timeUp.resolve(null), restMs);
    await Promise.race([Promise.allSettled(rest), timeUp.promise]);
    clearTimeout(timer);
    keyboard.release();
    const from = performance.now();
    process.kill(process.pid, 'SIGSTOP');
    // This line is reached when somebody sends SIGCONT.
    noteSuspended(performance.now() - from);
    isSuspending = false;
    if (asking.size + pressing.size > 0) keyboard.take();
    for (const sleeper of [...sleepers].toReversed()) sleeper.resume();
  };
  const onStop = (): void => void suspend();
  // The shell has set the terminal to its own taste while this process was stopped in some other way.
  const onContinue = (): void => {
    if (!isSuspending) keyboard.take();
  };
  const listen = (): void => {
    if (asking.size + pressing.size > 1) return;
    process.on('SIGCONT', onContinue);
    keyboard.take();
  };
  const stopListening = (): void => {
    if (asking.size + pressing.size > 0) return;
    process.off('SIGCONT', onContinue);
    keyboard.release();
  };
  return {
    get hasKeys() {
      return keyboard.isThere();
    },
    onStatus(listener) {
      asking.add(listener);
      if (asking.size === 1) for (const signal of statusSignals) process.on(signal, tellAll);
      listen();
      return () => {
        if (!asking.delete(listener)) return;
        if (asking.size === 0) for (const signal of statusSignals) process.off(signal, tellAll);
        stopListening();
      };
    },
    onKeys(listener) {
      pressing.add(listener);
      listen();
      return () => {
        if (pressing.delete(listener)) stopListening();
      };
    },
    onSuspend(sleeper) {
      if (sleepers.size === 0) process.on('SIGTSTP', onStop);
      sleepers.add(sleeper);
      return () => {
        if (sleepers.delete(sleeper) && sleepers.size === 0) process.off('SIGTSTP', onStop);
      };
    },
  };
}

/** SIGINFO, Ctrl-T on macOS and BSD, is not known elsewhere. */
const statusSignals: readonly NodeJS.Signals[] = 'SIGINFO' in constants.signals ? ['SIGUSR1', 'SIGINFO'] : ['SIGUSR1'];
