import { join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import type { CancelReason } from '../../../src/model/outcome.ts';
import {
  createExecutionRig,
  fixtureFramework,
  ioWhereSleepEnds,
  leasesThat,
  untilLines,
} from '../../support/execution-rig.ts';
import { aTask } from '../../support/plans.ts';

const interrupt: CancelReason = { kind: 'signal', signal: 'SIGINT' };
const impatient = { graceMs: 600_000, slowAfterMs: 0, logLimitBytes: 100_000, teardownMs: 0 };

describe('a first signal', () => {
  it('ends 20 running tasks, keeps what they finished, starts nothing more, and leaves no process', async () => {
    await using rig = await createExecutionRig();
    const marker = join(rig.root, 'running');
    rig.suite('suite', ['pass:one@a.js', 'write', 'leak', `mark:${marker}`, 'hang']);
    const tasks = Array.from({ length: 25 }, (_, index) => aTask(`t${index}`, { files: ['a.js'] }));
    const { leases, released } = leasesThat({ kind: 'ready', services: {} });
    const run = rig.run(tasks, { slots: 20, leases });
    await untilLines(marker, 20);
    rig.cancel.abort(interrupt);
    await run;
    expect(await rig.alive()).toEqual([]);
    const outcomes = Object.values(rig.outcomes());
    expect(outcomes).toHaveLength(25);
    expect(outcomes.every((outcome) => outcome.kind === 'cancelled')).toBe(true);
    const names = rig.tests().map(({ id, status }) => `${id.name.replace(/^t\d+/, 't')} ${status}`);
    const count = (name: string): number => names.filter((candidate) => candidate === name).length;
    expect([count('one passed'), count('t: not finished error'), count('t: not run error')]).toEqual([20, 20, 5]);
    expect(rig.events.filter(({ type }) => type === 'task-started')).toHaveLength(20);
    expect(rig.events.filter(({ type }) => type === 'run-cancelling')).toEqual([
      { type: 'run-cancelling', reason: interrupt },
    ]);
    expect(new Set(released).size).toBe(25);
    expect(released).toHaveLength(25);
  });

  it('before the start runs nothing', async () => {
    await using rig = await createExecutionRig();
    rig.cancel.abort(interrupt);
    await rig.run([aTask('a'), aTask('b')]);
    expect(rig.events.map(({ type }) => type)).toEqual([
      'run-cancelling',
      'test-finished',
      'task-finished',
      'test-finished',
      'task-finished',
    ]);
  });

  it('while services start ends the waiting task without starting it', async () => {
    await using rig = await createExecutionRig();
    const { leases } = leasesThat({ kind: 'cancelled' });
    const waiting = {
      ...leases,
      acquire: (_task: unknown, signal: AbortSignal) =>
        new Promise<{ kind: 'cancelled' }>((done) =>
          signal.addEventListener('abort', () => done({ kind: 'cancelled' })),
        ),
    };
    const run = rig.run([aTask('a')], { leases: waiting });
    await rig.told('task-started');
    rig.cancel.abort(interrupt);
    await run;
    expect(rig.outcomes()).toEqual({ a: { kind: 'cancelled', reason: interrupt } });
  });
});

describe('a second signal', () => {
  it('ends tasks that ignore the first one without waiting for their grace', async () => {
    await using rig = await createExecutionRig();
    const marker = join(rig.root, 'running');
    rig.suite('suite', ['ignore-term', 'leak', `mark:${marker}`, 'hang']);
    const run = rig.run([aTask('a'), aTask('b')], { settings: impatient });
    await untilLines(marker, 2);
    rig.cancel.abort(interrupt);
    rig.kill.abort();
    await run;
    expect(await rig.alive()).toEqual([]);
    expect(rig.outcomes()).toMatchObject({ a: { kind: 'cancelled' }, b: { kind: 'cancelled' } });
  });

  it('does not wait for services that do not give up', async () => {
    await using rig = await createExecutionRig();
    const { leases } = leasesThat({ kind: 'cancelled' });
    const run = rig.run([aTask('a')], { leases: { ...leases, acquire: () => new Promise(() => undefined) } });
    await rig.told('task-started');
    rig.cancel.abort(interrupt);
    rig.kill.abort();
    await run;
    expect(rig.outcomes()).toEqual({ a: { kind: 'cancelled', reason: interrupt } });
  });
});

describe('the deadline', () => {
  it('stops the run early enough to leave teardown its time', async () => {
    await using rig = await createExecutionRig();
    const marker = join(rig.root, 'running');
    rig.suite('suite', [`mark:${marker}`, 'hang']);
    const io = ioWhereSleepEnds(50_000, () => untilLines(marker));
    await rig.run([aTask('a'), aTask('b')], {
      slots: 1,
      deadlineMs: 60_000,
      io,
      settings: { ...impatient, teardownMs: 10_000 },
    });
    const reason: CancelReason = { kind: 'deadline', afterMs: 50_000, limitMs: 60_000 };
    expect(rig.outcomes()).toEqual({ a: { kind: 'cancelled', reason }, b: { kind: 'cancelled', reason } });
    expect(await rig.alive()).toEqual([]);
  });
});

describe('--fail-fast', () => {
  const tasks = [
    aTask('a/bad', { suite: 'bad', files: ['a.js'], priority: 'critical' }),
    aTask('a/good', { suite: 'good', files: ['a.js'] }),
    aTask('b/good', { suite: 'good', files: ['a.js'] }),
  ];
  const table = [
    ['never', { 'a/bad': 'tests-failed', 'a/good': 'passed', 'b/good': 'passed' }],
    ['first', { 'a/bad': 'tests-failed', 'a/good': 'cancelled', 'b/good': 'cancelled' }],
    ['critical', { 'a/bad': 'tests-failed', 'a/good': 'cancelled', 'b/good': 'cancelled' }],
    ['category', { 'a/bad': 'tests-failed', 'a/good': 'cancelled', 'b/good': 'passed' }],
  ] as const;
  it.each(table)('%s stops no more and no less than it says', async (failFast, kinds) => {
    await using rig = await createExecutionRig();
    rig.suite('bad', ['fail:one@a.js', 'write', 'exit:1']);
    rig.suite('good', ['pass:one@a.js', 'write']);
    await rig.run(tasks, { failFast, slots: 1 });
    expect(Object.fromEntries(Object.entries(rig.outcomes()).map(([task, { kind }]) => [task, kind]))).toEqual(kinds);
  });

  it('category ends what still runs of it, and only that', async () => {
    await using rig = await createExecutionRig();
    const marker = join(rig.root, 'running');
    rig.suite('bad', [`wait-for:${marker}`, 'fail:one@a.js', 'write', 'exit:1']);
    rig.suite('hangs', [`mark:${marker}`, 'hang']);
    rig.suite('good', ['pass:one@a.js', 'write']);
    await rig.run(
      [
        aTask('a/bad', { suite: 'bad', files: ['a.js'] }),
        aTask('a/hangs', { suite: 'hangs' }),
        aTask('b', { suite: 'good', files: ['a.js'] }),
      ],
      {
        failFast: 'category',
      },
    );
    expect(rig.outcomes()).toMatchObject({
      'a/bad': { kind: 'tests-failed' },
      'a/hangs': { kind: 'cancelled', reason: { kind: 'fail-fast', cause: 'a/bad' } },
      b: { kind: 'passed' },
    });
    expect(rig.events.some(({ type }) => type === 'run-cancelling')).toBe(false);
  });
});

describe('--maxfail', () => {
  it('counts failed tests over the whole run', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['fail:one@a.js', 'fail:two@a.js', 'write', 'exit:1']);
    const tasks = ['a', 'b', 'c'].map((id) => aTask(id, { files: ['a.js'] }));
    await rig.run(tasks, { maxFailures: 3, slots: 1 });
    expect(rig.outcomes()).toMatchObject({
      a: { kind: 'tests-failed' },
      b: { kind: 'tests-failed' },
      c: { kind: 'cancelled', reason: { kind: 'max-failures', failures: 4 } },
    });
  });
});

