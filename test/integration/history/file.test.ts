import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { exportHistory } from '../../../src/history/export-history.ts';
import { importHistory } from '../../../src/history/import-history.ts';
import { readHistory } from '../../../src/history/open.ts';
import { listRuns } from '../../../src/history/runs.ts';
import { migrate, schemaVersion, versionOf } from '../../../src/history/schema.ts';
import { readTimes } from '../../../src/history/times.ts';
import type { RunEvent } from '../../../src/model/event.ts';
import { eventsOf, look, manyRuns, ranOnce, record, start, timedTest } from '../../support/history.ts';

const all = { environment: null, last: null };
let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-history-'));
  path = join(folder, 'history.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function run(runId: string, at = start, tests = 1): readonly RunEvent[] {
  const own = Array.from({ length: tests }, (_, index) => timedTest('a.py', `${runId} ${index}`, 10));
  return eventsOf({ runId, at, tasks: [ranOnce('unit/backend', own)] });
}

function runsIn(file: string): readonly string[] {
  return look(file, (db) => listRuns(db, all).map((known) => known.run));
}

describe('a file that is no sound history', () => {
  const damaged = async (): Promise<void> => {
    await record(path, run('lost', start, 500));
    const bytes = readFileSync(path);
    bytes.fill(0xa5, 4096 * 2, 4096 * 12);
    writeFileSync(path, bytes);
  };

  test('and is damaged is put aside with a warning, and a new one begins', async () => {
    await damaged();
    const warnings = await record(path, run('next'));
    expect(warnings).toEqual([
      expect.stringMatching(
        /it is damaged; it was put aside as <folder>.history\.sqlite\.corrupt-\d{8}-\d{6}, and a new history begins/,
      ),
    ]);
    expect(runsIn(path)).toEqual(['next']);
    expect(readdirSync(folder).filter((name) => name.includes('corrupt') && !/-(wal|shm)$/.test(name))).toHaveLength(1);
  });

  test.each(['<"one"]', '{}', ''])('and is damaged where a list should be (%s) is put aside too', async (list) => {
    await record(path, run('lost'));
    {
      using db = new DatabaseSync(path);
      db.prepare('UPDATE runs SET parts = ?').run(list);
    }
    expect(readHistory({ path, owned: true }, (db) => listRuns(db, all))).toMatchObject({
      kind: 'unusable',
      problem: expect.stringMatching(/it is damaged; it was put aside as .*, and a new history begins/) as string,
    });
  });

  test('and is damaged costs a plan a warning and nothing else', async () => {
    await damaged();
    const warnings: string[] = [];
    expect(readTimes({ path, owned: true }, (warning) => warnings.push(warning)).files.size).toBe(0);
    expect(warnings).toEqual([expect.stringContaining('the history is not used')]);
  });

  test.each([
    ['text', 'not a database\n'],
    ['a torn header', 'SQLite for'],
  ])('but %s in its place is put aside as well', async (_, text) => {
    writeFileSync(path, text);
    expect(await record(path, run('next'))).toEqual([expect.stringContaining('put aside')]);
    expect(runsIn(path)).toEqual(['next']);
  });

  test('and empty is made one', async () => {
    writeFileSync(path, '');
    expect(await record(path, run('next'))).toEqual([]);
    expect(runsIn(path)).toEqual(['next']);
  });

  test('but was named by the user is never touched', async () => {
    for (const [name, make] of [
      ['notes.txt', (file: string) => writeFileSync(file, 'precious')],
      ['other.sqlite', (file: string) => new DatabaseSync(file).exec('CREATE TABLE precious (a)')],
    ] as const) {
      const file = join(folder, name);
      make(file);
      const before = readFileSync(file);
      expect(await record(file, run('next'), { owned: false })).toEqual([
        expect.stringContaining('is no history of runner'),
      ]);
      expect(readFileSync(file)).toEqual(before);
    }
  });

  test('but of a later version is left alone, and the run goes on without', async () => {
    await record(path, run('one'));
    const db = new DatabaseSync(path);
    db.exec(`PRAGMA user_version = ${schemaVersion + 1}`);
    db.close();
    const [warning = '', ...more] = await record(path, run('two'));
    expect([warning, more]).toEqual([expect.stringContaining('was written by a later version of runner'), []]);
    const again = new DatabaseSync(path);
    expect(again.prepare('SELECT run FROM runs').all()).toEqual([{ run: 'one' }]);
    again.close();
  });

  test('but a folder costs a warning', async () => {
    mkdirSync(path);
    expect(await record(path, run('one'))).toEqual([expect.stringContaining('the run is not in the history')]);
  });

  test.runIf(process.platform === 'linux')('but in a place that takes no files costs a warning', async () => {
    expect(await record('/proc/none/history.sqlite', run('one'))).toEqual([
      expect.stringContaining('the run is not in the history'),
    ]);
  });
});

test('an older schema is brought to the newest step by step, and only once', () => {
  const db = new DatabaseSync(path);
  const steps = ['CREATE TABLE a (x)', 'ALTER TABLE a ADD COLUMN y', 'CREATE TABLE b (z)'];
  migrate(db, steps.slice(0, 1));
  db.exec('INSERT INTO a VALUES (1)');
  migrate(db, steps);
  migrate(db, steps);
  expect(versionOf(db)).toBe(3);
  expect(db.prepare('SELECT * FROM a').all()).toEqual([{ x: 1, y: null }]);
  db.close();
});

