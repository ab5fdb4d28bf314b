import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';
import type { Rig, StartedCli } from './rig.ts';

/** A server with a child in its group and one in a session of its own; the last argument is only there to be seen in the command line. */
const service = `
import { spawn } from 'node:child_process';
import { createServer } from 'node:http';
spawn('sleep', ['600'], { stdio: 'ignore' });
spawn('sleep', ['600'], { stdio: 'ignore', detached: true }).unref();
createServer((_, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('listening'));
`;

const names = ['database', 'queue', 'backend', 'auth'];

/** Four services with grandchildren, and two tasks that hang in a shell with a child of its own. */
export function hangingProject(): Record<string, string> {
  const services = names.map(
    (name, index) =>
      `  ${name}: { process: { command: [node, service.mjs, ${name}], env: { PORT: '\${port}' } }, health: [{ http: { path: / } }], needs: [${names[index - 1] ?? ''}] }`,
  );
  return {
    'service.mjs': service,
    'runner.config.yaml': `
version: 1
project: killed
workers: 2
settings: { grace: 5s }
suites:
  one: { framework: command, command: [sh, -c, 'test -e quick || { sleep 600 & sleep 600; }'] }
  two: { framework: command, command: [sh, -c, 'test -e quick || { sleep 600 & sleep 600; }'] }
categories:
  integration: { tests: [{ suite: one }, { suite: two }], needs: [auth] }
services:
${services.join('\n')}
`,
  };
}

export interface KilledRun {
  readonly runId: string;
  readonly tmpDir: string;
  readonly journal: string;
}

/** Starts the project's run, kills the runner with SIGKILL when both tasks run, and leaves everything it had started. */
export async function killRun(rig: Rig, ...args: readonly string[]): Promise<KilledRun> {
  const started = rig.start({ replay: false }, ...args);
  const begun = await started.event((event) => event.type === 'run-started');
  for (const suite of ['one', 'two']) {
    await started.event((event) => event.type === 'attempt-started' && event.task === `integration/${suite}`);
  }
  const runId = begun.type === 'run-started' ? begun.runId : '';
  const journal = rig.path('.runner/runs', `${runId}.jsonl`);
  // The event is told just before the process is started.
  await until(() => readFileSync(journal, 'utf8').split('"type":"group"').length > names.length + 2);
  await kill(started);
  const head = JSON.parse(readFileSync(journal, 'utf8').split('\n')[0] ?? '') as { tmpDir: string };
  return { runId, journal, tmpDir: head.tmpDir };
}

async function kill(started: StartedCli): Promise<void> {
  const ended = new Promise((resolve) => started.child.on('exit', resolve));
  started.child.kill('SIGKILL');
  await ended;
}

/** A process that no runner started, with the same command line as one of the services. */
export function startDecoy(rig: Rig): ChildProcess {
  return spawn('node', ['service.mjs', 'database'], {
    cwd: rig.root,
    env: { PATH: process.env['PATH'], PORT: '0' },
    stdio: 'ignore',
    detached: true,
  });
}

/** Ends a decoy with all that it started. */
export function endDecoy(decoy: ChildProcess): void {
  for (const pid of [...childrenOf(decoy.pid ?? 0), decoy.pid ?? 0]) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
}

/** Pids of the living children of a process. */
export function childrenOf(parent: number): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => {
      const [state, ppid] = statOf(name);
      return state !== 'Z' && Number(ppid) === parent;
    })
    .map(Number);
}

function statOf(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  } catch {
    return [];
  }
}

/** Looks until it is so. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 20));
}
