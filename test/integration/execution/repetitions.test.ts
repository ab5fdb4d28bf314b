import { describe, expect, it } from 'vitest';
import type { LeaseWatch, ServiceFailure, ServiceLeases } from '../../../src/ports.ts';
import { createToldTests } from '../../../src/results/told-tests.ts';
import { createExecutionRig, ioWhereSleepEnds, leasesThat } from '../../support/execution-rig.ts';
import type { ExecutionRig } from '../../support/execution-rig.ts';
import { aTask } from '../../support/plans.ts';

const death: ServiceFailure = { service: 'db', problem: 'db: exited with code 1' };
const never = new AbortController().signal;
const aFile = { files: ['a.js'], repeat: 3 };

/** Leases whose watch is asked for anew before each attempt, which has this number. */
function leasesWith(
  watch: (attempt: number) => Partial<LeaseWatch>,
  acquire?: (attempt: number) => ReturnType<ServiceLeases['acquire']>,
): ServiceLeases {
  const { leases } = leasesThat({ kind: 'ready', services: {} });
  let [watched, acquired] = [0, 0];
  return {
    ...leases,
    acquire: (task, signal, place) => {
      acquired += 1;
      return acquire?.(acquired) ?? leases.acquire(task, signal, place);
    },
    watch: () => {
      watched += 1;
      return { lost: never, failure: () => null, check: () => Promise.resolve(), ...watch(watched) };
    },
  };
}

function attemptsOf(rig: ExecutionRig): readonly string[] {
  return rig.events.flatMap((event) =>
    event.type === 'attempt-finished' ? [`${event.attempt} ${event.cause} ${event.outcome.kind}`] : [],
  );
}

describe('a task that is repeated', () => {
  it('makes the repetition again whose service died, and passes with all others', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['pass:one@a.js', 'write']);
    const dying: Partial<LeaseWatch> = { lost: AbortSignal.abort(), failure: () => death };
    const leases = leasesWith((attempt) => (attempt === 2 ? dying : {}));
    await rig.run([aTask('t', aFile)], { leases });
    expect(attemptsOf(rig)).toEqual([
      ...['1 first passed', '2 repeat service-failed', '3 service-restart passed', '4 repeat passed'],
    ]);
    expect(rig.outcomes()['t']).toEqual({ kind: 'passed' });
  });

  it('has not passed when its services were lost before the last repetition', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['pass:one@a.js', 'write']);
    const gone = Promise.resolve({ kind: 'failed', service: 'db', problem: 'it is gone' } as const);
    const ready = Promise.resolve({ kind: 'ready', services: {} } as const);
    const leases = leasesWith(
      () => ({}),
      (attempt) => (attempt === 3 ? gone : ready),
    );
    await rig.run([aTask('t', aFile)], { leases });
    expect(rig.outcomes()['t']).toMatchObject({ kind: 'service-failed', service: 'db' });
    expect(rig.tests('t').at(-1)).toMatchObject({ synthetic: true, status: 'error' });
  });

  it('has a log without a contradiction when its services were lost after a crash', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['pass:one@a.js', 'exit:3']);
    const gone = Promise.resolve({ kind: 'failed', service: 'db', problem: 'it is gone' } as const);
    const ready = Promise.resolve({ kind: 'ready', services: {} } as const);
    const leases = leasesWith(
      () => ({}),
      (attempt) => (attempt === 2 ? gone : ready),
    );
    await rig.run([aTask('t', aFile)], { leases });
    expect(rig.tests('t').length).toBeGreaterThan(1);
    const told = createToldTests();
    const problems = rig.events.map((event) => told.apply({ ...event, at: 0 })).filter((problem) => problem !== null);
    expect(problems).toEqual([]);
  });

  it('has not passed when the deadline came between two repetitions', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['pass:one@a.js', 'write']);
    // The deadline of 70 s, less 1 s for teardown, comes when the first attempt has ended.
    const io = ioWhereSleepEnds(69_000, () => rig.told('attempt-finished'));
    await rig.run([aTask('t', { ...aFile, repeat: 1000 })], { io, deadlineMs: 70_000 });
    expect(rig.outcomes()['t']).toMatchObject({ kind: 'cancelled', reason: { kind: 'deadline' } });
    expect(rig.tests('t').at(-1)).toMatchObject({ synthetic: true, status: 'error' });
  });
});

describe('a task that is run again at the end', () => {
  const rules = {
    ...{ retryOn: ['test-failure'], backoff: null, retryLimitPercent: 10 },
    retryWhen: 'end',
  } as const;

  it('keeps its services until then, and gives them back once', async () => {
    await using rig = await createExecutionRig();
    rig.suite('bad', ['fail:one@a.js', 'write', 'exit:1']);
    rig.suite('good', ['pass:two@b.js', 'write']);
    const { leases, released } = leasesThat({ kind: 'ready', services: {} });
    const bad = aTask('bad', { suite: 'bad', files: ['a.js'], retries: 1, retryRules: rules });
    await rig.run([bad, aTask('good', { suite: 'good', files: ['b.js'] })], { leases, slots: 1 });
    expect(released).toEqual(['good', 'bad']);
    const told = rig.events.flatMap((event) =>
      ['task-started', 'task-postponed', 'task-finished'].includes(event.type) && 'task' in event
        ? [`${event.task} ${event.type.slice(5)}`]
        : [],
    );
    expect(told).toEqual([
      ...['bad started', 'bad postponed', 'good started', 'good finished', 'bad started', 'bad finished'],
    ]);
  });

  it('ends as it stands when the deadline comes before', async () => {
    await using rig = await createExecutionRig();
    rig.suite('bad', ['fail:one@a.js', 'write', 'exit:1']);
    rig.suite('slow', ['hang']);
    const io = ioWhereSleepEnds(69_000, () => rig.told('task-started', 2));
    const bad = aTask('bad', { suite: 'bad', files: ['a.js'], retries: 1, retryRules: rules });
    await rig.run([bad, aTask('slow', { suite: 'slow', files: ['b.js'] })], { io, deadlineMs: 70_000, slots: 1 });
    expect(rig.outcomes()).toMatchObject({ bad: { kind: 'tests-failed' }, slow: { kind: 'cancelled' } });
    expect(await rig.alive()).toEqual([]);
  });
});
