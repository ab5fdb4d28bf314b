import { expect, test } from 'vitest';
import { pytest } from '../../../src/frameworks/pytest.ts';
import { vitest } from '../../../src/frameworks/vitest.ts';

test.each<[readonly string[], string, boolean]>([
  [['python3', '-m', 'pytest', 'a.py'], '1 failed', false],
  [['pytest', '-x'], '', true],
  [['pytest', '-qx'], '', true],
  [['pytest', '--exitfirst'], '', true],
  [['pytest', '--maxfail=2'], '', true],
  [['pytest', '--stepwise'], '', true],
  [['pytest', '--junitxml=x', '-rx'], '', false],
  [['pytest'], '!!!!!!!! stopping after 1 failures !!!!!!!!\n1 failed', true],
  [['pytest'], '!!!!! xdist.dsession.Interrupted: stopping after 2 failures !!!!!', true],
  [['pytest'], 'the test prints: stopping after 1 failures', false],
])('pytest as %j that ended with %j has left out tests: %s', (argv, tail, expected) => {
  expect(pytest.stoppedEarly?.({ argv, tail })).toBe(expected);
});

test.each<[readonly string[], string, boolean]>([
  [['vitest', '--run'], '', false],
  [['vitest', '--bail=1'], '', true],
  [['vitest', '--bail'], '', true],
  [['vitest', '--bail=0'], '', false],
  [['vitest'], 'x\n[runner] vitest was interrupted before all tests had run\n', true],
])('vitest as %j that ended with %j has left out tests: %s', (argv, tail, expected) => {
  expect(vitest.stoppedEarly?.({ argv, tail })).toBe(expected);
});
