import { compileGlobs } from '../base/glob.ts';
import type { Guard, GuardPriority } from '../model/guard.ts';

/** Which files a guard is about, and what they are to it. Takes root-relative paths. */
export interface FileRule {
  takes(file: string): boolean;
  priorityOf(file: string): GuardPriority;
}

/** What no glob of a guard's priorities takes is this. */
const lowestPriority: GuardPriority = 'P3';

/** The globs of a guard, compiled. @throws UsageError when one cannot be matched in bounded time */
export function createFileRule({ files, except, priorities }: Guard): FileRule {
  const wanted = compileGlobs(files);
  const unwanted = compileGlobs(except);
  const ranks = priorities.map((one) => ({ priority: one.priority, matches: compileGlobs(one.files) }));
  return {
    takes: (file) => wanted(file) && !unwanted(file),
    priorityOf: (file) => ranks.find(({ matches }) => matches(file))?.priority ?? lowestPriority,
  };
}
