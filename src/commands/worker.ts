import type { CommandResult } from './context.ts';
import { run } from './run.ts';
import type { RunInput } from './run.ts';

/** `runner worker`: takes tasks of a build that another machine has begun, or will begin. @throws as `run` does */
export function worker(input: Omit<RunInput, 'files' | 'worker'>): Promise<CommandResult> {
  return run({ ...input, flags: { ...input.flags, deps: true }, files: [], worker: true });
}