describe('a long run', () => {
  it('of 1,000 tasks tells each once and keeps nothing of what passed', { timeout: 180_000 }, async () => {
    await using rig = await createExecutionRig();
    const shell = fixtureFramework({
      command: ({ reportsDir }) => ({
        argv: [
          '/bin/sh',
          '-c',
          `echo '<testsuite><testcase name="one" file="a.js"/></testsuite>' > ${reportsDir}/r.xml`,
        ],
        env: {},
        report: { kind: 'files', paths: [join(reportsDir, 'r.xml')] },
      }),
    });
    rig.suite('suite', []);
    const counts = new Map<string, number>();
    const heaps: number[] = [];
    const emit = ({ type }: { readonly type: string }): void => {
      const count = (counts.get(type) ?? 0) + 1;
      counts.set(type, count);
      if (type === 'task-finished' && (count === 200 || count === 1000)) heaps.push(heapAfterCollection());
    };
    const tasks = Array.from({ length: 1000 }, (_, index) => aTask(`t${index}`, { files: ['a.js'] }));
    await rig.run(tasks, { frameworks: new Map([['fixture', shell]]), emit, slots: 8 });
    expect(Object.fromEntries(counts)).toEqual({
      'task-started': 1000,
      'attempt-started': 1000,
      'test-finished': 1000,
      'attempt-finished': 1000,
      'task-finished': 1000,
    });
    const [early = 0, late = 0] = heaps;
    expect(heaps).toHaveLength(2);
    expect(late - early).toBeLessThan(8 * 1024 * 1024);
    expect(await rig.alive()).toEqual([]);
  });
});

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

function heapAfterCollection(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}
