import { closeSync, mkdirSync, openSync, readSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { TestResult } from '../model/test.ts';

/** Keeps the texts of tests on disk until they are written, so that a hundred thousand failures with long traces fit into memory. */
export interface TextShelf {
  /** The test without its texts, unless they are short. @throws when the disk is full */
  put(test: TestResult): TestResult;
  /** The test that `put` was given for this one; any other as it is. */
  get(test: TestResult): TestResult;
  close(): void;
}

interface Place {
  readonly start: number;
  /** Of each text in UTF-16 code units; -1 where there is none. */
  readonly lengths: readonly number[];
}

const keptLength = 256;
const unitBytes = 2;

/** A shelf whose file is made when it is first needed. */
export function createTextShelf(path: string): TextShelf {
  const places = new WeakMap<TestResult, Place>();
  let descriptor: number | null = null;
  let end = 0;
  return {
    put(test) {
      const texts = textsOf(test);
      if (texts.reduce((sum, text) => sum + (text?.length ?? 0), 0) <= keptLength) return test;
      descriptor ??= create(path);
      // Not UTF-8, in which half of a surrogate pair would be lost.
      const bytes = Buffer.from(texts.join(''), 'utf16le');
      let written = 0;
      while (written < bytes.length) {
        written += writeSync(descriptor, bytes, written, bytes.length - written, end + written);
      }
      const slim = withTexts(test, () => null);
      places.set(slim, { start: end, lengths: texts.map((text) => text?.length ?? -1) });
      end += bytes.length;
      return slim;
    },
    get(test) {
      const place = places.get(test);
      if (place === undefined || descriptor === null) return test;
      const total = place.lengths.reduce((sum, length) => sum + Math.max(0, length), 0);
      const bytes = Buffer.alloc(total * unitBytes);
      if (readSync(descriptor, bytes, 0, bytes.length, place.start) < bytes.length) {
        throw new Error(`${path} was changed from outside`);
      }
      const texts = cutUp(bytes.toString('utf16le'), place.lengths);
      return withTexts(test, (index) => texts[index] ?? null);
    },
    close() {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

function create(path: string): number {
  mkdirSync(dirname(path), { recursive: true });
  return openSync(path, 'w+', 0o600);
}

function textsOf({ problems, skipReason, stdout, stderr }: TestResult): readonly (string | null)[] {
  return [skipReason, stdout, stderr, ...problems.flatMap(({ message, details }) => [message, details])];
}

/** The test with other texts, numbered as `textsOf` gives them. */
function withTexts(test: TestResult, text: (index: number) => string | null): TestResult {
  const problems = test.problems.map((problem, index) => ({
    ...problem,
    message: text(3 + 2 * index) ?? '',
    details: text(4 + 2 * index) ?? '',
  }));
  return { ...test, problems, skipReason: text(0), stdout: text(1), stderr: text(2) };
}

function cutUp(joined: string, lengths: readonly number[]): readonly (string | null)[] {
  let start = 0;
  return lengths.map((length) => {
    if (length < 0) return null;
    start += length;
    return joined.slice(start - length, start);
  });
}
