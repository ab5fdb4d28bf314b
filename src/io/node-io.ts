import { createSteadyClock } from '../base/steady-clock.ts';
import type { Masker } from '../base/mask.ts';
import type { Attention, Io, Processes } from '../ports.ts';
import { endRecorded } from './end-recorded.ts';
import { createLogFiles } from './log-file.ts';
import { identifyProcess, livenessOf } from './process-identity.ts';
import { createProcessTable } from './processes.ts';
import { createChildren } from './sleeper.ts';
import { sleep } from './sleep.ts';
import { spawnChild } from './spawn-child.ts';

/**
 * The machine's processes and clock. With a masker everything that children print is masked on its way into their logs; with `attention`
 * they are stopped while this process is suspended.
 */
export function createIo(masker: Masker | null = null, attention?: Attention): Io {
  const children = createChildren();
  attention?.onSuspend(children);
  const tools = { table: createProcessTable(), logs: createLogFiles(), masker, children };
  return {
    spawn: (request) => spawnChild(request, tools),
    now: createSteadyClock(),
    sleep,
  };
}

/** The processes of other runners. */
export function createProcesses(): Processes {
  return { identify: identifyProcess, liveness: livenessOf, end: endRecorded };
}
