import { appendFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { noteSuspended } from '../../../src/base/active-time.ts';
import { createGrowingFile } from '../../../src/io/growing-file.ts';
import { sleep } from '../../../src/io/sleep.ts';
import { makeFolder, never } from './support.ts';

const ahead = { isEnd: false, skipsAhead: true };

test('a growing file is read line by line, from before it is there to after it was begun anew', () => {
  const path = join(makeFolder(), 'a.log');
  const file = createGrowingFile(path);
  expect(file.read(ahead)).toEqual({ lines: [], skippedBytes: 0 });
  writeFileSync(path, 'one\ntw');
  expect(file.read(ahead).lines).toEqual(['one']);
  appendFileSync(path, 'o\n\u001b[31mthree');
  expect(file.read(ahead).lines).toEqual(['two']);
  expect(file.read({ ...ahead, isEnd: true }).lines).toEqual(['three']);
  truncateSync(path, 0);
  appendFileSync(path, 'anew\n');
  expect(file.read(ahead).lines).toEqual(['anew']);
  rmSync(path);
  expect(file.read(ahead)).toEqual({ lines: [], skippedBytes: 0 });
});

test('of a flood the end is read and the rest counted, or all of it, piece by piece', () => {
  const path = join(makeFolder(), 'a.log');
  const numbers = Array.from({ length: 50_000 }, (_, index) => String(index));
  writeFileSync(path, `${numbers.join('\n')}\n`);
  const { lines, skippedBytes } = createGrowingFile(path).read(ahead);
  expect(lines.at(-1)).toBe('49999');
  expect(skippedBytes).toBeGreaterThan(200_000);
  expect(lines).toEqual(numbers.slice(-lines.length));
  const file = createGrowingFile(path);
  const all: string[] = [];
  for (let more = 1; more > 0;) {
    const next = file.read({ isEnd: false, skipsAhead: false }).lines;
    all.push(...next);
    more = next.length;
  }
  expect(all).toEqual(numbers);
});

test('time for which the process was suspended does not count as waiting', async () => {
  const from = performance.now();
  const waiting = sleep(50, never);
  noteSuspended(150);
  await waiting;
  expect(performance.now() - from).toBeGreaterThanOrEqual(190);
});
