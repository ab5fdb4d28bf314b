import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { followLines } from '../../../src/execution/follow-lines.ts';
import { createIo } from '../../../src/io/node-io.ts';

describe('a file that is followed', () => {
  const io = createIo();
  const follow = (
    path: string,
    liveBytes = Infinity,
  ): { lines: string[]; followed: ReturnType<typeof followLines> } => {
    const lines: string[] = [];
    const followed = followLines(path, {
      io,
      liveBytes,
      onLines: (more) => void lines.push(...more),
      onPause: () => undefined,
    });
    return { lines, followed };
  };
  const inFolder = async (work: (path: string) => Promise<void>): Promise<void> => {
    const folder = mkdtempSync(join(tmpdir(), 'runner-follow-'));
    try {
      await work(join(folder, 'lines'));
    } finally {
      rmSync(folder, { recursive: true });
    }
  };

  it('is read as it comes, a line at a time, and to its end', () =>
    inFolder(async (path) => {
      const { lines, followed } = follow(path);
      writeFileSync(path, 'one\ntw');
      while (lines.length === 0) await delay(5);
      expect(lines).toEqual(['one']);
      appendFileSync(path, 'o\nthree');
      expect(await followed.finish()).toBeNull();
      expect(lines).toEqual(['one', 'two', 'three']);
      expect(await followed.finish()).toBeNull();
    }));

  it('may be long: all of it is read, in turns', () =>
    inFolder(async (path) => {
      const count = 300_000;
      writeFileSync(path, Array.from({ length: count }, (_, index) => `line ${index}\n`).join(''));
      const { lines, followed } = follow(path);
      expect(await followed.finish()).toBeNull();
      expect(lines).toHaveLength(count);
      expect(lines.at(-1)).toBe(`line ${count - 1}`);
    }));

  it('is not read further than certain while it is written', () =>
    inFolder(async (path) => {
      writeFileSync(path, 'one\ntwo\nthree\n');
      const { lines, followed } = follow(path, 8);
      while (lines.length === 0) await delay(5);
      await delay(0);
      expect(lines).toEqual(['one', 'two']);
      await followed.finish();
      expect(lines).toEqual(['one', 'two', 'three']);
    }));

  it('that is replaced or cut says so', () =>
    inFolder(async (path) => {
      for (const change of [(): void => rmSync(path), (): void => writeFileSync(path, '')]) {
        writeFileSync(path, 'one\n');
        const { lines, followed } = follow(path);
        while (lines.length === 0) await delay(5);
        change();
        expect(await followed.finish()).toBe('was replaced or cut from outside while it was read');
      }
    }));

  it('that never comes is nothing', () =>
    inFolder(async (path) => {
      const { lines, followed } = follow(path);
      expect(await followed.finish()).toBeNull();
      expect(lines).toEqual([]);
    }));

  it('hands on what goes wrong with its lines, at its end', () =>
    inFolder(async (path) => {
      writeFileSync(path, 'one\n');
      const broken = followLines(path, {
        ...{ io, liveBytes: Infinity, onPause: () => undefined },
        onLines: () => {
          throw new Error('a defect');
        },
      });
      await expect(broken.finish()).rejects.toThrow('a defect');
    }));
});
