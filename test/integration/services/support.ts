import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { escapeTemplate } from '../../../src/base/template.ts';
import { createIo } from '../../../src/io/node-io.ts';
import { runTool } from '../../../src/io/tool.ts';
import type { Environment, Service } from '../../../src/model/config.ts';
import type { EventBody } from '../../../src/model/event.ts';
import type { Task } from '../../../src/model/plan.ts';
import type { ServiceLeases } from '../../../src/ports.ts';
import { createServiceLeases } from '../../../src/services/leases.ts';
import type { LeaseOptions } from '../../../src/services/leases.ts';

export const never = new AbortController().signal;

const serverPath = join(import.meta.dirname, '../../fixtures/services/server.mjs');

/** The command that starts the fixture server with its switches. */
export function serverCommand(switches: Readonly<Record<string, unknown>> = {}): readonly string[] {
  return [process.execPath, serverPath, JSON.stringify(switches)];
}

/** A service of the given name; by default the fixture server on an automatic port, probed at /health. */
export function service(name: string, over: Partial<Service> = {}): Service {
  return {
    name,
    external: null,
    process: { command: serverCommand({ name }), cwd: '.', env: { PORT: '${port}' } },
    docker: null,
    port: 'auto',
    needs: [],
    health: [{ kind: 'http', path: '/health', status: 200, headers: {}, json: {} }],
    startTimeoutMs: 20_000,
    watchMs: null,
    restarts: 0,
    instances: 1,
    stop: { signal: 'SIGTERM', graceMs: 5000 },
    ...over,
  };
}

export function environment(over: Partial<Environment> = {}): Environment {
  return {
    name: 'local',
    env: {},
    envFile: null,
    secrets: [],
    prefer: ['external', 'process', 'docker'],
    services: {},
    categories: {},
    retries: null,
    timeoutFactor: 1,
    protected: false,
    ...over,
  };
}

export function task(id: string, needs: readonly string[]): Task {
  return {
    id,
    category: 'unit',
    alsoIn: [],
    suite: 'suite',
    framework: 'command',
    role: 'chosen',
    files: [],
    tests: {},
    keyword: null,
    markers: null,
    priority: 'normal',
    dependsOn: [],
    after: [],
    conflicts: [],
    needs,
    locks: [],
    slots: 1,
    exclusive: false,
    timeoutMs: 1000,
    slowAfterMs: 1000,
    missingService: 'fail',
    retries: 0,
    flaky: 'pass',
    expectedMs: null,
    settled: null,
  };
}

/** A run's services with everything that can be observed of them; ended and cleaned up by `await using`. */
export interface Bench extends AsyncDisposable {
  readonly leases: ServiceLeases;
  readonly dir: string;
  /** File for the fixture server's `notes`. */
  readonly notes: string;
  readonly events: readonly EventBody[];
  /** `name change` of every service-changed event, in order. */
  changes(): readonly string[];
  /** Lines of the notes, without pids. */
  noted(): readonly string[];
  /** The pids noted for an event. */
  pids(event: string): readonly number[];
  /** The notes of processes that are alive; one that is being taken down by the kernel still shows for a moment. */
  readonly alive: () => readonly string[];
  /** Resolves with the first event that matches. */
  until(matches: (event: EventBody) => boolean): Promise<EventBody>;
}

export async function bench(
  define: (place: { readonly notes: string }) => readonly Service[],
  tasks: readonly Task[],
  over: Partial<LeaseOptions> = {},
): Promise<Bench> {
  const dir = await mkdtemp(join(tmpdir(), 'runner-services-'));
  const notes = join(dir, 'notes');
  const events: EventBody[] = [];
  const waiting = new Set<() => void>();
  const leases = createServiceLeases({
    services: Object.fromEntries(define({ notes }).map((one) => [one.name, one])),
    environment: environment(),
    tasks,
    io: createIo(),
    runTool,
    root: dir,
    logsDir: join(dir, 'logs'),
    logLimitBytes: 1_000_000,
    runId: `run-${crypto.randomUUID()}`,
    baseEnv: callerEnv(),
    lookup: (reference) => (reference.startsWith('env.') ? (process.env[reference.slice(4)] ?? null) : null),
    allow: { services: true, docker: true, real: false },
    emit: (event) => {
      events.push(event);
      for (const wake of waiting) wake();
    },
    ...over,
  });
  const lines = (): readonly string[] => readLines(notes);
  return {
    leases,
    dir,
    notes,
    events,
    changes: () =>
      events.flatMap((event) => (event.type === 'service-changed' ? [`${event.service} ${event.change.kind}`] : [])),
    noted: () => lines().map((line) => line.split(' ').slice(0, 2).join(' ')),
    pids: (wanted) => lines().flatMap((line) => (line.split(' ')[1] === wanted ? [Number(line.split(' ')[2])] : [])),
    alive: () => lines().filter((line) => isAlive(Number(line.split(' ')[2]))),
    until: (matches) =>
      new Promise((resolve) => {
        const look = (): void => {
          const found = events.find(matches);
          if (found === undefined) return;
          waiting.delete(look);
          resolve(found);
        };
        waiting.add(look);
        look();
      }),
    [Symbol.asyncDispose]: async () => {
      await leases.stopAll(AbortSignal.abort());
      await rm(dir, { recursive: true, force: true });
    },
  };
}

/** Whether a process is there and not a zombie. */
function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

function callerEnv(): Record<string, string> {
  return Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, escapeTemplate(value ?? '')]));
}

function readLines(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').trim().split('\n');
  } catch {
    return [];
  }
}
