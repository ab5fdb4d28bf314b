import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RunTools } from '../../src/execution/run-tools.ts';
import { runTasks } from '../../src/execution/run-tasks.ts';
import type { Framework } from '../../src/frameworks/framework.ts';
import { createIo } from '../../src/io/node-io.ts';
import type { Suite } from '../../src/model/config.ts';
import type { EventBody } from '../../src/model/event.ts';
import type { Outcome } from '../../src/model/outcome.ts';
import type { Task } from '../../src/model/plan.ts';
import type { TestResult } from '../../src/model/test.ts';
import type { Io, LeaseResult, ServiceLeases } from '../../src/ports.ts';
import { aPlan } from './plans.ts';

const programs = resolve(import.meta.dirname, '../fixtures/programs');

/** A workspace in a temporary folder in which tasks run for real. */
export interface ExecutionRig extends AsyncDisposable {
  readonly root: string;
  readonly events: EventBody[];
  readonly cancel: AbortController;
  readonly kill: AbortController;
  /** A suite of the fixture framework whose program follows the steps. */
  suite(name: string, steps: readonly string[], change?: Partial<Suite>): void;
  run(tasks: readonly Task[], change?: Partial<RunTools> & { readonly slots?: number }): Promise<void>;
  outcomes(): Readonly<Record<string, Outcome>>;
  tests(task?: string): readonly TestResult[];
  /** Resolves when `count` events of the type were told. */
  told(type: EventBody['type'], count?: number): Promise<void>;
  /** Processes that carry this run's mark. */
  alive(): Promise<readonly string[]>;
}

export async function createExecutionRig(): Promise<ExecutionRig> {
  const root = await mkdtemp(join(tmpdir(), 'runner-execution-'));
  const runId = root.split('-').at(-1) ?? root;
  const events: EventBody[] = [];
  const suites: Record<string, Suite> = {};
  const waiting: (() => void)[] = [];
  const cancel = new AbortController();
  const kill = new AbortController();
  const tools: RunTools = {
    io: createIo(),
    leases: leasesThat({ kind: 'ready', services: {} }).leases,
    frameworks: new Map([['fixture', fixtureFramework()]]),
    suites,
    categories: {},
    settings: { graceMs: 5000, slowAfterMs: 60_000, logLimitBytes: 1_000_000, teardownMs: 1000 },
    signals: { cancel: cancel.signal, kill: kill.signal },
    failFast: 'never',
    maxFailures: null,
    deadlineMs: null,
    extraArgs: [],
    root,
    reportsDir: join(root, 'reports'),
    tmpDir: join(root, 'tmp'),
    pluginsDir: join(root, 'plugins'),
    runId,
    baseEnv: { PATH: process.env['PATH'] ?? '' },
    overlayEnv: {},
    lookup: () => null,
    masker: null,
    emit: (body) => {
      events.push(body);
      for (const check of waiting) check();
    },
  };
  await mkdir(tools.reportsDir, { recursive: true });
  return {
    root,
    events,
    cancel,
    kill,
    suite(name, steps, change = {}) {
      suites[name] = aSuite(name, {
        command: [process.execPath, join(programs, 'scripted-tests.mjs')],
        args: steps,
        ...change,
      });
    },
    run: (tasks, { slots, ...change } = {}) => runTasks(aPlan(tasks, slots ?? 4), { ...tools, ...change }),
    outcomes: () =>
      Object.fromEntries(
        events.flatMap((event) => (event.type === 'task-finished' ? [[event.task, event.outcome]] : [])),
      ),
    tests: (task) =>
      events.flatMap((event) =>
        event.type === 'test-finished' && event.task === (task ?? event.task) ? [event.test] : [],
      ),
    told: (type, count = 1) =>
      new Promise((done) => {
        const check = (): void => {
          if (events.filter((event) => event.type === type).length >= count) done();
        };
        waiting.push(check);
        check();
      }),
    alive: () => findMarked(runId),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

export function aSuite(name: string, change: Partial<Suite> = {}): Suite {
  return {
    ...{ name, framework: 'fixture', cwd: '.', files: [], exclude: [], command: null, args: [], env: {} },
    ...{ component: null, batch: 'auto', junit: null, timeoutMs: null },
    ...change,
  };
}

/** Runs `command <reportsDir>/report.xml args...` and expects the report there. */
export function fixtureFramework(change: Partial<Framework> = {}): Framework {
  return {
    name: 'fixture',
    ...{
      ownWorkers: false,
      hasFiles: true,
      defaultBatch: 'all',
      canFilterByKeyword: true,
      canFilterByMarkers: true,
      canSelectTests: true,
    },
    ...{
      defaultFiles: [],
      defaultCommand: null,
      noTestsExitCodes: [5],
      failedExitCodes: [1],
      duplicates: 'fold',
      reportsEveryFile: true,
    },
    command({ suite, reportsDir }) {
      const report = join(reportsDir, 'report.xml');
      return {
        argv: [...(suite.command ?? []), report, ...suite.args],
        env: {},
        report: { kind: 'files', paths: [report] },
      };
    },
    identify: ({ file, className, name }) => ({ file, className: className ?? '', name }),
    ...change,
  };
}

/** The framework of `command` suites: reports at globs, or none. */
export function commandFramework(): Framework {
  return fixtureFramework({
    name: 'command',
    reportsEveryFile: false,
    command: ({ suite }) => ({
      argv: [...(suite.command ?? []), '-', ...suite.args],
      env: {},
      report: suite.junit === null ? { kind: 'exit-code' } : { kind: 'globs', globs: suite.junit },
    }),
  });
}

/** The real machine, except that a sleep of exactly `ms` ends when `until` resolves. */
export function ioWhereSleepEnds(ms: number, until: () => Promise<void>): Io {
  const io = createIo();
  return {
    ...io,
    sleep: (wantedMs, signal) =>
      wantedMs === ms ? Promise.race([until(), io.sleep(2 ** 31, signal)]) : io.sleep(wantedMs, signal),
  };
}

/** Resolves when the file has `count` lines. */
export async function untilLines(path: string, count = 1): Promise<void> {
  for (;;) {
    const text = await readFile(path, 'utf8').catch(() => '');
    if (text.split('\n').length > count) return;
    await delay(20);
  }
}

/** Leases that always answer the same, and who released what. */
export function leasesThat(
  answer: LeaseResult,
  failure: ReturnType<ServiceLeases['failureOf']> = null,
): { leases: ServiceLeases; released: string[] } {
  const released: string[] = [];
  return {
    released,
    leases: {
      acquire: () => Promise.resolve(answer),
      failureOf: () => failure,
      release: (task) => void released.push(task.id),
      stopAll: () => Promise.resolve(),
    },
  };
}

async function findMarked(runId: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found: string[] = [];
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
    const state = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
    if (environment.includes(`RUNNER_PROCESS_MARK=${runId}/`) && !state.includes(') Z ')) found.push(pid);
  }
  return found;
}
