import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { UsageError } from '../../../src/errors.ts';
import { exportHistory } from '../../../src/history/export-history.ts';
import { findFlaky } from '../../../src/history/flaky.ts';
import { importHistory } from '../../../src/history/import-history.ts';
import { readHistory } from '../../../src/history/open.ts';
import { listRuns } from '../../../src/history/runs.ts';
import { findSlowest } from '../../../src/history/slowest.ts';
import { readTimes } from '../../../src/history/times.ts';
import { readTrends } from '../../../src/history/trend.ts';
import { eventsOf, manyRuns, ranOnce, record, start, timedTest } from '../../support/history.ts';
import { lineMutants } from '../line-mutations.ts';
import type { LineMutant } from '../line-mutations.ts';
import { mutants } from '../mutations.ts';
import type { Mutant } from '../mutations.ts';
import type { FuzzTarget } from '../target.ts';

const everything = { environment: null, last: null };

/** Histories: files of SQLite with other bytes, and exports with other lines. */
export const histories: FuzzTarget = {
  name: 'histories',
  reads: 'histories and exports of them',
  runsInCi: 150,
  async property(folder) {
    const base = await createBase(folder);
    const place = { path: join(folder, 'case/history.sqlite'), owned: true };
    const words = [
      '{"end":{"runs":0}}',
      '{"end":{"runs":2}}',
      '{"run":null}',
      '{"test":{}}',
      '{"file":{}}',
      '[]',
      '{}',
    ];
    const exported = readFileSync(join(import.meta.dirname, '../../fixtures/earlier/history.jsonl.gz'));
    const lines = lineMutants(
      [
        { name: 'earlier', lines: textOf(exported) },
        { name: 'own', lines: textOf(base.exported) },
      ],
      words,
    );
    const packed = mutants([{ name: 'packed', bytes: base.exported }], ['\u001f\u008b']);
    const files = mutants(
      [{ name: 'sqlite', bytes: base.file }],
      ['SQLite format 3\0', '\0\0\0\0', 'CREATE TABLE runs'],
    );
    const checks = fc.oneof(
      { weight: 4, arbitrary: lines.map((mutant) => attempt(mutant, () => imports(gzip(mutant), place, base))) },
      { weight: 1, arbitrary: packed.map((mutant) => attempt(mutant, () => imports(mutant.bytes, place, base))) },
      { weight: 4, arbitrary: files.map((mutant) => attempt(mutant, () => opens(mutant, place))) },
    );
    return fc.asyncProperty(checks, ({ run }) => {
      rmSync(join(folder, 'case'), { recursive: true, force: true });
      mkdirSync(join(folder, 'case'));
      return run();
    });
  },
};

function attempt(
  mutant: Mutant | LineMutant,
  run: () => Promise<void>,
): { readonly run: () => Promise<void>; readonly [fc.toStringMethod]: () => string } {
  return { run, [fc.toStringMethod]: mutant[fc.toStringMethod] };
}

interface Base {
  readonly file: Buffer;
  readonly exported: Buffer;
  readonly content: string;
}

type Place = Parameters<typeof readTimes>[0];

async function createBase(folder: string): Promise<Base> {
  const path = join(folder, 'base.sqlite');
  for (const [index, runId] of ['one', 'two', 'three'].entries()) {
    const tests = ['a.py', 'b.py'].flatMap((file) =>
      ['x', 'y', 'z'].map((name) => timedTest(file, name, 100 * (index + 1))),
    );
    const whole = { task: { ...ranOnce('load/sh', []).task, files: [] }, events: ranOnce('load/sh', []).events };
    await record(path, eventsOf({ runId, at: start + index * 1000, tasks: [ranOnce('unit/api', tests), whole] }));
  }
  using db = new DatabaseSync(path);
  db.exec('PRAGMA journal_mode = DELETE');
  return {
    file: readFileSync(path),
    exported: exportOf({ path, owned: true }, folder),
    content: contentOf({ path, owned: true }),
  };
}

function exportOf(place: Place, folder: string): Buffer {
  const target = join(folder, 'export.gz');
  assert.equal(exportHistory(place, everything, target).kind, 'read');
  return readFileSync(target);
}

function textOf(packed: Buffer): readonly string[] {
  return gunzipSync(packed).toString().trimEnd().split('\n');
}

function gzip({ lines }: LineMutant): Buffer {
  return gzipSync(lines.map(({ text }) => `${text}\n`).join(''), { level: 1 });
}

/** All or nothing is imported, what was there stays, and whatever came in is finite. */
async function imports(bytes: Buffer, place: Place, base: Base): Promise<void> {
  const source = join(place.path, '../import.gz');
  writeFileSync(place.path, base.file);
  writeFileSync(source, bytes);
  const told: string[] = [];
  const take = (): ReturnType<typeof importHistory> =>
    importHistory(place, source, { limits: manyRuns, told: (problem) => told.push(problem) });
  let taken = false;
  try {
    const imported = await take();
    assert.ok('added' in imported, JSON.stringify(imported));
    taken = true;
    assert.deepEqual(await take(), { added: 0, known: imported.added + imported.known }, 'twice is once');
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
  }
  assert.deepEqual(told, [], 'the history is sound');
  using db = new DatabaseSync(place.path, { readOnly: true });
  assert.deepEqual(
    db
      .prepare('PRAGMA integrity_check')
      .all()
      .map((row) => ({ ...row })),
    [{ integrity_check: 'ok' }],
  );
  if (!taken) assert.equal(contentOf(place), base.content, 'nothing was imported');
  const runs = readHistory(place, (open) => listRuns(open, everything).map(({ run }) => run));
  for (const run of ['one', 'two', 'three'])
    assert.ok(runs.kind === 'read' && runs.value.includes(run), `${run} is gone`);
  usable(place, (warning) => assert.fail(warning));
}

/** A history that is damaged costs a warning, and the next run is remembered all the same. */
async function opens({ bytes }: Mutant, place: Place): Promise<void> {
  writeFileSync(place.path, bytes);
  usable(place, () => undefined);
  const next = eventsOf({ runId: 'next', at: start + 9000, tasks: [ranOnce('unit/api', [timedTest('a.py', 'x', 5)])] });
  await record(place.path, next);
  usable(place, () => undefined);
}

/** Everything that plans and people ask of it. */
function usable(place: Place, warn: (problem: string) => void): void {
  const times = readTimes(place, warn);
  for (const list of Object.values(times)) {
    for (const [name, ms] of list) assert.ok(Number.isFinite(ms) && ms >= 0, `${name} takes ${ms} ms`);
  }
  assert.deepEqual(readTimes(place, warn), times, 'it is asked twice and says the same');
  const asked = readHistory(place, (db) => [
    listRuns(db, everything),
    findSlowest(db, everything, 20),
    findFlaky(db, everything, start),
    readTrends(db, everything),
  ]);
  if (asked.kind === 'unusable') warn(asked.problem);
}

function contentOf(place: Place): string {
  const read = readHistory(place, (db) => [
    listRuns(db, everything),
    db.prepare('SELECT * FROM test_runs ORDER BY run, test').all(),
    db.prepare('SELECT * FROM files ORDER BY id').all(),
    db.prepare('SELECT * FROM suites ORDER BY id').all(),
  ]);
  assert.equal(read.kind, 'read');
  return JSON.stringify(read);
}
