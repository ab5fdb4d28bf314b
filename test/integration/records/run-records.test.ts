import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createGzipLines, readMaybeGzip } from '../../../src/base/gzip-lines.ts';
import { readLedger, writeLedger } from '../../../src/records/ledger-file.ts';
import { createRunRecords, recordedLog } from '../../../src/records/run-records.ts';
import type { FileLedger, Ledger } from '../../../src/results/ledger.ts';
import { testKey } from '../../../src/results/test-records.ts';

let root = '';
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'records-test-'))));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const dayMs = 24 * 60 * 60 * 1000;
const now = Date.UTC(2026, 7, 20);

function record(runId: string, { ageMs = 0, bytes = 10, whole = true } = {}): void {
  const folder = join(root, 'records', runId);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, whole ? recordedLog : 'ledger.jsonl.gz');
  writeFileSync(path, Buffer.alloc(bytes));
  for (const one of [path, folder]) utimesSync(one, new Date(now - ageMs), new Date(now - ageMs));
}

describe('the records of runs', () => {
  test('are listed by when the run began, the newest first; what is not whole is not listed', () => {
    record('20260820-100000-aaaaaa');
    record('20260820-100002-bbbbbb', { ageMs: 5000 });
    record('20260820-100001-cccccc');
    record('20260820-100003-dddddd', { whole: false });
    writeFileSync(join(root, 'records', '.stray'), '');
    const ids = createRunRecords(root)
      .all()
      .map(({ runId }) => runId.slice(-6));
    expect(ids).toEqual(['bbbbbb', 'cccccc', 'aaaaaa']);
  });

  test('are kept within their limits, but never without the newest and those that are needed', () => {
    const days = [0, 1, 2, 3, 40, 50];
    for (const day of days) record(`20260820-10000${9 - days.indexOf(day)}-${day}`, { ageMs: day * dayMs });
    const left = (limits: Parameters<typeof createRunRecords>[1], keep: readonly string[] = []): readonly string[] => {
      const records = createRunRecords(root, limits);
      records.prune(keep, now);
      return records.all().map(({ runId }) => runId.split('-')[2] ?? '');
    };
    const roomy = { runs: 100, ageMs: 30 * dayMs, bytes: 1000 };
    expect(left(roomy, ['20260820-100004-50'])).toEqual(['0', '1', '2', '3', '50']);
    expect(left({ ...roomy, bytes: 35 })).toEqual(['0', '1', '2']);
    expect(left({ ...roomy, runs: 2 })).toEqual(['0', '1']);
    expect(left({ runs: 0, ageMs: 0, bytes: 0 })).toEqual(['0']);
  });

  test('that were never finished go after a day, and not while their run may go on', () => {
    record('20260820-100000-aaaaaa', { whole: false, ageMs: 2 * dayMs });
    record('20260820-100001-bbbbbb', { whole: false, ageMs: 1000 });
    createRunRecords(root, { runs: 0, ageMs: 0, bytes: 0 }).prune([], now);
    expect(existsSync(join(root, 'records/20260820-100000-aaaaaa'))).toBe(false);
    expect(existsSync(join(root, 'records/20260820-100001-bbbbbb'))).toBe(true);
  });

  test('take no folder from an id that is none', () => {
    const records = createRunRecords(root);
    for (const id of ['../../x', '', '.', '/etc', 'a/b']) expect(() => records.open(id)).toThrow(/is no id of a run/);
    expect(records.has('../records')).toBe(false);
    expect(records.open('20260820-100000-aaaaaa')).toBe(join(root, 'records/20260820-100000-aaaaaa'));
    expect(readFileSync(join(root, '.gitignore'), 'utf8')).toBe('*\n');
  });
});

describe('a ledger on disk', () => {
  const id = (
    name: string,
    file: string | null = 'a.py',
  ): { file: string | null; className: string; name: string } => ({
    ...{ file, className: 'C "ü"', name },
  });
  const known = (...tests: readonly (readonly [string, 'passing' | 'outstanding', boolean?])[]): FileLedger => ({
    ...{ digest: 'd', owed: ['all'], scopes: ['all', '["k",null,[],[]]'] },
    tests: new Map(
      tests.map(([name, standing, missing]) => [
        testKey(id(name)),
        { id: id(name), standing, ...(missing === true ? { missing: true } : {}) },
      ]),
    ),
  });
  const ledger: Ledger = {
    runId: 'run-1',
    suites: new Map([
      [
        'lib',
        new Map([['a.py', known(['one\n\u2028', 'passing'], ['two', 'outstanding'], ['three', 'outstanding', true])]]),
      ],
      [
        'load',
        new Map([
          [
            '',
            {
              ...known(),
              digest: null,
              tests: new Map([[testKey(id('x', null)), { id: id('x', null), standing: 'passing' }]]),
            },
          ],
        ]),
      ],
    ]),
  };

  test('is read as it was written', async () => {
    const path = join(root, 'ledger.jsonl.gz');
    writeLedger(path, ledger);
    expect(await readLedger(path)).toEqual(ledger);
  });

  test('of a later format is refused, and a damaged one is called so', async () => {
    const path = join(root, 'ledger.jsonl.gz');
    const rewrite = (change: (text: string) => string): void => {
      writeLedger(path, ledger);
      writeFileSync(path, gzipSync(change(gunzipSync(readFileSync(path)).toString())));
    };
    rewrite((text) => text.replace('"format":1', '"format":2'));
    await expect(readLedger(path)).rejects.toThrow(/is of format 2; this version reads up to format 1/);
    rewrite((text) => text.slice(0, -20));
    await expect(readLedger(path)).rejects.toThrow(/is damaged/);
    rewrite(() => '');
    await expect(readLedger(path)).rejects.toThrow(/is damaged: it is empty/);
    writeFileSync(path, 'no gzip');
    await expect(readLedger(path)).rejects.toThrow(/is damaged/);
  });

  test.each([
    { owed: null, scopes: [], passing: [], outstanding: [] },
    { owed: [], scopes: [1], passing: [], outstanding: [] },
    { owed: [], scopes: [], passing: [] },
    { owed: [], scopes: [], passing: [], outstanding: 'all' },
  ])('without a list that it must have is damaged, and not free of what is owed: %j', async (lists) => {
    const path = join(root, 'ledger.jsonl');
    const head = JSON.stringify({ format: 1, runId: 'run-1' });
    writeFileSync(path, `${head}\n${JSON.stringify({ suite: 'lib', file: 'a.py', digest: null, ...lists })}\n`);
    await expect(readLedger(path)).rejects.toThrow(/is damaged: a list/);
  });

  test('of 100,000 tests is read back', async () => {
    const path = join(root, 'ledger.jsonl.gz');
    const names = Array.from({ length: 100_000 }, (_, index) => [`test_${index}`, 'passing'] as const);
    writeLedger(path, { runId: 'r', suites: new Map([['lib', new Map([['a.py', known(...names)]])]]) });
    expect((await readLedger(path)).suites.get('lib')?.get('a.py')?.tests.size).toBe(100_000);
  });
});

describe('compressed lines', () => {
  test('are there when they are committed, and read as written however many chunks they are', async () => {
    const path = join(root, 'lines.gz');
    const lines = createGzipLines(path);
    const written = Array.from({ length: 20_000 }, (_, index) => `line ${index} ü`);
    for (const line of written) lines.write(line);
    expect(existsSync(path)).toBe(false);
    lines.commit();
    const chunks: Buffer[] = [];
    for await (const chunk of readMaybeGzip(path)) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString().trimEnd().split('\n')).toEqual(written);
  });
});
