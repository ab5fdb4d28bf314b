import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNamedFolders, createTemporaryFolders } from '../../../src/execution/folder-pool.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runner-folder-pool-'));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

describe('named folders', () => {
  const inodeOf = (path: string): number => statSync(path).ino;

  test('one that was left empty becomes the next, and nothing of it stays where it was', () => {
    const pool = createNamedFolders(join(root, 'raw'));
    pool.take(join(root, 'raw/unit/a/1'));
    const inode = inodeOf(join(root, 'raw/unit/a/1'));
    expect(pool.give(join(root, 'raw/unit/a/1'))).toBe(true);
    pool.take(join(root, 'raw/unit/b/1'));
    expect(inodeOf(join(root, 'raw/unit/b/1'))).toBe(inode);
    expect(readdirSync(join(root, 'raw/unit'))).toEqual(['b']);
  });

  test('one with something in it stays, and the next is another', () => {
    const pool = createNamedFolders(join(root, 'raw'));
    const path = pool.take(join(root, 'raw/unit/a/1'));
    writeFileSync(join(path, 'report.xml'), '<testsuites/>');
    expect(pool.give(path)).toBe(false);
    pool.take(join(root, 'raw/unit/b/1'));
    pool.close();
    expect(readdirSync(path)).toEqual(['report.xml']);
    expect(readdirSync(join(root, 'raw/unit/b/1'))).toEqual([]);
  });

  test('one that something was written to after it was given back is not used, and keeps that', () => {
    const pool = createNamedFolders(join(root, 'raw'));
    pool.give(pool.take(join(root, 'raw/unit/a/1')));
    writeFileSync(join(root, 'raw/unit/a/1/late.xml'), '<testsuites/>');
    pool.take(join(root, 'raw/unit/b/1'));
    expect(readdirSync(join(root, 'raw/unit/b/1'))).toEqual([]);
    pool.close();
    expect(existsSync(join(root, 'raw/unit/a/1/late.xml'))).toBe(true);
  });

  test('one that was closed to writing is not used again', () => {
    const pool = createNamedFolders(join(root, 'raw'));
    const path = pool.take(join(root, 'raw/unit/a/1'));
    chmodSync(path, 0o555);
    expect(pool.give(path)).toBe(false);
    expect(existsSync(path)).toBe(false);
  });

  test('one beside the folder of another attempt, or around that of another task, stays in its place', () => {
    const pool = createNamedFolders(join(root, 'raw'));
    const [first, second, inner] = ['a/1', 'a/2', 'a/2/1'].map((name) => join(root, 'raw/unit', name));
    pool.take(first);
    pool.take(second);
    pool.take(inner);
    for (const path of [first, second]) pool.give(path ?? '');
    pool.take(join(root, 'raw/unit/b/1'));
    expect(existsSync(inner ?? '')).toBe(true);
    expect(existsSync(first ?? '')).toBe(false);
  });

  test('what is not taken again goes at the end, with the folders around it', () => {
    const pool = createNamedFolders(join(root, 'raw'));
    pool.give(pool.take(join(root, 'raw/unit/a/1')));
    pool.give(pool.take(join(root, 'raw/e2e/a/2')));
    pool.close();
    expect(readdirSync(join(root, 'raw'))).toEqual([]);
  });

  test('one whose place is taken is made anew after what is there was removed', () => {
    const pool = createNamedFolders(join(root, 'raw'));
    pool.give(pool.take(join(root, 'raw/unit/a/1')));
    mkdirSync(join(root, 'raw/unit/b/9'), { recursive: true });
    pool.take(join(root, 'raw/unit/b/1'));
    expect(readdirSync(join(root, 'raw/unit/b')).sort()).toEqual(['1', '9']);
  });

  test('a pool whose folders were all removed makes new ones', () => {
    const pool = createNamedFolders(join(root, 'raw'));
    pool.give(pool.take(join(root, 'raw/unit/a/1')));
    rmSync(join(root, 'raw'), { recursive: true });
    pool.take(join(root, 'raw/unit/b/1'));
    expect(existsSync(join(root, 'raw/unit/b/1'))).toBe(true);
  });
});

describe('temporary folders', () => {
  test('one that was left empty is used again, one that was not is left to the caller', () => {
    const pool = createTemporaryFolders(join(root, 'tmp'));
    const path = pool.take();
    expect(pool.give(path)).toBe(true);
    expect(pool.take()).toBe(path);
    writeFileSync(join(path, 'socket'), '');
    expect(pool.give(path)).toBe(false);
    expect(pool.take()).not.toBe(path);
  });

  test('two that are in use at the same time are two', () => {
    const pool = createTemporaryFolders(join(root, 'tmp'));
    expect(pool.take()).not.toBe(pool.take());
  });

  test('none is left at the end, and each is private', () => {
    const pool = createTemporaryFolders(join(root, 'tmp'));
    const path = pool.take();
    expect(statSync(path).mode & 0o777).toBe(0o700);
    pool.give(path);
    pool.close();
    expect(readdirSync(join(root, 'tmp'))).toEqual([]);
  });
});
