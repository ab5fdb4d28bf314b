import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { flagsOf, given, mergeOptions, runOptions } from './api-flags.ts';
import type { CommonOptions, MergeOptions, Result, RunOptions, Summary, Verdict } from './api-types.ts';
import { didYouMean } from './base/suggest.ts';
import type { CommandContext, CommandResult } from './commands/context.ts';
import { exitCodes } from './errors.ts';
import type { CancelReason } from './model/outcome.ts';
import type { Attention, StopSignals } from './ports.ts';

export type {
  CommonOptions,
  Failure,
  MergeOptions,
  Result,
  RunOptions,
  Summary,
  Totals,
  Verdict,
} from './api-types.ts';

/** What was asked for cannot be done, and nothing was started: wrong options, or a wrong config. */
export class RunnerError extends Error {
  override readonly name: string = 'RunnerError';
  /** What the command line would exit with: 2, or 70 for a bug of runner. */
  readonly exitCode: number;

  constructor(message: string, exitCode: number, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.exitCode = exitCode;
  }
}

/**
 * Runs tests as `runner run` does. It ends no process but those that it started, and listens to no signal: hand over an `AbortSignal`.
 * @throws RunnerError when nothing could be started
 */
export function run(options: RunOptions = {}): Promise<Result> {
  return guarded(async () => {
    refuseUnknown('run', options, runOptions);
    const context = contextOf(options);
    const signals = signalsOf(options.signal);
    try {
      const { run: runCommand } = await import('./commands/run.ts');
      const flags = flagsOf(options);
      const files = options.files ?? [];
      return await runCommand({ files, flags, context, signals, uncaught: [], embedded: true });
    } finally {
      signals.forget();
    }
  });
}

/**
 * Makes one report of many as `runner merge` does.
 * @throws RunnerError when there is nothing to merge
 */
export function merge(options: MergeOptions): Promise<Result> {
  return guarded(async () => {
    refuseUnknown('merge', options, mergeOptions);
    const context = contextOf(options);
    const { mergeCommand } = await import('./commands/merge.ts');
    const { reports, history } = options;
    const flags = { color: false, ...given({ reports, history }) };
    return mergeCommand({ paths: options.paths, flags, context });
  });
}

/** A result out of what a command leaves, or what it threw. */
async function guarded(command: () => Promise<CommandResult>): Promise<Result> {
  try {
    if (process.platform === 'win32') {
      throw new RunnerError('error: runner does not run on native Windows: use it inside WSL', exitCodes.usage);
    }
    const { text, exitCode, reportsDir = null } = await command();
    return { verdict: verdictOf(exitCode), exitCode, text, reportsDir, summary: readSummary(reportsDir) };
  } catch (error) {
    if (error instanceof RunnerError) throw error;
    const { describeError } = await import('./commands/describe-error.ts');
    const { text, exitCode } = describeError(error);
    if (exitCode !== exitCodes['nothing-ran']) throw new RunnerError(text, exitCode, { cause: error });
    return { verdict: 'nothing-ran', exitCode, text, reportsDir: null, summary: null };
  }
}

function verdictOf(exitCode: number): Verdict {
  const names = [
    'passed',
    'failed',
    'infrastructure',
    'nothing-ran',
    'incomplete',
    'interrupted',
    'terminated',
  ] as const;
  return names.find((name) => exitCodes[name] === exitCode) ?? 'bug';
}

function readSummary(reportsDir: string | null): Summary | null {
  if (reportsDir === null) return null;
  try {
    // Written by this run, in the format that the type says.
    return JSON.parse(readFileSync(join(reportsDir, 'summary.json'), 'utf8')) as Summary;
  } catch {
    return null;
  }
}

/** As a process that talks to nobody. */
function contextOf({
  cwd,
  env,
  ...options
}: CommonOptions & Pick<RunOptions, 'frameworkArgs' | 'switches'>): CommandContext {
  return {
    cwd: cwd ?? process.cwd(),
    env: Object.fromEntries(
      Object.entries(env ?? process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
    ),
    version: '',
    out: { stream: process.stdout, isTty: false, columns: 160 },
    attention: nobodyAsks,
    program: ['npx', 'runner'],
    extraArgs: options.frameworkArgs ?? [],
    switches: options.switches ?? [],
  };
}

/** Keys and signals are those of whoever calls. */
const nobodyAsks: Attention = {
  hasKeys: false,
  onStatus: () => () => undefined,
  onSuspend: () => () => undefined,
};

/** The signal of the caller as the signals of a run; `forget` stops listening to it. */
function signalsOf(signal: AbortSignal | undefined): StopSignals & { forget(): void } {
  const cancel = new AbortController();
  const reason: CancelReason = { kind: 'signal', signal: 'SIGTERM' };
  const onAbort = (): void => cancel.abort(reason);
  signal?.addEventListener('abort', onAbort);
  if (signal?.aborted === true) onAbort();
  return {
    cancel: cancel.signal,
    kill: new AbortController().signal,
    forget: () => signal?.removeEventListener('abort', onAbort),
  };
}

/** Nothing is accepted and ignored, in JavaScript either. */
function refuseUnknown(name: string, options: object, known: Readonly<Record<string, true>>): void {
  const unknown = Object.keys(options).find((key) => known[key] === undefined);
  if (unknown === undefined) return;
  const hint = didYouMean(unknown, Object.keys(known));
  throw new RunnerError(`error: ${name}() has no option "${unknown}"${hint}`, exitCodes.usage);
}
