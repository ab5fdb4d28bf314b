import type { Io } from '../ports.ts';
import { createLogFiles } from './log-file.ts';
import { createProcessTable } from './processes.ts';
import { sleep } from './sleep.ts';
import { spawnChild } from './spawn-child.ts';

/** The machine's processes and clock. */
export function createIo(): Io {
  const tools = { table: createProcessTable(), logs: createLogFiles() };
  return {
    spawn: (request) => spawnChild(request, tools),
    now: () => Date.now(),
    sleep,
  };
}
