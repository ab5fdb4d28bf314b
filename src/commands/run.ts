import { join, resolve } from 'node:path';
import { asciiSigns } from '../base/ascii.ts';
import { writeDuration } from '../base/duration.ts';
import type { ReportName } from '../base/report-names.ts';
import { keepHeapSmall, preferSpeed } from '../base/small-heap.ts';
import { exitCodeOf, exitCodes, UsageError } from '../errors.ts';
import { cancelReasonOf } from '../execution/cancel-reason.ts';
import { runTasks } from '../execution/run-tasks.ts';
import type { FailFast } from '../execution/run-tools.ts';
import { areProcessesHidden } from '../io/processes.ts';
import { sleep } from '../io/sleep.ts';
import { sweepRun } from '../io/sweep-run.ts';
import type { ChangedPath } from '../model/changes.ts';
import type { Verdict } from '../model/outcome.ts';
import type { ServiceLeases, StopSignals, TaskSource } from '../ports.ts';
import { mergedCoverage } from '../reporters/coverage.ts';
import { finalReport } from '../reporters/final-report.ts';
import { chooseReports, reportFile } from '../reporters/report-table.ts';
import { rerunContextOf } from '../reporters/rerun-command.ts';
import type { RerunContext } from '../reporters/rerun-command.ts';
import { createRunRecord, sharedRecord } from '../results/run-record.ts';
import { totalsOf } from '../results/run-state.ts';
import { unfinishedTests } from '../results/unfinished.ts';
import { verdictOf, worseVerdict } from '../results/verdict.ts';
import { isNothingLeft, nothingLeft } from './chain.ts';
import type { Chain } from './chain.ts';
import { checkFlags, wholeNumber } from './check-flags.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { describeBug } from './describe-error.ts';
import { githubStep, readReporters } from './github-step.ts';
import type { JoinedBuild } from './join-build.ts';
import { historyReporters } from './history-reporters.ts';
import { keepRun } from './keep-run.ts';
import { openRun } from './open-run.ts';
import type { OpenRun } from './open-run.ts';
import type { RunFlags } from './options.ts';
import { pageHistory } from './page-history.ts';
import { plan } from './plan.ts';
import { duration, prepareRun } from './prepare.ts';
import type { ReadyRun } from './prepared.ts';
import { choosePresentation, createReporters } from './reporting.ts';
import type { Presentation } from './reporting.ts';
import { rerunWords } from './rerun-context.ts';
import { openRunPlace } from './run-place.ts';
import { refuseKeepingSecrets } from './service-session.ts';
import { openSession } from './session.ts';
import { shareRun } from './share-run.ts';
import type { Limits, SessionInput } from './session.ts';
import { splitSize } from './split-size.ts';
import { tellSuspensions } from './tell-suspensions.ts';
import { weighTests } from './weigh-tests.ts';

export interface RunInput {
  readonly files: readonly string[];
  readonly flags: RunFlags;
  readonly context: CommandContext;
  readonly signals: StopSignals;
  /** Errors that nobody caught, as they come; a run with one has shown a bug. */
  readonly uncaught: readonly unknown[];
  /** The earlier run that this one completes. */
  readonly chain?: Chain;
  /** It is one of the runs of a watch. */
  readonly watching?: Watching;
  /** The process is somebody else's. */
  readonly embedded?: true;
  /** It has no plan of its own: the queue has. */
  readonly worker?: true;
}

/** What a watch says to each of its runs. */
export interface Watching {
  /** What has changed; absent = all that is selected runs. */
  readonly paths?: readonly ChangedPath[];
  /** Called when it is known what runs, before anything is started. */
  beforeStart(prepared: ReadyRun): Promise<void>;
}

/**
 * Runs the selected tests: plan, services, tasks, teardown, reports, verdict.
 *
 * @throws UsageError, ConfigError, NothingSelectedError before anything was started
 */
export async function run(input: RunInput): Promise<CommandResult> {
  const { flags, context } = input;
  readLimits(flags);
  splitSize(flags.splitMaxBytes, chooseReports('--reporter', readReporters(flags.reporter, context).files));
  if (flags.dryRun === true) return plan({ ...input, flags, context });
  if (input.embedded !== true) keepHeapSmall();
  if (flags.queue === undefined && input.worker !== true) return runPrepared(input, await prepareHere(input), null);
  checkFlags(flags);
  const build = await (await import('./join-build.ts')).joinBuild(input);
  try {
    return await runPrepared(build.input, build.prepared, build);
  } finally {
    await build.close();
  }
}