test('a step that fails leaves the history as it was', () => {
  const db = new DatabaseSync(path);
  migrate(db, ['CREATE TABLE a (x)']);
  expect(() => migrate(db, ['', 'CREATE TABLE b (x)', 'nonsense'])).toThrow();
  expect([versionOf(db), db.prepare("SELECT count(*) AS n FROM sqlite_schema WHERE name = 'b'").get()]).toEqual([
    1,
    { n: 0 },
  ]);
  db.close();
});

describe('what is kept', () => {
  const day = 24 * 3_600_000;
  const recordDays = async (days: readonly number[], limits: Partial<typeof manyRuns>): Promise<readonly string[]> => {
    for (const age of days) {
      await record(path, run(`${age} days ago`, Date.now() - age * day), { limits: { ...manyRuns, ...limits } });
    }
    return runsIn(path);
  };

  test('is so many runs, the last', async () => {
    expect(await recordDays([5, 4, 3, 2, 1], { runs: 3 })).toEqual(['1 days ago', '2 days ago', '3 days ago']);
  });

  test('is cleared up only when a tenth more has come together', async () => {
    expect(
      await recordDays(
        Array.from({ length: 22 }, (_, index) => 22 - index),
        { runs: 20 },
      ),
    ).toHaveLength(22);
    expect(await recordDays([0], { runs: 20 })).toHaveLength(20);
  });

  test('is what is not too old, with the tests that it holds', async () => {
    expect(await recordDays([40, 20, 1], { days: 30 })).toEqual(['1 days ago', '20 days ago']);
    expect(look(path, (db) => db.prepare("SELECT name FROM tests WHERE name LIKE '40 %'").all())).toEqual([]);
  });

  test('is the last run, however old', async () => {
    expect(await recordDays([400], { days: 30 })).toEqual(['400 days ago']);
  });

  test('fits into so many bytes', async () => {
    const bytes = 300_000;
    for (let index = 0; index < 12; index += 1) {
      await record(path, run(`run ${index}`, start + index, 1000), { limits: { ...manyRuns, bytes } });
    }
    const kept = runsIn(path);
    expect(kept[0]).toBe('run 11');
    expect(kept.length).toBeLessThan(12);
    // The last run alone may be larger than the limit; what is given back leaves the file.
    expect(statSync(path).size).toBeLessThan(2 * bytes);
  });
});

describe('an export', () => {
  const target = (name: string): string => join(folder, name);
  const imported = (source: string, into: string): ReturnType<typeof importHistory> =>
    importHistory({ path: into, owned: true }, source, {
      limits: manyRuns,
      told: (problem) => expect.unreachable(problem),
    });
  const exported = (from: string, name: string): Buffer => {
    exportHistory({ path: from, owned: true }, all, target(name));
    return readFileSync(target(name));
  };

  test('imported twice, or two in either order, gives the same history', async () => {
    const [a, b] = [target('a.sqlite'), target('b.sqlite')];
    for (const id of ['one', 'both']) await record(a, run(id, start + id.length));
    for (const id of ['two', 'both']) await record(b, run(id, start + id.length * 2));
    exported(a, 'a.gz');
    exported(b, 'b.gz');
    const [ab, ba] = [target('ab.sqlite'), target('ba.sqlite')];
    expect(await imported(target('a.gz'), ab)).toEqual({ added: 2, known: 0 });
    expect(await imported(target('b.gz'), ab)).toEqual({ added: 1, known: 1 });
    expect(await imported(target('a.gz'), ab)).toEqual({ added: 0, known: 2 });
    await imported(target('b.gz'), ba);
    await imported(target('a.gz'), ba);
    // The run that both have started at another time in each, which the first to come settles.
    expect(runsIn(ab).toSorted()).toEqual(runsIn(ba).toSorted());
    const times = (file: string): unknown => readTimes({ path: file, owned: true }, () => undefined);
    expect(times(ab)).toEqual(times(ba));
    expect(times(ab)).not.toEqual(times(target('none.sqlite')));
  });

  test('of what was imported is the export that it was imported from', async () => {
    for (const id of ['one', 'two']) await record(path, run(id, start + id.charCodeAt(0)));
    const first = exported(path, 'first.gz');
    await imported(target('first.gz'), target('copy.sqlite'));
    expect(exported(target('copy.sqlite'), 'second.gz')).toEqual(first);
  });

  test('that says other parts of a run that is known brings nothing of it', async () => {
    await record(path, run('one'));
    const lines = gunzipSync(exported(path, 'one.gz')).toString();
    writeFileSync(target('changed.gz'), gzipSync(lines.replace('"parts":["one"]', '"parts":["other"]')));
    expect(await imported(target('changed.gz'), path)).toEqual({ added: 0, known: 1 });
    expect(runsIn(path)).toEqual(['one']);
  });

  test.each([
    ['is cut off', (bytes: Buffer) => bytes.subarray(0, bytes.length - 20), 'cannot be imported'],
    ['is no gzip', () => Buffer.from('{"format":"runner-history","version":1}\n'), 'cannot be imported'],
    ['is empty', () => Buffer.alloc(0), 'cannot be imported'],
  ])('that %s brings nothing', async (_, change, message) => {
    await record(path, run('one', start, 3000));
    writeFileSync(target('bad.gz'), change(exported(path, 'good.gz')));
    const into = target('into.sqlite');
    await record(into, run('own'));
    await expect(imported(target('bad.gz'), into)).rejects.toThrow(message);
    expect(runsIn(into)).toEqual(['own']);
  });

  test('that is not there is named', async () => {
    await expect(imported(target('missing.gz'), path)).rejects.toThrow(/missing\.gz cannot be imported: ENOENT/);
  });
});
