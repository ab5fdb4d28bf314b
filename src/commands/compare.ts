import { createReadStream } from 'node:fs';
import { exitCodes, UsageError } from '../errors.ts';
import { readCheckedEvents } from '../reporters/read-events.ts';
import { compareRuns } from '../results/compare-runs.ts';
import { readJunit } from '../results/junit-reader.ts';
import { asReported, createResultsCollector } from '../results/run-results.ts';
import type { RunResults } from '../results/run-results.ts';
import type { CommandContext, CommandResult } from './context.ts';
import type { CompareFlags } from './flags.ts';
import { loadChain } from './load-chain.ts';
import { openRecords } from './open-records.ts';
import { comparisonJson, renderComparison } from './render-comparison.ts';
import type { ComparedRuns } from './render-comparison.ts';
import { findRun, ledgerBeside } from './run-source.ts';
import type { RunSource } from './run-source.ts';

/**
 * `runner compare`: what differs between two runs.
 * @throws UsageError when one of them is not to be had, or both are the same
 */
export async function compare(input: {
  readonly before: string;
  /** `null` = the last run. */
  readonly after: string | null;
  readonly flags: CompareFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { flags, context } = input;
  const failOn = readFailOn(flags.failOn ?? []);
  const records = await openRecords(flags.config, context);
  await using beforeSource = await findRun(input.before, { records, cwd: context.cwd });
  await using afterSource = await findRun(input.after, { records, cwd: context.cwd });
  const before = await readResults(beforeSource);
  const after = await readResults(afterSource);
  if (before.runId !== null && before.runId === after.runId) {
    throw new UsageError(
      `${beforeSource.label} and ${afterSource.label} are the same run`,
      'name an earlier run first',
    );
  }
  const compared = compareAlike(before, after, { before: beforeSource.label, after: afterSource.label });
  const text = flags.json === true ? comparisonJson(compared) : renderComparison(compared, context.out.columns);
  return { text, exitCode: exitCodeOf(compared, failOn) };
}

const failures = ['new', 'slower'] as const;
type FailOn = (typeof failures)[number];

function readFailOn(words: readonly string[]): readonly FailOn[] {
  return words.map((word) => {
    const found = failures.find((name) => name === word);
    if (found === undefined) throw new UsageError(`--fail-on ${word} is not known`, `write ${failures.join(' or ')}`);
    return found;
  });
}

interface ReadRun extends RunResults {
  /** `null` = it is known by its JUnit files only. */
  readonly runId: string | null;
}

async function readResults(source: RunSource): Promise<ReadRun> {
  const collector = createResultsCollector();
  let runId: string | null = null;
  try {
    for (const log of source.logs) {
      const onDamage = (problem: string): void => collector.damage(`${log} is damaged: ${problem}`);
      for await (const event of readCheckedEvents(log, onDamage)) {
        if (event.type === 'run-started') runId ??= event.runId;
        collector.event(event);
      }
    }
    for (const report of source.reports) {
      for await (const item of readJunit(createReadStream(report))) {
        if (item.kind === 'case') collector.reported(item.case);
        else if (item.kind === 'damage') collector.damage(`${report} is damaged: ${item.problem}`);
      }
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${source.label} cannot be read: ${reason}`, 'name another run; runner history lists them');
  }
  if (source.logs.some((log) => ledgerBeside(log) !== null)) collector.earlier((await loadChain(source)).ledger);
  const results = collector.results();
  if (results.tests.size === 0 && runId === null)
    throw new UsageError(`${source.label} holds no test`, 'name another run; runner history lists them');
  return { ...results, runId };
}

/** Where one of the two is known by its JUnit file only, both are compared by what such a file says. */
function compareAlike(
  before: ReadRun,
  after: ReadRun,
  labels: { readonly before: string; readonly after: string },
): ComparedRuns {
  const isMixed = (before.runId === null) !== (after.runId === null);
  const [one, other] = isMixed
    ? [before.runId === null ? before : asReported(before), after.runId === null ? after : asReported(after)]
    : [before, after];
  return { labels, comparison: compareRuns(one, other), incomplete: after.incomplete };
}

function exitCodeOf({ comparison, incomplete }: ComparedRuns, failOn: readonly FailOn[]): number {
  const counts = { new: comparison.newlyFailing.length, slower: comparison.slower.length };
  if (failOn.some((name) => counts[name] > 0)) return exitCodes.failed;
  // What was not seen cannot be said to be as before.
  return failOn.length > 0 && incomplete !== null ? exitCodes.incomplete : exitCodes.passed;
}
