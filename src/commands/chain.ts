import { join, resolve } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { plural } from '../base/text.ts';
import { stateDirOf } from '../base/state-dir.ts';
import { findWork } from '../categories/work.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { allFrameworks } from '../frameworks/index.ts';
import { nameInFile } from '../frameworks/test-name.ts';
import { createProcesses } from '../io/node-io.ts';
import type { Config } from '../model/config.ts';
import type { RerunLink } from '../model/event.ts';
import type { PlanFacts } from '../model/plan.ts';
import { createRunRecords, recordedLog } from '../records/run-records.ts';
import type { RunRecords } from '../records/run-records.ts';
import { readEvents } from '../reporters/read-events.ts';
import { outstandingLines } from '../reporters/outstanding-lines.ts';
import { outstandingOf, passingIn } from '../results/ledger.ts';
import { createOutstandingRecord } from '../results/outstanding.ts';
import { owesAnything, remainderOf } from '../results/remainder.ts';
import { journalledReports } from '../services/recover.ts';
import type { CommandContext, CommandResult } from './context.ts';
import type { RunFlags } from './flags.ts';
import { loadChain } from './load-chain.ts';
import type { LoadedRun, RunStarted } from './load-chain.ts';
import type { ReadyRun } from './prepared.ts';
import { preserveRuns } from './preserve-runs.ts';
import { findRun } from './run-source.ts';

/** The earlier run that this one goes on from. */
export interface Chain {
  /** `rest`: what has not passed, what is new too; `owed`: what failed or did not run; `first`: everything, that before the rest. */
  readonly mode: 'rest' | 'owed' | 'first';
  readonly run: LoadedRun;
}

/** An earlier run, and whether its log is this checkout's own word. */
export type EarlierRun = LoadedRun & { readonly isOwn: boolean };

/**
 * The run that a word stands for (see `findRun`), after those that were killed have been recorded.
 * @throws UsageError when there is none or it cannot be read
 */
export async function openEarlierRun(
  word: string | null,
  {
    root,
    context,
    flags,
  }: { readonly root: string; readonly context: CommandContext; readonly flags: Pick<RunFlags, 'reports'> },
): Promise<EarlierRun> {
  const stateDir = stateDirOf(root);
  const records = createRunRecords(stateDir);
  const usual = resolve(root, 'reports');
  const named = flags.reports === undefined ? [] : [resolve(context.cwd, flags.reports)];
  await preserveRuns([usual, ...named, ...journalledReports(stateDir)], { records, processes: createProcesses() });
  await using source = await findRun(word, { records, cwd: context.cwd });
  const run = await loadChain(source);
  return { ...run, isOwn: source.isRecord || (await isRecorded(run.started, records)) };
}

/** Whether this checkout recorded the same run as started with the same words. */
async function isRecorded({ runId, given }: RunStarted, records: RunRecords): Promise<boolean> {
  const record = records.all().find((one) => one.runId === runId);
  if (record === undefined) return false;
  for await (const event of readEvents(join(record.folder, recordedLog))) {
    if (event.type === 'run-started') return isDeepStrictEqual(event.given, given);
  }
  return false;
}

/**
 * What `--failed` and `--failed-first` go on from; `null` = nothing. What does not fail for want of a run tells it to `warn`.
 * @throws UsageError for `--failed` where no run is recorded
 */
export async function chainOfLastRun(
  flags: RunFlags,
  where: { readonly root: string; readonly context: CommandContext; readonly warn: (message: string) => void },
): Promise<Chain | null> {
  if (flags.failed === true) return { mode: 'owed', run: await openEarlierRun(null, { ...where, flags }) };
  if (flags.failedFirst !== true) return null;
  try {
    return { mode: 'first', run: await openEarlierRun(null, { ...where, flags }) };
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    where.warn(`--failed-first: ${error.message}; nothing goes before the rest`);
    return null;
  }
}

/** What to say of a run that another goes on from: results of two environments are put together, or not all of it can be read. */
export function chainWarnings(chain: Chain | null, environment: string): readonly string[] {
  if (chain === null || chain.mode === 'first') return [];
  const { label, started, damage } = chain.run;
  const earlier = started.plan.environment;
  return [
    ...(earlier === environment
      ? []
      : [`${label} was in environment ${earlier}, this one is in ${environment}: what passed there is not run here`]),
    ...(damage === null ? [] : [`${label} is damaged: ${damage}. All that it was to run runs again`]),
  ];
}

/** What the planner is told of an earlier run. */
export function factsOfChain(
  { mode, run }: Chain,
  known: {
    readonly config: Config;
    readonly extraArgs: readonly string[];
    readonly digestOf: (file: string) => string | null;
  },
): Pick<PlanFacts, 'remainder' | 'first'> {
  const { ledger } = run;
  if (mode === 'first') return { first: (suite, file) => owesAnything(ledger, suite, file) };
  const { extraArgs, digestOf } = known;
  return {
    remainder: remainderOf(ledger, {
      ...{ mode, extraArgs, digestOf },
      nameOf(suite, id, has) {
        const framework = allFrameworks.get(known.config.suites[suite]?.framework ?? '');
        return framework === undefined ? null : nameInFile(framework, id, has);
      },
    }),
  };
}

/** How the events of a run tell what it goes on from; `null` = it stands for itself. */
export function linkOf(chain: Chain | null): RerunLink | null {
  if (chain === null || chain.mode === 'first') return null;
  return { runId: chain.run.started.runId, outstanding: outstandingOf(chain.run.ledger) };
}

/** Whether an earlier run leaves nothing to run of what is selected; what may not run here is not left by it. */
export function isNothingLeft({ chain, plan }: Pick<ReadyRun, 'chain' | 'plan'>): boolean {
  if (chain === null || chain.mode === 'first') return false;
  return plan.tasks.every(({ settled }) => settled?.kind === 'skipped');
}

/** Whether everything that is selected has passed by then, rather than merely not failed. */
function isProved(
  { config, selection, facts, digestOf }: ReadyRun,
  { chain, extraArgs }: { readonly chain: Chain; readonly extraArgs: readonly string[] },
): boolean {
  const rest = factsOfChain({ ...chain, mode: 'rest' }, { config, extraArgs, digestOf });
  return findWork({ config, selection, facts: { ...facts, ...rest }, traits: allFrameworks }).claims.length === 0;
}

/** What a rerun comes to of which nothing is left to run: passed only where that is proved. */
export function nothingLeft(prepared: ReadyRun, chain: Chain, extraArgs: readonly string[]): CommandResult {
  const { ledger, label } = chain.run;
  const unseen = createOutstandingRecord({ runId: ledger.runId, outstanding: outstandingOf(ledger) }, []).left();
  if (unseen.tests + unseen.files > 0) {
    const lines = [`Nothing of what is outstanding after ${label} can be run here.`, ...outstandingLines(unseen)];
    return { text: lines.join('\n'), exitCode: exitCodes.incomplete };
  }
  const passing = passingIn(ledger);
  if (passing > 0 && isProved(prepared, { chain, extraArgs })) {
    const text = `Nothing is left to rerun: ${plural(passing, 'test')} passed in ${label} and the runs that led to it.`;
    return { text, exitCode: exitCodes.passed };
  }
  const text = `Nothing failed in ${label}, but it does not show that all that is selected here passed.`;
  const remedy = chain.mode === 'owed' ? 'Run it without --failed.' : 'Run it anew.';
  return { text: `${text} ${remedy}`, exitCode: exitCodes['nothing-ran'] };
}
