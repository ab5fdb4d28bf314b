import { join } from 'node:path';
import { createAtomicFile } from '../base/atomic-write.ts';
import { plain } from '../base/text.ts';
import { exitCodeOf } from '../errors.ts';
import type { RunOrigin, Shard } from '../model/event.ts';
import type { Problem, TestResult, Totals } from '../model/test.ts';
import type { Verdict } from '../model/outcome.ts';
import type { Reporter } from '../ports.ts';
import { addTest, emptyTotals, sumTotals } from '../results/totals.ts';
import type { WrittenCase } from './junit-case.ts';
import type { WrittenSuite } from './junit-suite.ts';
import { timestamp } from './junit-suite.ts';
import { createSuiteCollector } from './suite-collector.ts';
import type { CollectedRun } from './suite-collector.ts';
import { createSuiteSpool } from './suite-spool.ts';

/** Where the report is and where its parts wait until the end. */
export interface CtrfOptions {
  readonly path: string;
  /** A folder of the reporter's own; emptied at the start, gone at the end. */
  readonly spoolDir: string;
  /** The shard that a task ran in, where the run as a whole is not one. */
  shardOf?(task: string): Shard | null;
}

/** Of the format, as https://ctrf.io publishes it. */
const specVersion = '0.0.0';
const maxTextChars = 64 * 1024;
const maxOutputLines = 1000;

/**
 * The tests of a run in the Common Test Report Format, written when it is closed; they wait on disk until then.
 * @throws when the folder cannot be made; later failures come from `onEvent` or `close`.
 */
export function createCtrfReporter(options: CtrfOptions): Reporter {
  const groups = new Map<number, Totals>();
  let origin: RunOrigin | null = null;
  let [runId, verdict]: [string, Verdict | null] = ['', null];
  const collector = createSuiteCollector({
    ...options,
    onSuite(suite, index) {
      spool.put(index, suiteParts(suite));
      groups.set(
        index,
        suite.cases.reduce((totals, { result }) => addTest(totals, result), emptyTotals),
      );
    },
  });
  const spool = createSuiteSpool(join(options.spoolDir, 'tests.json'));
  const finish = (): void => {
    collector.endUnfinished();
    const run = collector.run();
    if (run === null) return;
    const file = createAtomicFile(options.path);
    try {
      file.write(headOf({ run, runId, verdict, origin, totals: sumTotals(groups.values()), suites: groups.size }));
      let separator = '\n';
      for (const index of [...groups.keys()].sort((a, b) => a - b)) {
        if ((groups.get(index)?.tests ?? 0) === 0) continue;
        file.write(separator);
        for (const part of spool.parts(index)) file.write(part);
        separator = ',\n';
      }
      file.write('\n]}}\n');
      file.commit();
    } finally {
      file.abort();
    }
  };
  return {
    onEvent(event) {
      collector.onEvent(event);
      if (event.type === 'run-started') [runId, origin] = [event.runId, event.origin ?? null];
      else if (event.type === 'run-finished') verdict = event.verdict;
    },
    close() {
      try {
        finish();
      } finally {
        spool.close();
        collector.close();
      }
      return Promise.resolve();
    },
  };
}

interface Head {
  readonly run: CollectedRun;
  readonly runId: string;
  readonly verdict: Verdict | null;
  readonly origin: RunOrigin | null;
  readonly totals: Totals;
  readonly suites: number;
}

