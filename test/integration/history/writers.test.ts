import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { listRuns } from '../../../src/history/runs.ts';
import { eventsOf, look, ranOnce, record, start, timedTest } from '../../support/history.ts';

const writer = join(import.meta.dirname, '../../fixtures/programs/record-history.mjs');
const node = [process.execPath, '--disable-warning=ExperimentalWarning', writer];

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-history-'));
  path = join(folder, 'history.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Writer {
  readonly child: ChildProcess;
  readonly ended: Promise<{ readonly exitCode: number | null; readonly warnings: string }>;
}

/** A process that records so many runs of so many tests. */
function startWriter(name: string, runs: number, tests: number, prefix: readonly string[] = []): Writer {
  const [program, ...args] = [...prefix, ...node, path, name, String(runs), String(tests)];
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let warnings = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (warnings += chunk));
  return { child, ended: once(child, 'close').then(() => ({ exitCode: child.exitCode, warnings })) };
}

function run(runId: string): Promise<readonly string[]> {
  return record(path, eventsOf({ runId, at: start, tasks: [ranOnce('unit/backend', [timedTest('a.py', runId, 10)])] }));
}

function runsNow(): readonly string[] {
  return existsSync(path)
    ? look(path, (db) => listRuns(db, { environment: null, last: null }).map((known) => known.run))
    : [];
}

function check(): unknown {
  return look(path, (db) => db.prepare('PRAGMA integrity_check').get());
}

test('processes that write at the same time lose nothing', async () => {
  const names = ['a', 'b', 'c', 'd'];
  const ended = await Promise.all(names.map((name) => startWriter(name, 15, 200).ended));
  expect(ended).toEqual(names.map(() => ({ exitCode: 0, warnings: '' })));
  expect(new Set(runsNow()).size).toBe(60);
  expect(look(path, (db) => db.prepare('SELECT count(*) AS n FROM test_runs').get())).toEqual({ n: 60 * 200 });
  expect(check()).toEqual({ integrity_check: 'ok' });
});

test('what a process that was killed had begun to write is not there at all, and the next goes on', async () => {
  await run('before');
  const { child, ended } = startWriter('killed', 100, 5000);
  while (runsNow().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill('SIGKILL');
  await ended;
  expect(await run('after')).toEqual([]);
  const sizes = look(path, (db) =>
    db
      .prepare(
        "SELECT DISTINCT count(*) AS n FROM test_runs t JOIN runs r ON r.id = t.run WHERE r.run LIKE 'killed%' GROUP BY t.run",
      )
      .all(),
  );
  expect(sizes).toEqual([{ n: 5000 }]);
  expect(check()).toEqual({ integrity_check: 'ok' });
});

test('a full disk costs a warning, and the history stays as it was', async () => {
  await run('before');
  const limited = ['bash', '-c', 'ulimit -f 600; exec "$0" "$@"'];
  const { exitCode, warnings } = await startWriter('big', 1, 30_000, limited).ended;
  expect([exitCode, warnings]).toEqual([0, expect.stringContaining('the run is not in the history')]);
  expect(runsNow()).toEqual(['before']);
  expect(await run('after')).toEqual([]);
  expect(runsNow()).toHaveLength(2);
});
