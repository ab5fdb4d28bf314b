import type { Io, Processes } from '../ports.ts';
import { endRecorded } from './end-recorded.ts';
import { createLogFiles } from './log-file.ts';
import { identifyProcess, livenessOf } from './process-identity.ts';
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

/** The processes of other runners. */
export function createProcesses(): Processes {
  return { identify: identifyProcess, liveness: livenessOf, end: endRecorded };
}
