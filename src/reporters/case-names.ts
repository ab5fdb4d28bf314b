import { createNumberCounts } from '../base/number-counts.ts';
import type { WrittenCase } from './junit-case.ts';
import type { TestHistory } from '../results/task-cases.ts';

/** Gives tests names that are unique in the whole report: GitLab keeps only the first of two equal ones. */
export interface CaseNames {
  name(suite: string, tests: readonly TestHistory[]): readonly WrittenCase[];
}

/** Starts with no name taken. Holds a number per test, not its name. */
export function createCaseNames(): CaseNames {
  const taken = createNumberCounts();
  const uniqueName = (className: string, name: string): string => {
    const count = taken.add(digest(className, name));
    return count === 1 ? name : uniqueName(className, `${name} [${count}]`);
  };
  return {
    name: (suite, tests) =>
      tests.map(({ result, earlier }) => {
        const className = [suite, result.id.className].filter((part) => part !== '').join('.');
        return { className, name: uniqueName(className, result.id.name), result, earlier };
      }),
  };
}

// 53 bits of two multiplicative hashes (cyrb53): among a million tests one in 20,000 runs would number a name needlessly.
function digest(className: string, name: string): number {
  const text = `${className}\0${name}`;
  let [a, b] = [0xdeadbeef, 0x41c6ce57];
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    a = Math.imul(a ^ code, 2654435761);
    b = Math.imul(b ^ code, 1597334677);
  }
  a = Math.imul(a ^ (a >>> 16), 2246822507) ^ Math.imul(b ^ (b >>> 13), 3266489909);
  b = Math.imul(b ^ (b >>> 16), 2246822507) ^ Math.imul(a ^ (a >>> 13), 3266489909);
  return 4294967296 * (2097151 & b) + (a >>> 0);
}
