import { constants } from 'node:os';
import { createKeyboard } from './keyboard.ts';
import type { Attention, Sleeper } from './ports.ts';

/** Time for everybody to come to rest: Ctrl-Z has to work whatever happens. */
const restMs = 500;

/** Listens to keys, SIGUSR1 and SIGINFO, and to SIGTSTP, each only as long as somebody wants to know. */
export function createAttention(): Attention {
  const keyboard = createKeyboard({ t: () => tellAll(), T: () => tellAll() });
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
    if (asking.size > 0) keyboard.take();
    for (const sleeper of [...sleepers].toReversed()) sleeper.resume();
  };
  const onStop = (): void => void suspend();
  // The shell has set the terminal to its own taste while this process was stopped in some other way.
  const onContinue = (): void => {
    if (!isSuspending && asking.size > 0) keyboard.take();
  };
  return {
    get hasKeys() {
      return keyboard.isThere();
    },
    onStatus(listener) {
      asking.add(listener);
      if (asking.size === 1) {
        for (const signal of statusSignals) process.on(signal, tellAll);
        process.on('SIGCONT', onContinue);
        keyboard.take();
      }
      return () => {
        if (!asking.delete(listener) || asking.size > 0) return;
        for (const signal of statusSignals) process.off(signal, tellAll);
        process.off('SIGCONT', onContinue);
        keyboard.release();
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
