// What remembering costs: a plan with a history of 1,000,000 results and without one, and how long recording takes.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createHistoryReporter } from '../src/history/reporter.ts';
import { compare } from './support/compare.mjs';
import { writeEventLog } from './support/junit-data.mjs';
import { makeMonorepo } from './support/monorepo.mjs';
import { report } from './support/report.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const root = mkdtempSync(join(tmpdir(), 'runner-bench-history-'));
const [fileCount, testsPerFile, runs] = [2000, 5, 100];
const perRun = fileCount * testsPerFile;
const mergedTests = 1_000_000;
try {
  const folder = join(root, 'monorepo');
  const history = join(root, 'history.sqlite');
  const recorded = await recordRuns(makeMonorepo(folder, fileCount), history);
  const plan = await comparePlans(folder, history);
  const questions = await askHistory(folder, history);
  const merge = await compareMerges(join(root, 'log'));
  const [without, withHistory] = plan.rows;
  const [plain, recording] = merge.rows;
  report({
    name: 'history',
    title: 'The history',
    method: `Interleaved rounds, medians. ${runs} runs of ${perRun.toLocaleString('en-US')} tests in ${fileCount.toLocaleString('en-US')} files: 1,000,000 results, ${Math.round(statSync(history).size / 1e6)} MB.`,
    tables: [
      { title: `plan of ${fileCount.toLocaleString('en-US')} files`, ...plan },
      { title: 'questions to it', ...questions },
      { title: '1,000,000 results merged, and recorded as one run', ...merge },
    ],
    values: { plan: Number((withHistory.wallMs - without.wallMs).toFixed(1)) },
    notes: [
      `recording a run of ${perRun.toLocaleString('en-US')} tests: ${recorded.duringUs.toFixed(1)} us for each test while it runs, then ${recorded.firstMs.toFixed(0)} ms at its end into an empty history and ${recorded.lastMs.toFixed(0)} ms into one of 1,000,000 results`,
      `recording a run of 1,000,000 tests: ${(((recording.cpuMs - plain.cpuMs) * 1000) / mergedTests).toFixed(1)} us of CPU for each test, all in all`,
    ],
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** Records all runs; how long each test took while it ran, and each run at its end. */
async function recordRuns(paths, path) {
  const ends = [];
  let duringMs = 0;
  for (let run = 0; run < runs; run += 1) {
    const reporter = createHistoryReporter({
      place: { path, owned: true },
      limits: { runs: 1000, days: 10_000, bytes: 1e9 },
      describe: () => '',
      warn: (message) => {
        throw new Error(message);
      },
    });
    const started = performance.now();
    for (const event of eventsOf(paths, run)) reporter.onEvent(event);
    const ended = performance.now();
    await reporter.close();
    duringMs += ended - started;
    ends.push(performance.now() - ended);
  }
  const last = ends.slice(-5).sort((a, b) => a - b);
  return { duringUs: (duringMs * 1000) / (runs * perRun), firstMs: ends[0], lastMs: last[2] };
}

function* eventsOf(paths, run) {
  const at = Date.UTC(2026, 0, 1) + run * 3_600_000;
  const task = {
    category: 'unit',
    suite: 'backend',
    framework: 'pytest',
    tests: {},
    keyword: null,
    markers: null,
    slots: 1,
  };
  const tasks = Array.from({ length: 8 }, (_, index) => ({
    ...task,
    id: `unit/backend/${index + 1}`,
    files: paths.filter((_path, place) => place % 8 === index),
  }));
  const plan = { id: 'plan', project: 'bench', environment: 'local', slots: 2, selection: [], categories: [], tasks };
  yield { type: 'run-started', at, format: 1, runId: `run-${run}`, planId: 'plan', plan, shard: null };
  for (const { id, files } of tasks) {
    yield { type: 'attempt-started', at, task: id, attempt: 1, cause: 'first' };
    for (const file of files) {
      for (let index = 0; index < testsPerFile; index += 1) {
        const status = (run * 7 + index) % 997 === 0 ? 'failed' : 'passed';
        const test = { id: { file, className: file.replaceAll('/', '.'), name: `test_case_${index}` }, status };
        const more = { synthetic: false, durationMs: 5 + ((run * 31 + index) % 40), line: 1, problems: [] };
        yield { type: 'test-finished', at, task: id, attempt: 1, test: { ...test, ...more } };
      }
    }
    const count = files.length * testsPerFile;
    const totals = { tests: count, passed: count, failed: 0, errors: 0, skipped: 0, durationMs: count * 25 };
    const outcome = { kind: 'passed' };
    yield {
      type: 'attempt-finished',
      at,
      task: id,
      attempt: 1,
      cause: 'first',
      outcome,
      durationMs: count * 26,
      leaked: [],
    };
    yield { type: 'task-finished', at, task: id, outcome, totals, durationMs: count * 26 };
  }
  const totals = { tests: perRun, passed: perRun, failed: 0, errors: 0, skipped: 0, durationMs: 1 };
  yield { type: 'run-finished', at, verdict: 'passed', totals, durationMs: 1000 };
}

function comparePlans(folder, history) {
  const contender = (name, file) => ({
    ...{ own: true, name, cwd: folder, argv: [process.execPath, cli, 'plan', '--history', file] },
    check: ({ output }) => {
      if (/about \d/.test(output()) !== (file !== 'none')) throw new Error(`${name}: ${output().slice(0, 200)}`);
    },
  });
  return compare([contender('without a history', 'none'), contender('with one of 1,000,000 results', history)]);
}

function askHistory(folder, history) {
  const question = (name, ...words) => ({
    ...{ own: true, name, cwd: folder, argv: [process.execPath, cli, ...words, '--history', history] },
  });
  return compare(
    [
      question('history runs', 'history', 'runs'),
      question('history slowest', 'history', 'slowest'),
      question('history flaky', 'history', 'flaky'),
      question('why', 'why', 'tests/e2e/group_1/test_thread_state_1.py'),
    ],
    { rounds: 3 },
  );
}

function compareMerges(folder) {
  const log = join(folder, 'events.jsonl');
  writeEventLog(log, mergedTests);
  const argv = [process.execPath, cli, 'merge', log, '--reports', join(folder, 'merged')];
  const target = join(folder, 'merged.sqlite');
  return compare(
    [
      { own: true, name: 'merge', argv },
      {
        ...{ own: true, name: 'merge --history', argv: [...argv, '--history', target] },
        prepare: () => ['', '-wal', '-shm'].forEach((part) => rmSync(target + part, { force: true })),
      },
    ],
    { rounds: 3 },
  );
}
