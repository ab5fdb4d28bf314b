import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { LeaseWatch, ServiceFailure, ServiceLeases } from '../../../src/ports.ts';
import { createExecutionRig, fixtureFramework, leasesThat } from '../../support/execution-rig.ts';
import { aTask } from '../../support/plans.ts';

const death: ServiceFailure = { service: 'db', problem: 'db: exited with code 1\n  last lines of db.log:\n    help' };
const never = new AbortController().signal;

function leasesWith(watch: () => Partial<LeaseWatch>): ServiceLeases {
  const { leases } = leasesThat({ kind: 'ready', services: {} });
  return {
    ...leases,
    watch: () => ({ lost: never, failure: () => null, check: () => Promise.resolve(), ...watch() }),
  };
}

describe('a task whose service died', () => {
  it('has not passed, whatever its tests say, if it had not ended before', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['pass:one@a.js', 'write']);
    await rig.run([aTask('t', { files: ['a.js'] })], { leases: leasesWith(() => ({ failure: () => death })) });
    expect(rig.outcomes()['t']).toEqual({ kind: 'service-failed', ...death });
  });

  it('has passed if it had ended before', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['pass:one@a.js', 'write']);
    let asked = 0;
    const failure = (): ServiceFailure | null => (asked++ === 0 ? null : death);
    await rig.run([aTask('t', { files: ['a.js'] })], { leases: leasesWith(() => ({ failure })) });
    expect(rig.outcomes()['t']).toEqual({ kind: 'passed' });
  });

  it('that is found out only by looking is excused', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['fail:one@a.js', 'write', 'exit:1']);
    let found: ServiceFailure | null = null;
    const watch: Partial<LeaseWatch> = {
      failure: () => found,
      check: () => {
        found = death;
        return Promise.resolve();
      },
    };
    await rig.run([aTask('t', { files: ['a.js'] })], { leases: leasesWith(() => watch) });
    expect(rig.outcomes()['t']).toEqual({ kind: 'service-failed', ...death });
    expect(rig.tests('t')[0]).toMatchObject({ status: 'error', problems: [{ type: 'service-failed' }, {}] });
  });

  // The first attempt tells of two tests and hangs; the second crashes before it tells of any.
  it('leaves no pass of its first attempt when the second does not get to the test', async () => {
    await using rig = await createExecutionRig();
    const report =
      '<testsuites><testsuite><testcase name="one" file="a.js"/><testcase name="two" file="a.js"/></testsuite></testsuites>';
    const script = `if [ $RUNNER_ATTEMPT = 1 ]; then echo '${report}' > "$1"; touch ready; exec sleep 1000; fi; exit 3`;
    rig.suite('suite', [], { command: ['sh', '-c', script, 'sh'] });
    const lost = new AbortController();
    let failure: ServiceFailure | null = null;
    let leases = 0;
    const run = rig.run([aTask('t', { files: ['a.js'] })], {
      leases: leasesWith(() => {
        leases += 1;
        return leases === 1 ? { lost: lost.signal, failure: () => failure } : {};
      }),
    });
    while (!existsSync(join(rig.root, 'ready'))) await delay(10);
    failure = death;
    lost.abort();
    await run;
    expect(rig.outcomes()['t']).toMatchObject({ kind: 'crashed' });
    expect(
      rig.events.flatMap((event) =>
        event.type === 'attempt-finished' ? [`${event.attempt} ${event.cause} ${event.outcome.kind}`] : [],
      ),
    ).toEqual(['1 first service-failed', '2 service-restart crashed']);
    const second = rig.events.flatMap((event) =>
      event.type === 'test-finished' && event.attempt === 2 ? [`${event.test.id.name} ${event.test.status}`] : [],
    );
    expect(second).toEqual(['t: crashed with exit code 3 error', 'one error', 'two error']);
    expect(rig.events.at(-1)).toMatchObject({ type: 'task-finished', totals: { tests: 3, passed: 0, errors: 3 } });
  });

  it('is not run again when its services cannot be had again, and says why', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['fail:one@a.js', 'write', 'exit:1']);
    let asked = 0;
    const leases = leasesWith(() => ({ lost: AbortSignal.abort(), failure: () => death }));
    const acquire: ServiceLeases['acquire'] = () =>
      Promise.resolve(
        asked++ === 0
          ? { kind: 'ready', services: {} }
          : { kind: 'unavailable', service: 'db', problem: 'it is gone', remedy: 'start it' },
      );
    await rig.run([aTask('t', { files: ['a.js'], missingService: 'skip' })], { leases: { ...leases, acquire } });
    expect(rig.outcomes()['t']).toEqual({ kind: 'service-failed', service: 'db', problem: 'it is gone. start it' });
  });
});

describe('a retry', () => {
  it('runs everything of a framework that cannot tell whether it stopped at a failure', async () => {
    await using rig = await createExecutionRig();
    const script =
      'node "$0" "$1" $(test $RUNNER_ATTEMPT = 1 && echo fail:one@a.js || echo pass:one@a.js) pass:two@b.js write';
    const program = join(import.meta.dirname, '../../fixtures/programs/scripted-tests.mjs');
    rig.suite('suite', [], { command: ['sh', '-c', `${script}; test $RUNNER_ATTEMPT != 1`, program] });
    await rig.run([aTask('t', { files: ['a.js', 'b.js'], retries: 1 })]);
    expect(rig.outcomes()['t']).toEqual({ kind: 'passed' });
    expect(rig.tests('t').map(({ id, status, flaky }) => `${id.name} ${status} ${String(flaky)}`)).toEqual([
      ...['one failed undefined', 'two passed undefined'],
      ...['one passed true', 'two passed undefined'],
    ]);
  });

  it('runs the failed files where tests cannot be selected', async () => {
    await using rig = await createExecutionRig();
    const seen: (readonly string[])[] = [];
    const plain = fixtureFramework();
    const framework = fixtureFramework({
      ...{ canSelectTests: false, stoppedEarly: () => false },
      command: (request) => {
        seen.push(request.files);
        return plain.command(request);
      },
    });
    rig.suite('suite', ['fail:one@a.js', 'pass:two@b.js', 'write', 'exit:1']);
    await rig.run([aTask('t', { files: ['a.js', 'b.js'], retries: 1 })], {
      frameworks: new Map([['fixture', framework]]),
    });
    expect(rig.outcomes()['t']).toEqual({ kind: 'tests-failed' });
    expect([...new Set(seen.map((files) => files.join()))]).toEqual(['a.js,b.js', 'a.js']);
  });
});
