import { describe, expect, test } from 'vitest';
import { casesOf } from '../support/junit-cases.ts';
import { createRig } from '../support/rig.ts';

const diesOnce = `
import atexit, os
def die():
    if os.environ["RUNNER_ATTEMPT"] == "1":
        os.kill(os.getpid(), 9)
atexit.register(die)
`;

function config(flaky: string): string {
  return `
version: 1
project: crash-at-exit
suites: { lib: { framework: pytest } }
categories: { unit: { tests: [{ suite: lib }], retries: 1, flaky: ${flaky} } }
`;
}

describe('a process that crashes when all its tests have passed, and passes when it is run again', () => {
  test.each([
    { flaky: 'pass', exitCode: 0, outcome: 'passed', totals: { tests: 2, passed: 2, flaky: 1, failed: 0 } },
    { flaky: 'fail', exitCode: 1, outcome: 'tests-failed', totals: { tests: 2, passed: 1, failed: 1 } },
  ])('is flaky by itself, which counts as "flaky: $flaky" says', async ({ flaky, exitCode, outcome, totals }) => {
    const files = { 'conftest.py': diesOnce, 'test_a.py': 'def test_a(): pass\n' };
    await using rig = await createRig({ 'runner.config.yaml': config(flaky), ...files });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(exitCode);
    const ended = run.events.flatMap((event) => (event.type === 'task-finished' ? [event] : []));
    expect(ended).toMatchObject([{ outcome: { kind: outcome }, totals }]);
    const cases = casesOf(run.junit).map(({ name, children }) => ({ name, children: children.join(' ') }));
    expect(cases).toEqual([
      { name: 'test_a', children: '' },
      { name: 'unit/lib: crashed with signal SIGKILL', children: expect.stringMatching(/flakyError/) as unknown },
    ]);
  });
});
