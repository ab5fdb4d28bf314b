import { collecting } from '../../src/frameworks/collecting.ts';
import { framework } from './framework.ts';
import { runFramework } from './run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from './run-framework.ts';

/** Lists the tests of a framework for real. */
export async function collect(name: string, options: RunFrameworkOptions): Promise<FrameworkRun> {
  const lister = collecting(framework(name));
  if (lister === null) throw new Error(`${name} cannot list its tests`);
  return runFramework(lister, options);
}

/** `file::name` of what was listed, sorted; of equal names, each. */
export function listed({ statuses }: FrameworkRun): readonly string[] {
  return Object.entries(statuses)
    .flatMap(([id, status]) => status.split('+').flatMap((one) => (one === 'error' || one === 'failed' ? [] : [id])))
    .sort();
}

/** The first line of what is wrong, by file. */
export function problems({ cases }: FrameworkRun): Readonly<Record<string, string | undefined>> {
  const bad = cases.filter(({ status }) => status === 'error' || status === 'failed');
  return Object.fromEntries(bad.map(({ name, problems: [first] }) => [name, first?.message.split('\n')[0]]));
}
