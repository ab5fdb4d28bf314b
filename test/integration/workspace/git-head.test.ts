import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readGitHead } from '../../../src/workspace/git-head.ts';

let folder = '';
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b', '-C', folder, ...args], {
    encoding: 'utf8',
  }).trim();
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-git-'));
  git('init', '-q', '-b', 'team/main');
  git('commit', '-q', '--allow-empty', '-m', 'one');
  mkdirSync(join(folder, 'below'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('what is checked out is read as git tells it, also from a folder below', () => {
  const expected = { commit: git('rev-parse', 'HEAD'), branch: 'team/main' };
  expect(readGitHead(folder)).toEqual(expected);
  expect(readGitHead(join(folder, 'below'))).toEqual(expected);
});

test('a branch may be packed', () => {
  git('pack-refs', '--all');
  expect(readGitHead(folder)).toEqual({ commit: git('rev-parse', 'HEAD'), branch: 'team/main' });
});

test('a worktree has a branch of its own', () => {
  git('worktree', 'add', '-q', '-b', 'other', join(folder, 'tree'));
  git('commit', '-q', '--allow-empty', '-m', 'two');
  const commit = git('rev-parse', 'other');
  expect(readGitHead(join(folder, 'tree'))).toEqual({ commit, branch: 'other' });
});

test('no branch may be checked out', () => {
  git('checkout', '-q', '--detach');
  expect(readGitHead(folder)).toEqual({ commit: git('rev-parse', 'HEAD'), branch: null });
});

test.each([
  ['', null],
  ['ref: refs/heads/../../../secret\n', null],
  ['garbage\n', null],
])('a HEAD of %j names no commit', (text, commit) => {
  const own = join(folder, 'own');
  mkdirSync(join(own, '.git'), { recursive: true });
  writeFileSync(join(own, '.git/HEAD'), text);
  expect(readGitHead(own).commit).toBe(commit);
});

test('without git there is nothing to read', () => {
  expect(readGitHead('/')).toEqual({ commit: null, branch: null });
});
