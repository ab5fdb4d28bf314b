import { createReadStream, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createAtomicFile, writeFileAtomic } from '../base/atomic-write.ts';
import type { AtomicFile } from '../base/atomic-write.ts';
import type { RunEvent, Shard } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { TestId, TestResult, Totals } from '../model/test.ts';
import type { Reporter } from '../ports.ts';
import { testKey } from '../results/test-records.ts';
import { sumTotals } from '../results/totals.ts';
import { createCaseNames } from './case-names.ts';
import { attribute } from './junit-case.ts';
import { syntheticError, timestamp, totalsAttributes, writeSuite } from './junit-suite.ts';
import type { WrittenSuite } from './junit-suite.ts';
import { buildOwnSuite, isOwnSuite } from './own-suite.ts';
import { createTaskCases } from './task-cases.ts';
import type { TaskCases } from './task-cases.ts';
import { createTextShelf } from './text-shelf.ts';
import type { TextShelf } from './text-shelf.ts';

/** Where the report is and where its parts wait until the end. */
export interface JunitReporterOptions {
  readonly path: string;
  /** A folder of the reporter's own; emptied at the start, gone at the end. */
  readonly spoolDir: string;
  /** The shard that a task ran in, where the run as a whole is not one. */
  shardOf?(task: string): Shard | null;
}

interface OpenTask {
  readonly task: Task;
  readonly index: number;
  readonly cases: TaskCases;
  startedAt: number | null;
  /** The test that was last known to run. */
  running: TestId | null;
}

interface EndedTask {
  readonly totals: Totals;
  /** `null` when the suite is in the spool. */
  readonly own: WrittenSuite | null;
}

// More of them are written like the others, so that a run in which everything crashes does not fill the memory.
const maxOwnSuites = 500;

/**
 * One JUnit file for the whole run, in the dialect of docs/junit.xsd. From the start it is a valid file that says "run did not
 * finish"; it becomes the report when it is closed. Tests are held until their task ends, then on disk; long texts are there at once.
 * @throws when the file or the folder cannot be written; later failures come from `onEvent` or `close`.
 */
export function createJunitReporter(options: JunitReporterOptions): Reporter {
  rmSync(options.spoolDir, { recursive: true, force: true });
  mkdirSync(options.spoolDir, { recursive: true });
  writeFileAtomic(options.path, unfinishedReport());
  const open = new Map<string, OpenTask>();
  const ended = new Map<number, EndedTask>();
  const names = createCaseNames();
  const shelf = createTextShelf(join(options.spoolDir, 'texts'));
  let run: { readonly plan: Plan; readonly shard: Shard | null; readonly startedAt: number } | null = null;
  let lastAt = 0;
  let durationMs: number | null = null;
  let ownSuites = 0;

  const endTask = (openTask: OpenTask, outcome: Outcome | null, taskMs: number): void => {
    if (run === null) return;
    const { task, index, cases } = openTask;
    open.delete(task.id);
    const suite: WrittenSuite = {
      task,
      plan: run.plan,
      shard: options.shardOf?.(task.id) ?? run.shard,
      startedAt: openTask.startedAt ?? lastAt,
      durationMs: taskMs,
      attempts: cases.attempts(),
      outcome,
      cases: names.name(task.suite, cases.results()),
      load: loadFrom(shelf),
    };
    const { parts, totals } = writeSuite(suite);
    const own = isOwnSuite(suite) && ownSuites < maxOwnSuites;
    if (own) ownSuites += 1;
    else spool(spoolPath(options.spoolDir, index), parts);
    ended.set(index, { totals, own: own ? suite : null });
  };
  const onTaskEvent = (openTask: OpenTask, event: RunEvent): void => {
    openTask.running = runningAfter(event, openTask.running);
    if (event.type === 'task-started') openTask.startedAt ??= event.at;
    else if (event.type === 'attempt-started') openTask.cases.startAttempt(event.attempt, event.cause ?? 'retry');
    else if (event.type === 'test-finished') openTask.cases.add(event.attempt, shelf.put(event.test));
    else if (event.type === 'task-finished') endTask(openTask, event.outcome, event.durationMs);
  };
  const endUnfinished = (): void => {
    for (const openTask of [...open.values()]) {
      openTask.cases.add(Number.POSITIVE_INFINITY, unfinishedCase(openTask));
      endTask(openTask, null, openTask.startedAt === null ? 0 : lastAt - openTask.startedAt);
    }
  };
  const finish = async (): Promise<void> => {
    if (run === null) return;
    endUnfinished();
    const totals = sumTotals([...ended.values()].map((task) => task.totals));
    const head = `${attribute('name', run.plan.project)}${totalsAttributes(totals, durationMs ?? lastAt - run.startedAt)}`;
    const start = `<testsuites${head}${attribute('timestamp', timestamp(run.startedAt))}>\n`;
    await assemble(options, start, ended);
  };

  return {
    onEvent(event) {
      lastAt = event.at;
      if (event.type === 'run-started') {
        run = { plan: event.plan, shard: event.shard, startedAt: event.at };
        for (const [index, task] of event.plan.tasks.entries()) {
          open.set(task.id, { task, index, cases: createTaskCases(), startedAt: null, running: null });
        }
      } else if (event.type === 'run-finished') {
        durationMs = event.durationMs;
      } else if ('task' in event) {
        const openTask = open.get(event.task);
        if (openTask !== undefined) onTaskEvent(openTask, event);
      }
    },
    async close() {
      try {
        await finish();
      } finally {
        shelf.close();
        rmSync(options.spoolDir, { recursive: true, force: true });
      }
    },
  };
}

