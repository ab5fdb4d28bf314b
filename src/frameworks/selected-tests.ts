import type { TaskRequest } from './framework.ts';

/**
 * The names to filter by, for a framework that has one filter for all files of a process; `null` = run the files whole.
 * Beside a file that runs whole there is no filter, because it would hide that file's tests: too many run, never too few.
 */
export function namedTests(request: TaskRequest): readonly string[] | null {
  const names = new Set<string>();
  for (const file of request.files) {
    const tests = request.tests[file];
    if (tests === undefined) return null;
    for (const test of tests) names.add(test);
  }
  return names.size === 0 ? null : [...names];
}
