import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { batch, type BatchOptions } from '../../../src/categories/batch.ts';

const base: BatchOptions = { mode: 'auto', ownWorkers: false, slots: 4, durations: new Map(), startUpMs: null };
const files = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `f${String(index).padStart(4, '0')}`);
const sizes = (batches: readonly (readonly string[])[]): readonly number[] => batches.map((own) => own.length);

it.each<[string, number, Partial<BatchOptions>, readonly number[]]>([
  ['nothing into nothing', 0, {}, []],
  ['by count, large first', 40, {}, [5, 5, 4, 4, 3, 3, 3, 3, 3, 3, 3, 1]],
  ['into one where one slot is free', 40, { slots: 1 }, [40]],
  ['into one where the framework has its own workers', 40, { ownWorkers: true }, [40]],
  ['into one per file', 3, { mode: 'file' }, [1, 1, 1]],
  ['into one for all', 9, { mode: 'all' }, [9]],
  ['into no more than there are files', 2, {}, [1, 1]],
])('cuts %s', (_what, count, options, expected) => {
  expect(sizes(batch(files(count), { ...base, ...options }))).toEqual(expected);
});

it('gives a file that takes as long as all others a process of its own, and starts it first', () => {
  const durations = new Map(files(40).map((file, index) => [file, index === 17 ? 4000 : 100]));
  expect(batch(files(40), { ...base, durations })[0]).toEqual(['f0017']);
});

it('takes the median for a file that was never measured', () => {
  const durations = new Map(files(20).map((file) => [file, 1000]));
  const withUnknown = batch(files(40), { ...base, durations });
  const known = batch(files(40), { ...base, durations: new Map(files(40).map((file) => [file, 1000])) });
  expect(sizes(withUnknown)).toEqual(sizes(known));
});

it('makes fewer processes when starting one is dear, but leaves no slot idle', () => {
  const durations = new Map(files(40).map((file) => [file, 100]));
  expect(batch(files(40), { ...base, durations, startUpMs: 10 }).length).toBeGreaterThan(8);
  expect(batch(files(40), { ...base, durations, startUpMs: 60_000 })).toHaveLength(4);
});

it('makes one batch for each slot and small ones for the end, the long files in front', () => {
  const durations = new Map(files(400).map((file, index) => [file, 100 + index]));
  const batches = batch(files(400), { ...base, durations, startUpMs: 50, alone: true });
  const times = batches.map((own) => own.reduce((sum, file) => sum + (durations.get(file) ?? 0), 0));
  expect(batches.length).toBeGreaterThan(4);
  expect(Math.min(...times.slice(0, 4))).toBeGreaterThan(4 * Math.max(...times.slice(4)));
  expect(Math.max(...times.slice(0, 4)) - Math.min(...times.slice(0, 4))).toBeLessThan(500);
  expect(batches.slice(4).flat()).toContain('f0000');
  expect(batches.slice(0, 4).flat()).toContain('f0399');
});

it('makes nothing but one batch for each slot where starting one costs more than the guess may be wrong by', () => {
  const durations = new Map(files(100).map((file) => [file, 100]));
  expect(batch(files(100), { ...base, durations, startUpMs: 1000, alone: true })).toHaveLength(4);
});

it('splits a command line that no system would accept, also for a framework with its own workers', () => {
  const long = files(5000).map((file) => `${'deep/'.repeat(40)}${file}`);
  const batches = batch(long, { ...base, ownWorkers: true });
  expect(batches.length).toBeGreaterThan(1);
  for (const own of batches) expect(own.join('\0').length).toBeLessThanOrEqual(256 * 1024);
  expect(batches.flat()).toEqual(long);
});

describe('whatever is cut', () => {
  const given = fc.record({
    files: fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 80 }),
    slots: fc.integer({ min: 1, max: 16 }),
    ownWorkers: fc.boolean(),
    mode: fc.constantFrom('auto' as const, 'file' as const, 'all' as const),
    times: fc.array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1e7, noNaN: true })), { maxLength: 80 }),
    startUpMs: fc.option(fc.integer({ min: 0, max: 60_000 })),
    alone: fc.boolean(),
  });
  const cut = ({ files: own, times, ...rest }: typeof given extends fc.Arbitrary<infer Given> ? Given : never) =>
    batch(own, { ...rest, durations: new Map(times.map((ms, index) => [own[index] ?? 'other', ms])) });

  it('holds every file exactly once, in no empty batch, in a bounded number, whatever the order given', () => {
    fc.assert(
      fc.property(given, (one) => {
        const batches = cut(one);
        expect(batches.flat().sort()).toEqual([...one.files].sort());
        expect(batches.every((own) => own.length > 0)).toBe(true);
        if (one.mode === 'auto') expect(batches.length).toBeLessThanOrEqual(4 * one.slots + 1);
        expect(batch([...one.files].reverse(), { ...one, durations: new Map() })).toEqual(
          batch(one.files, { ...one, durations: new Map() }),
        );
        expect(cut(one)).toEqual(batches);
      }),
    );
  });
});
