import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { makeTempFolder } from '../base/temp-folder.ts';
import { oneLine } from '../base/text.ts';
import { exitCodeOf } from '../errors.ts';
import { collectTests } from '../execution/collect-tests.ts';
import type { CollectTools, TaskList } from '../execution/collect-tests.ts';
import { allFrameworks } from '../frameworks/index.ts';
import { sweepRun } from '../io/sweep-run.ts';
import type { EventBody } from '../model/event.ts';
import type { TestResult } from '../model/test.ts';
import type { StopSignals } from '../ports.ts';
import { createRunRecord } from '../results/run-record.ts';
import { emptyTotals } from '../results/totals.ts';
import { verdictOf } from '../results/verdict.ts';
import { eventFormat } from '../reporters/events.ts';
import { openJournal } from '../services/run-journal.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { createEventMask } from './mask-events.ts';
import type { ListFlags } from './options.ts';
import { pluginsDir } from './plugins-dir.ts';
import { prepare } from './prepare.ts';
import type { Prepared } from './prepared.ts';
import { renderTests, testLines } from './render-tests.ts';
import { newRunId } from './run-id.ts';
import { createServiceTools, journaled } from './service-session.ts';
import { openState } from './state.ts';

export interface ListTestsInput {
  readonly files: readonly string[];
  readonly flags: ListFlags;
  readonly context: CommandContext;
  readonly signals: StopSignals;
}

/**
 * `runner list tests`: asks the frameworks for the tests that a run would have, and runs none.
 *
 * @throws UsageError, ConfigError, NothingSelectedError
 */
export async function listTests(input: ListTestsInput): Promise<CommandResult> {
  const { flags, context } = input;
  const prepared = await prepare({ ...input, flags: { ...flags, docker: true, services: true } });
  const warnings = [...prepared.warnings];
  const record = createListRecord(prepared);
  const lists = await collect(prepared, input, (event) => {
    if (event.type === 'warning') warnings.push(event.message);
    record.note(event);
  });
  if (record.isInterrupted()) return { text: '', notes: ['interrupted'], exitCode: record.exitCode([]) };
  const how = { root: prepared.loaded.root, cwd: context.cwd };
  return {
    text: flags.json === true ? testLines(lists) : renderTests(lists, how),
    notes: warnings.map((warning) => `warning: ${oneLine(warning)}`),
    exitCode: record.exitCode(lists),
  };
}

/** The verdict is that of a run in which every test that was found had passed, and what is known by its file only. */
function createListRecord({ plan }: Prepared): {
  note(event: EventBody): void;
  isInterrupted(): boolean;
  exitCode(lists: readonly TaskList[]): number;
} {
  const record = createRunRecord();
  const note = (event: EventBody): void => record.apply({ ...event, at: 0 });
  const found = (test: TestResult): TestResult => (test.status === 'skipped' ? { ...test, status: 'passed' } : test);
  note({ type: 'run-started', format: eventFormat, runId: '', planId: plan.id, plan, shard: null });
  return {
    note: (event) => note(event.type === 'test-finished' ? { ...event, test: found(event.test) } : event),
    isInterrupted: () => record.state.cancelled?.kind === 'signal',
    exitCode(lists) {
      for (const { task, collected, outcome } of lists.filter((list) => !list.collected)) {
        if (task.settled === null && !collected)
          note({ type: 'test-finished', task: task.id, attempt: 1, test: standIn(task.id) });
        note({ type: 'task-finished', task: task.id, outcome, totals: emptyTotals, durationMs: 0 });
      }
      return exitCodeOf(verdictOf(record.state));
    },
  };
}

function standIn(name: string): TestResult {
  return {
    ...{ id: { file: null, className: '', name }, status: 'passed', synthetic: false, durationMs: 0, line: null },
    ...{ problems: [], skipReason: null, stdout: null, stderr: null },
  };
}

/** Everything that is written lies in a folder that is gone afterwards; what is started is in the journal until it has ended. */
async function collect(
  prepared: Prepared,
  { context, signals }: ListTestsInput,
  emit: (event: EventBody) => void,
): Promise<readonly TaskList[]> {
  const { plan, loaded, config, masker } = prepared;
  const startedAt = Date.now();
  const runId = newRunId(startedAt);
  const tmpDir = await makeTempFolder('runner-');
  const warn = (message: string): void => emit({ type: 'warning', message });
  const state = openState(loaded.root, context.env);
  const journal = openJournal(
    { runId, startedAt, tmpDir, reportsDir: null },
    { stateDir: state.dir, processes: state.processes, warn },
  );
  const reportsDir = join(tmpDir, 'reports');
  const { io, overlayEnv, lookup } = createServiceTools({ ...prepared, runId, context, logsDir: reportsDir });
  const mask = masker === null ? null : createEventMask(masker);
  const tools: CollectTools = {
    ...{ frameworks: allFrameworks, suites: config.suites, categories: config.categories, settings: config.settings },
    ...{ signals, extraArgs: context.extraArgs, root: loaded.root, reportsDir, tmpDir, runId, overlayEnv, masker },
    io: journaled(io, journal),
    pluginsDir: pluginsDir(),
    baseEnv: context.env,
    lookup: (reference) => (reference.startsWith('services.') ? 'none' : lookup(reference)),
    emit: (event) => emit(mask === null ? event : mask(event)),
  };
  try {
    return await collectTests(plan, tools);
  } finally {
    const strays = await sweepRun(`${runId}/`, config.settings.graceMs, signals.kill);
    if (strays.length > 0) warn(`ended at the end: ${strays.join(', ')}`);
    await rm(tmpDir, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined);
    journal.close();
  }
}
