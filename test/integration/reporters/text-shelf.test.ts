import { existsSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Problem, TestResult } from '../../../src/model/test.ts';
import { createTextShelf } from '../../../src/reporters/text-shelf.ts';
import { createTest } from '../../support/run-events.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-shelf-'));
  path = join(folder, 'spool/texts');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function failing(details: string): TestResult {
  return { ...createTest('t'), status: 'failed', problems: [{ kind: 'failure', type: 'T', message: 'm', details }] };
}

test('a test comes back as it was, whatever its texts are', () => {
  const unit = fc.constantFrom('a', '\0', 'ä', '\uD800', '\uDC00', '😀', '\n');
  const text = fc.oneof(fc.string({ unit }), fc.string({ unit, minLength: 300, maxLength: 600 }));
  const nullable = fc.option(text);
  const kind = fc.constantFrom<Problem['kind']>('failure', 'error');
  const problems = fc.array(fc.record({ kind, type: text, message: text, details: text }), { maxLength: 3 });
  const anyTest = fc
    .record({ problems, skipReason: nullable, stdout: nullable, stderr: nullable })
    .map((texts): TestResult => ({ ...createTest('t'), ...texts }));
  const shelf = createTextShelf(path);
  fc.assert(
    fc.property(fc.array(anyTest, { maxLength: 4 }), (tests) => {
      const kept = tests.map((one) => shelf.put(one));
      expect(kept.map((one) => shelf.get(one))).toEqual(tests);
    }),
  );
  shelf.close();
});

test('long texts are not kept in memory, and without any there is no file', () => {
  const shelf = createTextShelf(path);
  const short = failing('short');
  expect(shelf.put(short)).toBe(short);
  expect(existsSync(path)).toBe(false);
  const slim = shelf.put(failing('x'.repeat(10_000)));
  expect(JSON.stringify(slim).length).toBeLessThan(500);
  expect(slim).toMatchObject({ status: 'failed', problems: [{ kind: 'failure', type: 'T' }] });
  shelf.close();
});

test('texts that are gone are told, not left out', () => {
  const shelf = createTextShelf(path);
  const slim = shelf.put(failing('x'.repeat(10_000)));
  truncateSync(path, 100);
  expect(() => shelf.get(slim)).toThrow(/texts was changed from outside/);
  shelf.close();
});