function runningAfter(event: RunEvent, running: TestId | null): TestId | null {
  if (event.type === 'test-started') return event.test;
  if (event.type === 'attempt-started') return null;
  const isOver = event.type === 'test-finished' && running !== null && testKey(event.test.id) === testKey(running);
  return isOver ? null : running;
}

function unfinishedCase({ task, startedAt, running }: OpenTask): TestResult {
  if (startedAt === null)
    return syntheticError(`${task.id}: was not run`, 'The run ended before this task. Run it again');
  const where = running === null ? 'in the middle of this task' : `while ${running.name} ran`;
  const why = `The run ended ${where}; the tests of this task up to then are listed. Run it again`;
  return syntheticError(`${task.id}: did not finish`, why);
}

function loadFrom(shelf: TextShelf): WrittenSuite['load'] {
  return (written) => ({
    ...written,
    result: shelf.get(written.result),
    earlier: written.earlier.map((attempt) => shelf.get(attempt)),
  });
}

const declaration = '<?xml version="1.0" encoding="UTF-8"?>\n';

async function assemble(
  options: JunitReporterOptions,
  start: string,
  ended: ReadonlyMap<number, EndedTask>,
): Promise<void> {
  const file = createAtomicFile(options.path);
  try {
    file.write(declaration + start);
    for (const index of [...ended.keys()].sort((a, b) => a - b)) {
      const own = ended.get(index)?.own ?? null;
      if (own === null) await copyInto(file, spoolPath(options.spoolDir, index));
      else file.write(await buildOwnSuite(own));
    }
    file.write('</testsuites>\n');
    file.commit();
  } finally {
    file.abort();
  }
}

async function copyInto(file: AtomicFile, path: string): Promise<void> {
  const stream: AsyncIterable<Buffer> = createReadStream(path);
  for await (const chunk of stream) file.write(chunk);
}

function spool(path: string, parts: Iterable<string>): void {
  const file = createAtomicFile(path);
  try {
    let buffer = '';
    for (const part of parts) {
      buffer += part;
      if (buffer.length < 256 * 1024) continue;
      file.write(buffer);
      buffer = '';
    }
    file.write(buffer);
    file.commit();
  } finally {
    file.abort();
  }
}

function spoolPath(spoolDir: string, index: number): string {
  return join(spoolDir, `${index}.xml`);
}

function unfinishedReport(): string {
  const message =
    'The run was ended from outside before it could write its report; events.jsonl holds what happened until then.';
  const head = '<testsuites name="runner" tests="1" failures="0" errors="1" skipped="0" time="0.000">\n';
  const suite = '  <testsuite name="[runner]" tests="1" failures="0" errors="1" skipped="0" time="0.000">\n';
  const element = `<error message="${message}" type="runner"/>`;
  const body = `    <testcase classname="[runner]" name="run did not finish" time="0.000">\n      ${element}\n    </testcase>\n`;
  return `${declaration}${head}${suite}${body}  </testsuite>\n</testsuites>\n`;
}
