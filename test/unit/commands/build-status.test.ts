import { expect, test } from 'vitest';
import { forecast, headOf, statusLines } from '../../../src/commands/build-status.ts';
import type { BuildStatus } from '../../../src/commands/build-status.ts';

type Machine = BuildStatus['workers'][number];

const machine = (worker: string, more: Partial<Machine> = {}): Machine => ({
  ...{ worker, slots: 2, running: ['unit/lib/3'], done: 4, failed: 0, leaseMs: 10_000, left: null },
  ...{ silentMs: 1200, joinedMs: 60_000, state: 'working' },
  ...more,
});
const status = (workers: readonly Machine[]): BuildStatus => ({
  ...{ build: 'a\u001b[31m\nb', planId: 'p', total: 20, done: 9, running: 2, waiting: 8, remainingMs: 95_000, workers },
});

test('a build is a line, and each of its machines is one', () => {
  const workers = [
    machine('one'),
    machine('second', { running: ['a', 'b', 'c', 'd', 'e'], failed: 1 }),
    machine('third', { running: [], state: 'silent', silentMs: 70_000 }),
    machine('fourth', { running: [], state: 'left', left: 'done' }),
  ];
  expect(statusLines(status(workers), { columns: Infinity, rows: Infinity })).toMatchInlineSnapshot(`
    [
      "Build a b: 20 tasks, 9 done, 2 running, 8 waiting, 1 waiting for other categories, about 1m 35s left",
      "one     2 slots  4 done            working, heard of 1.2s ago   unit/lib/3",
      "second  2 slots  4 done  1 failed  working, heard of 1.2s ago   a, b, c and 2 more",
      "third   2 slots  4 done            silent, heard of 1m 10s ago",
      "fourth  2 slots  4 done            left: done",
    ]
  `);
});

test('it fits into a small terminal, where machines that have left come last', () => {
  const workers = [machine('gone', { state: 'left', left: 'done' }), machine('one'), machine('two'), machine('three')];
  const lines = statusLines(status(workers), { columns: 30, rows: 4 });
  expect(lines).toMatchInlineSnapshot(`
    [
      "Build a b: 20 tasks, 9 done, …",
      "one  2 slots  4 done  working…",
      "two  2 slots  4 done  working…",
      "and 2 machines more",
    ]
  `);
  expect(lines.every((line) => line.length <= 30)).toBe(true);
});

test('what is shown of a build without machines says so', () => {
  const empty = { ...status([]), running: 0, done: 0, waiting: 20, remainingMs: null };
  expect(statusLines(empty, { columns: 80, rows: 24 })[1]).toBe('no machine has joined');
  expect(headOf(empty)).toBe('Build a b: 20 tasks, 0 done, 0 running, 20 waiting');
});

test.each([
  ['nothing has ended', [null, null], 0, null],
  ['all has ended', [5, 5], 2, 0],
  ['no time is known', [null, null, null, null], 1, 3000],
  ['the long ones are over', [6, 3, 1], 1, 667],
  ['one is as usual', [4, null, 4], 1, 2000],
  ['all of them take no time', [0, 0], 1, null],
])('what is left is told by what has ended: %s', (_what, expected, done, left) => {
  const found = forecast(
    expected.map((expectedMs) => ({ expectedMs })),
    { done, elapsedMs: 1000 },
  );
  expect(found === null ? null : Math.round(found)).toBe(left);
});
