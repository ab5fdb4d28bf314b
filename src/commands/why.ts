import { explain } from '../categories/explain.ts';
import { exitCodes, NothingSelectedError, UsageError } from '../errors.ts';
import { allFrameworks } from '../frameworks/index.ts';
import { flakyScorer } from '../history/flaky.ts';
import type { UnsteadyTest } from '../history/flaky.ts';
import { readHistory } from '../history/open.ts';
import { outcomesOfFile, outcomesOfTest } from '../history/results-of.ts';
import type { FileOutcome, TestOutcome } from '../history/results-of.ts';
import { listRuns } from '../history/runs.ts';
import type { KeptRun } from '../history/runs.ts';
import type { Database } from '../history/sqlite.ts';
import type { TestRef } from '../history/test-refs.ts';
import type { QuarantineEntry } from '../model/quarantine.ts';
import { outcomeReason, outcomeWord } from '../reporters/describe.ts';
import { listSuiteFiles } from '../workspace/files.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { findTests } from './find-test.ts';
import { historyUse } from './history-place.ts';
import type { WhyFlags } from './options.ts';
import { load, prepare, rootRelative } from './prepare.ts';
import type { Prepared } from './prepared.ts';
import { toJson } from './render-history.ts';
import { renderWhy } from './render-why.ts';
import { quarantineOf } from './test-name.ts';

/** All there is to say about a file, or about some of its tests. */
export interface WhyReport {
  readonly files: readonly FileReport[];
  readonly tests: readonly TestReport[];
  /** The last run of all; `null` = none is remembered. */
  readonly lastRun: KeptRun | null;
  readonly notes: readonly string[];
}

export interface FileReport {
  readonly file: string;
  /** Whether a run with these options would run it, and why. */
  readonly selected: boolean;
  readonly because: readonly string[];
  /** The last first. */
  readonly outcomes: readonly FileOutcome[];
}

export interface TestReport {
  readonly test: TestRef;
  /** The last first. */
  readonly outcomes: readonly TestOutcome[];
  readonly score: UnsteadyTest;
  /** `null` = it counts like any other. */
  readonly quarantine: QuarantineEntry | null;
}

/** Runs that are looked at, and results of each file and test that are told. */
const limits = { runs: 200, outcomes: 10, tests: 20 };

/**
 * `runner why <test|file>`: whether a run with these options would run it and why, what became of it lately, and how flaky it is.
 * @throws UsageError, ConfigError
 */
export async function why(input: {
  readonly word: string;
  readonly flags: WhyFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { word, flags, context } = input;
  const prepared = await prepareOrReason(flags, context);
  const loaded = prepared.kind === 'prepared' ? prepared.value.loaded : await load(flags, context);
  const { root, config } = loaded;
  const listed = listSuiteFiles(root, Object.values(config.suites));
  const use = historyUse(flags.history, { cwd: context.cwd, root, limits: config.settings.history ?? null });
  const look = (db: Database | null): WhyReport => {
    const files = new Set(Object.values(listed.files).flat());
    const found = findTests(word, { inRoot: inRootOrNull(word, context.cwd, root), files, db });
    const runs = db === null ? [] : listRuns(db, { environment: null, last: limits.runs });
    const score = db === null ? null : flakyScorer(db, Date.now());
    return {
      lastRun: runs[0] ?? null,
      notes: found.note === null ? [] : [found.note],
      files: found.files.map((file) => ({
        file,
        ...selectionOf(file, prepared),
        outcomes: db === null ? [] : outcomesOfFile(db, file, runs).slice(0, limits.outcomes),
      })),
      tests:
        db === null || score === null
          ? []
          : found.tests.slice(0, limits.tests).map((test) => ({
              test,
              outcomes: outcomesOfTest(db, test.id, runs).slice(0, limits.outcomes),
              score: score(test),
              quarantine: quarantineOf(test, config.quarantine),
            })),
    };
  };
  const read = use === null ? null : readHistory(use, look);
  const report = read?.kind === 'read' ? read.value : look(null);
  const notes = [...report.notes, ...(read?.kind === 'unusable' ? [`the history is not used: ${read.problem}`] : [])];
  const whole = { ...report, notes };
  const text = flags.json === true ? toJson(whole) : renderWhy(whole, { columns: context.out.columns });
  const masker = prepared.kind === 'prepared' ? prepared.value.masker : null;
  return { text: masker?.text(text) ?? text, exitCode: exitCodes.passed };
}

type PreparedOrReason =
  { readonly kind: 'prepared'; readonly value: Prepared } | { readonly kind: 'nothing'; readonly because: string };

/** That nothing is selected is an answer here. */
async function prepareOrReason(flags: WhyFlags, context: CommandContext): Promise<PreparedOrReason> {
  try {
    return {
      kind: 'prepared',
      value: await prepare({ files: [], flags: { ...flags, docker: true, services: true, color: false }, context }),
    };
  } catch (error) {
    if (error instanceof NothingSelectedError) return { kind: 'nothing', because: error.message };
    throw error;
  }
}

/** `null` = what is outside of the workspace can only be a test's name. */
function inRootOrNull(word: string, cwd: string, root: string): string | null {
  try {
    return rootRelative(word, cwd, root);
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

function selectionOf(file: string, prepared: PreparedOrReason): Pick<FileReport, 'selected' | 'because'> {
  if (prepared.kind === 'nothing') return { selected: false, because: [prepared.because] };
  const { plan, config, selection, facts } = prepared.value;
  const explanation = explain(plan, { config, selection, facts, traits: allFrameworks });
  const tasks = plan.tasks.filter(({ files }) => files.includes(file));
  const because = tasks.map((task) => {
    const reason = explanation.tasks.find((explained) => explained.task === task.id)?.because ?? '';
    if (task.settled === null) return `${task.id}: ${reason}`;
    return `${task.id}: ${outcomeWord(task.settled)}, ${outcomeReason(task.settled)}`;
  });
  if (tasks.length > 0) return { selected: tasks.some(({ settled }) => settled === null), because };
  const excluded = explanation.files.filter((entry) => entry.file === file);
  const reasons = excluded.map((entry) => `suite ${entry.suite}: ${entry.because}`);
  return { selected: false, because: reasons.length > 0 ? reasons : ['no suite has this file now'] };
}