function prepareHere(input: RunInput): Promise<ReadyRun> {
  const watched = input.watching?.paths;
  return prepareRun({ ...input, ...(watched === undefined ? {} : { watched }) });
}

async function runPrepared(input: RunInput, prepared: ReadyRun, build: JoinedBuild | null): Promise<CommandResult> {
  const { context, signals, watching } = input;
  const flags = flagsOf(input, prepared);
  const limits = readLimits(flags);
  const { files: reports, isGithub } = readReporters(flags.reporter, context);
  const chosen = chooseReports('--reporter', reports);
  const maxBytes = splitSize(flags.splitMaxBytes, chosen);
  const { chain } = prepared;
  if (chain !== null && isNothingLeft(prepared)) return nothingLeft(prepared, chain, context.extraArgs);
  await watching?.beforeStart(prepared);
  if (flags.keepServices === true) refuseKeepingSecrets(prepared.loaded.environment.name, prepared.masker);
  const { root } = prepared.loaded;
  const reportsAt = flags.reports === undefined ? null : resolve(context.cwd, flags.reports);
  const place = await openRunPlace(root, { reports: reportsAt, env: context.env, kill: signals.kill });
  try {
    const { runId, reportsDir } = place;
    const presentation = choosePresentation(flags, context, { config: prepared.config, reportsDir });
    const rerunWith = rerunWords(prepared, flags, context);
    const extraArgs = context.extraArgs.map((word) => prepared.masker?.text(word) ?? word);
    const rerun = rerunContextOf(rerunWith, extraArgs);
    const keeper = keepRun(place, chain);
    const record = createRunRecord();
    const shared = sharedRecord(record);
    const reporters = createReporters(presentation, flags, {
      ...{ context, reportsDir, spoolDir: join(place.tmpDir, 'spool'), rerun, chosen, record: shared },
      mask: (text) => prepared.masker?.text(text) ?? text,
      readPast: pageHistory(prepared.history),
      github: isGithub ? githubStep(root, context) : undefined,
      junitParts: maxBytes === null ? undefined : { maxBytes, warn: (message) => tell(message) },
    });
    const joined = build === null ? null : shareRun(build);
    const opened = openRun(runId, prepared, {
      reporters: (warn) => [
        ...(joined === null ? [] : [{ name: 'the queue', reporter: joined.reporter }]),
        ...reporters,
        ...historyReporters(prepared.history, { warn, root: prepared.loaded.root, record: shared }),
        keeper.recorder,
        ...(input.embedded === true ? [] : [{ name: 'the memory', reporter: weighTests(preferSpeed) }]),
      ],
      ...{ record, flags, context, rerunWith, queue: build?.membership ?? null },
    });
    const tell = (message: string): void => opened.emit({ type: 'warning', message });
    place.listen(tell);
    keeper.listen(tell);
    const awake = tellSuspensions(context.attention, tell);
    const session = { prepared, flags, context, signals, limits, place };
    const bug = await (joined === null ? execute(opened, session) : joined.execute(opened, session, execute));
    awake();
    const result = await close(opened, bug ?? input.uncaught[0] ?? null, { ...presentation, rerun, chosen });
    keeper.prune();
    const text = joined === null || result.text === '' ? result.text : `${result.text.trimEnd()}\n${joined.summary()}`;
    return { ...result, text: prepared.masker?.text(text) ?? text, reportsDir };
  } finally {
    await place.close();
  }
}

const unseen =
  '/proc cannot be read, probably because too many files are open: what is left of this run is ended by the next one, or "runner services down"';

/** Between the runs of a watch services stay up; those of an environment with secrets are started anew for each. */
function flagsOf({ flags, watching }: RunInput, { masker }: ReadyRun): RunFlags {
  return watching !== undefined && masker === null && flags.services ? { ...flags, keepServices: true } : flags;
}

