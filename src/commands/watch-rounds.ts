import { ConfigError, exitCodes, NothingSelectedError, UsageError } from '../errors.ts';
import { cancelReasonOf } from '../execution/cancel-reason.ts';
import type { StopSignals } from '../ports.ts';
import type { CommandResult } from './context.ts';
import { describeError } from './describe-error.ts';
import type { RunFlags } from './options.ts';
import { run } from './run.ts';
import type { RunInput } from './run.ts';
import type { Wanted } from './watch-queue.ts';
import type { WatchedServices } from './watch-services.ts';

/** The runs of a watch, one after the other. */
export interface Rounds {
  /** @throws UsageError, ConfigError from the first one */
  run(wanted: Wanted, pattern: string | null): Promise<CommandResult>;
  /** The run that goes on is to end its tests. */
  giveUp(): void;
  readonly isRunning: boolean;
  /** The exit code of the signal that ended the watch; `null` = none did. */
  stoppedBy(): number | null;
}

export function createRounds(input: RunInput, services: WatchedServices): Rounds {
  const { signals } = input;
  let current: Forwarded | null = null;
  let isFirst = true;
  return {
    async run(wanted, pattern) {
      const own = forward(signals);
      current = own;
      const paths = wanted.kind === 'changes' ? wanted.paths : undefined;
      try {
        return await run({
          ...input,
          flags: flagsFor(wanted, { flags: input.flags, pattern, isFirst }),
          signals: own.signals,
          watching: {
            ...(paths === undefined ? {} : { paths }),
            beforeStart: (prepared) => services.endStale(prepared, paths ?? [], own.signals.kill),
          },
        });
      } catch (error) {
        // What is wrong with the command line stays wrong; a config may be mended while it is watched.
        const isExpected = error instanceof ConfigError || error instanceof UsageError;
        if (!(error instanceof NothingSelectedError) && (isFirst || !isExpected)) throw error;
        return describeError(error);
      } finally {
        isFirst = false;
        current = null;
        own.dispose();
      }
    },
    giveUp: () => current?.cancel(),
    get isRunning() {
      return current !== null;
    },
    stoppedBy() {
      if (!signals.cancel.aborted) return null;
      const reason = cancelReasonOf(signals.cancel);
      if (reason.kind === 'internal-error') return exitCodes.bug;
      return reason.kind === 'signal' && reason.signal === 'SIGTERM' ? exitCodes.terminated : exitCodes.interrupted;
    },
  };
}

/** What failed goes first, once there is a run to know it from; `--changed` is of the first run, changes follow from there. */
function flagsFor(
  wanted: Wanted,
  { flags, pattern, isFirst }: { readonly flags: RunFlags; readonly pattern: string | null; readonly isFirst: boolean },
): RunFlags {
  if (isFirst) return flags;
  const left: readonly string[] = ['failed', 'failedFirst', ...(wanted.kind === 'all' ? [] : ['changed'])];
  const kept = Object.fromEntries(Object.entries(flags).filter(([name]) => !left.includes(name)));
  return {
    ...{ deps: flags.deps, docker: flags.docker, services: flags.services, color: flags.color },
    ...kept,
    ...(pattern === null ? {} : { pattern: [pattern] }),
    ...(wanted.kind === 'failed' ? { failed: true } : { failedFirst: true }),
  };
}

interface Forwarded {
  readonly signals: StopSignals;
  cancel(): void;
  dispose(): void;
}

/** Signals of one run, since what listens to those of the whole watch would become more with every run. */
function forward(signals: StopSignals): Forwarded {
  const [cancel, kill] = [new AbortController(), new AbortController()];
  const pass = (): void => cancel.abort(signals.cancel.reason);
  const passKill = (): void => kill.abort();
  signals.cancel.addEventListener('abort', pass);
  signals.kill.addEventListener('abort', passKill);
  if (signals.cancel.aborted) pass();
  if (signals.kill.aborted) passKill();
  return {
    signals: { cancel: cancel.signal, kill: kill.signal },
    cancel: () => cancel.abort(),
    dispose: () => {
      signals.cancel.removeEventListener('abort', pass);
      signals.kill.removeEventListener('abort', passKill);
    },
  };
}
