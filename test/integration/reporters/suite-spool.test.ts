import { existsSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createAtomicFile } from '../../../src/base/atomic-write.ts';
import { createSuiteSpool } from '../../../src/reporters/suite-spool.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-suite-spool-'));
  path = join(folder, 'spool/suites.xml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function copied(...indexes: readonly number[]): string {
  const output = createAtomicFile(join(folder, 'junit.xml'));
  for (const index of indexes) for (const part of spool.parts(index)) output.write(part);
  output.commit();
  return readFileSync(join(folder, 'junit.xml'), 'utf8');
}

let spool = createSuiteSpool('');
beforeEach(() => {
  spool = createSuiteSpool(path);
});
afterEach(() => spool.close());

test('suites come back whole, in whatever order they are asked for', () => {
  const long = 'é'.repeat(700_000);
  spool.put(7, ['<a>', long, '</a>\n']);
  spool.put(2, ['<b/>\n']);
  expect(copied(2, 7)).toBe(`<b/>\n<a>${long}</a>\n`);
});

test('what is not in the file yet comes back like what is, also while more is put', () => {
  const texts = Array.from({ length: 300 }, (_, index) => `<s${index}>${'ü'.repeat((index * 37) % 900)}</s${index}>`);
  texts.forEach((text, index) => spool.put(index, [text]));
  expect(copied(...texts.keys())).toBe(texts.join(''));
  const pending = spool.parts(299);
  spool.put(300, ['y'.repeat(200_000)]);
  expect(Buffer.concat([...pending]).toString()).toBe(texts[299]);
  expect(copied(0, 300, 299)).toBe(`${texts[0]}${'y'.repeat(200_000)}${texts[299]}`);
});

test('a file that is made only when it is needed', () => {
  expect(existsSync(path)).toBe(false);
  spool.put(0, []);
  expect(existsSync(path)).toBe(true);
  expect(copied(0)).toBe('');
});

test('a file that a test removed is still there for the report', () => {
  spool.put(0, ['<a/>']);
  rmSync(path);
  expect(copied(0)).toBe('<a/>');
});

test('a file that a test emptied is told, and nothing is made up', () => {
  // Less is in memory yet.
  spool.put(0, [`<a>${'x'.repeat(100_000)}</a>`]);
  truncateSync(path);
  expect(() => copied(0)).toThrow(/was changed from outside/);
});