/** Runs and tears down; a bug of our own comes back as a value, so that the reports are still written. */
async function execute(opened: OpenRun, input: SessionInput, source: TaskSource | null = null): Promise<unknown> {
  const { signals, prepared } = input;
  const session = openSession(opened, input);
  let bug: unknown = null;
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      bug ??= error;
    }
  };
  await attempt(() => runTasks(prepared.plan, session.tools, source));
  await attempt(() => tearDown(opened, session.leases, input));
  // Everything has been ended by whoever started it; this is for what slipped through.
  await attempt(async () => {
    const strays = await sweepRun(`${opened.runId}/`, prepared.config.settings.graceMs, signals.kill);
    if (strays.length > 0)
      opened.emit({ type: 'warning', message: `ended at the end of the run: ${strays.join(', ')}` });
    if (areProcessesHidden()) opened.emit({ type: 'warning', message: unseen });
  });
  if (signals.cancel.aborted && opened.state.cancelled === null) {
    opened.emit({ type: 'run-cancelling', reason: cancelReasonOf(signals.cancel) });
  }
  return bug;
}

/** Stops the services; those that take longer than all may take together are killed, whatever grace each was promised. */
async function tearDown(opened: OpenRun, leases: ServiceLeases, { signals, prepared }: SessionInput): Promise<void> {
  const { teardownMs } = prepared.config.settings;
  const stopped = new AbortController();
  const budget = new AbortController();
  void sleep(teardownMs, stopped.signal).then(() => {
    if (stopped.signal.aborted) return;
    const limit = writeDuration(teardownMs);
    opened.emit({
      type: 'warning',
      message: `services did not stop within ${limit} (settings.teardown) and were killed`,
    });
    budget.abort();
  });
  try {
    await leases.stopAll(AbortSignal.any([signals.kill, budget.signal]));
  } finally {
    stopped.abort();
  }
}

async function close(
  opened: OpenRun,
  bug: unknown,
  presentation: Presentation & { readonly rerun: RerunContext; readonly chosen: readonly ReportName[] },
): Promise<CommandResult> {
  if (bug !== null && opened.state.cancelled === null) {
    const message = bug instanceof Error ? bug.message : 'something that is not an error was thrown';
    opened.emit({ type: 'run-cancelling', reason: { kind: 'internal-error', message } });
  }
  const { state, reporters, highlights } = opened;
  for (const unfinished of unfinishedTests(state)) opened.emit({ type: 'test-finished', ...unfinished });
  const durationMs = opened.elapsedMs();
  const verdictNow = (): Verdict =>
    reporters.broken.length === 0 ? verdictOf(state) : worseVerdict(verdictOf(state), 'infrastructure');
  const finish = (): void =>
    opened.emit({ type: 'run-finished', verdict: verdictNow(), totals: totalsOf(state), durationMs });
  finish();
  // A report that cannot be written changes the verdict, also in those that can.
  if (state.verdict !== verdictNow()) finish();
  await reporters.close(finish);
  const final = verdictNow();
  const signs = presentation.terminal.unicode ? (text: string): string => text : asciiSigns;
  const text =
    presentation.progress === 'json'
      ? ''
      : signs(
          finalReport(state, highlights, {
            color: presentation.color,
            width: presentation.columns,
            reportsDir: presentation.reportsDir,
            reports: [
              ...filesFor(presentation.chosen),
              ...(state.plan?.coverage === undefined ? [] : [mergedCoverage]),
            ].map((name) => `${presentation.reportsDir}/${name}`),
            cwd: presentation.cwd,
            rerun: presentation.rerun,
          }),
        );
  if (bug === null) return { text, exitCode: exitCodeOf(final) };
  return { text: `${text}\n${describeBug(bug, `${presentation.reportsDir}/events.jsonl`)}`, exitCode: exitCodes.bug };
}

/** The page first: it is what people open. The summary is for CI systems. */
function filesFor(chosen: readonly ReportName[]): readonly string[] {
  const files = chosen.filter((name) => name !== 'markdown').map(reportFile);
  return [...files, 'events.jsonl'];
}

function readLimits(flags: RunFlags): Limits {
  return {
    failFast: failFastOf(flags.failFast),
    maxFailures: flags.maxfail === undefined ? null : wholeNumber('--maxfail', flags.maxfail),
    deadlineMs: flags.deadline === undefined ? null : duration('--deadline', flags.deadline),
  };
}

function failFastOf(flag: string | boolean | undefined): FailFast {
  switch (flag) {
    case undefined:
    case false:
    case 'never':
      return 'never';
    case true:
    case 'first':
      return 'first';
    case 'category':
    case 'critical':
      return flag;
    default:
      throw new UsageError(`--fail-fast ${flag} is not known`, 'write never, first, category or critical');
  }
}
