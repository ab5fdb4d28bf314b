import { isDeepStrictEqual } from 'node:util';
import type { Task } from '../model/plan.ts';

/**
 * Whether tasks of a build are the work that this machine has planned too, maybe cut in another way; `null` = they are, else what they are
 * not. Whoever reaches the server could have written them, and files, names of tests and services of a task end up in command lines.
 */
export function foreignTask(agreed: readonly Task[], own: readonly Task[]): string | null {
  const left = new Map(own.flatMap((task) => partsOf(task).map((part) => [part, task])));
  const ids = new Set<string>();
  for (const task of agreed) {
    if (ids.has(task.id) || !isIdOf(task)) return `names a task ${JSON.stringify(task.id)}`;
    ids.add(task.id);
    for (const part of partsOf(task)) {
      const planned = left.get(part);
      if (planned === undefined || !isAlike(task, planned)) return `has a task ${task.id} that is not planned here`;
      left.delete(part);
    }
  }
  const [missing] = left.values();
  return missing === undefined ? null : `does not have all of ${missing.id}`;
}

/** Of all files, of one that is in no file, exactly one task has each. */
function partsOf({ category, suite, files }: Task): readonly string[] {
  const of = (file: string | null): string => JSON.stringify([category, suite, file]);
  return files.length === 0 ? [of(null)] : files.map(of);
}

function isIdOf({ id, category, suite }: Task): boolean {
  const pair = suite === '' ? category : `${category}/${suite}`;
  return id === pair || (id.startsWith(`${pair}/`) && /^\d{1,9}$/.test(id.slice(pair.length + 1)));
}

/** How often and how long it may run is what the first machine was told; the rest is of the config and the selection. */
function isAlike(task: Task, planned: Task): boolean {
  const same = [
    'framework',
    'keyword',
    'markers',
    'needs',
    'locks',
    'dependsOn',
    'after',
    'conflicts',
    'exclusive',
  ] as const;
  const testsOf = ({ tests, files }: Task, file: string): unknown => (files.includes(file) ? tests[file] : undefined);
  return (
    same.every((name) => isDeepStrictEqual(task[name], planned[name])) &&
    task.files.every(
      (file) => !planned.files.includes(file) || isDeepStrictEqual(testsOf(task, file), testsOf(planned, file)),
    ) &&
    Object.keys(task.tests).every((file) => task.files.includes(file)) &&
    [task.slots, task.timeoutMs, task.slowAfterMs, task.retries, task.repeat ?? 1].every(isCount) &&
    (task.settled === null) === (planned.settled === null)
  );
}

function isCount(value: unknown): boolean {
  return typeof value === 'number' && Number.isFinite(value) && value >= 0;
}