/** Everything up to the first test: ends with `"tests":[`. */
function headOf({ run, runId, verdict, origin, totals, suites }: Head): string {
  const { startedAt, durationMs, plan, shard } = run;
  const stop = startedAt + Math.max(0, Math.round(durationMs));
  const { tests, passed, failed, errors, skipped, flaky = 0, quarantined = 0 } = totals;
  const summary = {
    ...{ tests, passed, failed: failed + errors, skipped, pending: 0, other: 0, flaky, suites },
    ...{ start: startedAt, stop, duration: stop - startedAt },
    extra: { errors, quarantined, verdict, exitCode: verdict === null ? null : exitCodeOf(verdict) },
  };
  const environment = {
    appName: plan.project,
    ...(origin?.commit == null ? {} : { commit: origin.commit }),
    ...(origin?.branch == null ? {} : { branchName: origin.branch }),
    ...(origin === null ? {} : { osPlatform: origin.machine.platform }),
    testEnvironment: plan.environment,
    ...(shard === null ? {} : { shardId: `${shard.index}/${shard.total}` }),
  };
  const start = {
    ...{ reportFormat: 'CTRF', specVersion, timestamp: timestamp(stop), generatedBy: 'runner' },
    ...(runId === '' ? {} : { runId }),
  };
  const results = { tool: { name: 'runner' }, summary, environment };
  return `${JSON.stringify(start).slice(0, -1)},"results":${JSON.stringify(results).slice(0, -1)},"tests":[`;
}

function* suiteParts(suite: WrittenSuite): Generator<string> {
  let separator = '';
  for (const written of suite.cases) {
    yield separator + JSON.stringify(describeTest(suite.load(written), suite));
    separator = ',\n';
  }
}

function describeTest({ name, result, earlier }: WrittenCase, { task, shard, plan }: WrittenSuite): object {
  const { id, status, line, problems, flaky, quarantined, synthetic, skipReason, notRun } = result;
  const isBad = status === 'failed' || status === 'error' || quarantined !== undefined;
  const text = textOf(problems, skipReason);
  return {
    name,
    status: statusOf(result),
    duration: whole(result.durationMs),
    suite: [task.category, task.suite, id.className].filter((part) => part !== ''),
    ...text,
    ...(line === null || line < 1 ? {} : { line }),
    rawStatus: notRun === true ? 'not-run' : quarantined !== undefined ? 'quarantined' : status,
    tags: [task.category, ...task.alsoIn],
    type: task.category,
    ...(id.file === null ? {} : { filePath: id.file }),
    retries: earlier.length,
    ...(earlier.length === 0 ? {} : { retryAttempts: earlier.map(describeAttempt) }),
    flaky: flaky === true,
    ...(isBad && result.stdout !== null ? { stdout: linesOf(result.stdout) } : {}),
    ...(isBad && result.stderr !== null ? { stderr: linesOf(result.stderr) } : {}),
    extra: {
      ...{ task: task.id, suite: task.suite, framework: task.framework, environment: plan.environment },
      ...(shard === null ? {} : { shard: `${shard.index}/${shard.total}` }),
      ...(synthetic ? { synthetic } : {}),
      ...(quarantined === undefined ? {} : { quarantined }),
    },
  };
}

function describeAttempt(result: TestResult, index: number): object {
  const { durationMs, problems, skipReason, line } = result;
  return {
    ...{ attempt: index + 1, status: statusOf(result), duration: whole(durationMs) },
    ...textOf(problems, skipReason),
    ...(line === null || line < 1 ? {} : { line }),
  };
}

function statusOf({ status }: TestResult): string {
  return status === 'error' ? 'failed' : status;
}

function textOf(
  problems: readonly Problem[],
  skipReason: string | null,
): { readonly message?: string; readonly trace?: string } {
  const message = problems.map((problem) => problem.message).join('\n') || (skipReason ?? '');
  const trace = problems.map(({ details }) => details).join('\n\n');
  return {
    ...(message === '' ? {} : { message: cut(message) }),
    ...(trace.trim() === '' ? {} : { trace: cut(trace) }),
  };
}

function linesOf(text: string): readonly string[] {
  return cut(text).split('\n').slice(0, maxOutputLines);
}

function cut(text: string): string {
  const shown = plain(text);
  return shown.length <= maxTextChars ? shown : `${shown.slice(0, maxTextChars)}… (cut: see junit.xml)`;
}

function whole(ms: number): number {
  return Number.isFinite(ms) ? Math.max(0, Math.round(ms)) : 0;
}
