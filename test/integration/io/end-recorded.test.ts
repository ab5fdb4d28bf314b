import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, it } from 'vitest';
import { createProcesses } from '../../../src/io/node-io.ts';
import type { RecordedGroup } from '../../../src/ports.ts';

const processes = createProcesses();
const options = { signal: 'SIGTERM', graceMs: 5000, kill: new AbortController().signal } as const;
const started: ChildProcess[] = [];

afterEach(() => {
  for (const child of started.splice(0)) {
    try {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
    } catch {
      // Gone already.
    }
  }
});

/** A process group; `mark` as Io.spawn would set it, `null` = an environment without one. */
function startGroup(mark: string | null, script = 'sleep 600 & sleep 600'): number {
  const env = { PATH: process.env['PATH'], ...(mark === null ? {} : { RUNNER_PROCESS_MARK: mark }) };
  const child = spawn('sh', ['-c', script], { env, detached: true, stdio: 'ignore' });
  started.push(child);
  return child.pid ?? 0;
}

function recorded(pid: number, mark: string): RecordedGroup {
  return { leader: processes.identify(pid), mark };
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

const everything = { groups: [], markPrefixes: [], spare: [] };

describe('ending what another runner had', () => {
  it('takes whole groups and what carries their mark, and names them', async () => {
    const pid = startGroup('run-1/a/1', 'setsid sleep 601 & sleep 602 & wait');
    await expect.poll(() => readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').length).toBe(2);
    const result = await processes.end({ ...everything, groups: [recorded(pid, 'run-1/a/1')] }, options);
    expect(result.complete).toBe(true);
    expect(result.ended.join('\n')).toMatch(/sleep 601/);
    expect(result.ended.join('\n')).toMatch(/sleep 602/);
    expect(isAlive(pid)).toBe(false);
  });

  it('takes the very process that was noted although it cleared its environment', async () => {
    const pid = startGroup('run-1/a/1', 'exec env -i sleep 600');
    const group = recorded(pid, 'run-1/a/1');
    await expect.poll(() => readFileSync(`/proc/${pid}/comm`, 'utf8').trim()).toBe('sleep');
    await processes.end({ ...everything, groups: [group] }, options);
    expect(isAlive(pid)).toBe(false);
  });

  it.each([
    { what: 'started at another time', change: { startTime: '1' }, mark: null },
    { what: 'is of another machine', change: { host: 'elsewhere' }, mark: null },
    { what: 'is of an earlier boot', change: { boot: 'earlier' }, mark: null },
    { what: 'is of another container', change: { namespace: 'pid:[1]' }, mark: null },
    { what: 'has no known start time', change: { startTime: null }, mark: null },
    { what: 'carries the mark of another run', change: {}, mark: 'run-10/a/1' },
  ])('leaves a process alone that has the pid but $what', async ({ change, mark }) => {
    const pid = startGroup(mark);
    const { leader } = recorded(pid, 'run-1/a/1');
    const group = { leader: { ...leader, ...change }, mark: 'run-1/a/1' };
    const result = await processes.end({ ...everything, groups: [group], markPrefixes: ['run-1/'] }, options);
    expect(result).toEqual({ ended: [], complete: true });
    expect(isAlive(pid)).toBe(true);
  });

  it('leaves what is spared, group or stray, and takes the rest of the run', async () => {
    const spared = startGroup('run-1/services/web/1');
    const taken = startGroup('run-1/services/api/1');
    const groups = [recorded(spared, 'run-1/services/web/1'), recorded(taken, 'run-1/services/api/1')];
    await processes.end({ groups, markPrefixes: ['run-1/'], spare: ['run-1/services/web/1'] }, options);
    expect([isAlive(spared), isAlive(taken)]).toEqual([true, false]);
  });

  it('kills what ignores the signal, after the grace', async () => {
    const pid = startGroup('run-1/a/1', 'trap "" TERM; while :; do sleep 1; done');
    await expect.poll(() => readFileSync(`/proc/${pid}/status`, 'utf8')).toMatch(/SigIgn:\s*0*4000$/m);
    await processes.end({ ...everything, groups: [recorded(pid, 'run-1/a/1')] }, { ...options, graceMs: 100 });
    expect(isAlive(pid)).toBe(false);
  });

  it('has nothing to do with an empty record, and never takes an empty prefix for everybody', async () => {
    const pid = startGroup('run-1/a/1');
    expect(await processes.end({ ...everything, markPrefixes: [''] }, options)).toEqual({ ended: [], complete: true });
    expect(isAlive(pid)).toBe(true);
  });
});

describe('the identity of a process', () => {
  it('is alive while the process is, and gone after', async () => {
    const pid = startGroup(null, 'exec sleep 600');
    const identity = processes.identify(pid);
    expect(processes.liveness(identity)).toBe('alive');
    const child = started[0];
    const ended = new Promise((resolve) => child?.once('exit', resolve));
    child?.kill('SIGKILL');
    await ended;
    expect(processes.liveness(identity)).toBe('gone');
    expect(processes.liveness({ ...identity, host: 'other' })).toBe('elsewhere');
  });
});
