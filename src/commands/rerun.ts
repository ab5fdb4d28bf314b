import type { StopSignals } from '../ports.ts';
import { openEarlierRun } from './chain.ts';
import type { CommandContext, CommandResult } from './context.ts';
import type { RunFlags } from './flags.ts';
import { inheritFlags, refuseForeignWords } from './inherit-flags.ts';
import { run } from './run.ts';
import { workspaceRoot } from './workspace-root.ts';

/**
 * `runner rerun`: what of an earlier run, and of those that it was a rerun of, has not passed.
 * @throws UsageError, ConfigError, NothingSelectedError before anything was started
 */
export async function rerun(input: {
  /** Which run, see `findRun`; `null` = the last. */
  readonly run: string | null;
  readonly flags: RunFlags;
  readonly context: CommandContext;
  readonly signals: StopSignals;
  readonly uncaught: readonly unknown[];
}): Promise<CommandResult> {
  const { flags, context, signals, uncaught } = input;
  const root = workspaceRoot(context.cwd, flags.config);
  const earlier = await openEarlierRun(input.run, { root, context, flags });
  if (!earlier.isOwn) refuseForeignWords(earlier, { flags, context });
  const inherited = inheritFlags({ flags, context }, earlier, root);
  return run({ files: [], ...inherited, signals, uncaught, chain: { mode: 'rest', run: earlier } });
}
