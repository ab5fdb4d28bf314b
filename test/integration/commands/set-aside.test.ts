import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { discardReplaced, setAside } from '../../../src/commands/set-aside.ts';

const root = mkdtempSync(join(tmpdir(), 'set-aside-'));
afterEach(() => rmSync(root, { recursive: true, force: true }));

const reports = join(root, 'reports');
const stateDir = join(root, '.runner');
const owned = ['junit.xml', 'logs', 'raw'];

function writeReports(): void {
  mkdirSync(join(reports, 'logs/unit/a'), { recursive: true });
  writeFileSync(join(reports, 'logs/unit/a/1.log'), 'old');
  writeFileSync(join(reports, 'junit.xml'), 'old');
  writeFileSync(join(reports, 'notes.txt'), "somebody's own");
}

test('an earlier run’s files leave the folder at once and the disk when they are discarded', () => {
  writeReports();

  setAside(reports, owned, { runId: 'r1', stateDir });

  expect(readdirSync(reports)).toEqual(['notes.txt']);
  expect(readdirSync(join(stateDir, 'replaced/r1')).toSorted()).toEqual(['junit.xml', 'logs']);
  discardReplaced(stateDir);
  expect(readdirSync(stateDir)).toEqual(['.gitignore']);
});

test('what killed runs had set aside goes before more is', () => {
  writeReports();
  setAside(reports, owned, { runId: 'killed', stateDir });
  writeReports();

  setAside(reports, owned, { runId: 'next', stateDir });

  expect(readdirSync(join(stateDir, 'replaced'))).toEqual(['next']);
  discardReplaced(stateDir);

  expect(existsSync(join(stateDir, 'replaced'))).toBe(false);
});

test('folders that nobody may write to go too', () => {
  writeReports();
  const folder = join(reports, 'raw/module@v1');
  mkdirSync(join(folder, 'sub'), { recursive: true });
  writeFileSync(join(folder, 'sub/go.mod'), 'old');
  for (const path of [join(folder, 'sub'), folder]) chmodSync(path, 0o500);

  setAside(reports, owned, { runId: 'r1', stateDir });
  discardReplaced(stateDir);

  expect(readdirSync(stateDir)).toEqual(['.gitignore']);
});

test('they are removed at once where they cannot be set aside', () => {
  writeReports();
  writeFileSync(stateDir, 'a file where the folder should be');

  setAside(reports, owned, { runId: 'r1', stateDir });

  expect(readdirSync(reports)).toEqual(['notes.txt']);
  expect(() => discardReplaced(stateDir)).not.toThrow();
});

test('without an earlier run nothing is made', () => {
  mkdirSync(reports, { recursive: true });

  setAside(reports, owned, { runId: 'r1', stateDir });

  expect(existsSync(stateDir)).toBe(false);
});
