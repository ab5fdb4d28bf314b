import { expect, test } from 'vitest';
import { exitCodeOf, exitCodes } from '../../src/errors.ts';

test('exit codes are those that scripts rely on', () => {
  expect(exitCodes).toEqual({
    ...{ passed: 0, failed: 1, usage: 2, infrastructure: 3, 'nothing-ran': 4, incomplete: 5 },
    ...{ bug: 70, interrupted: 130, terminated: 143 },
  });
});

test.each([
  ['passed', 0],
  ['failed', 1],
  ['infrastructure', 3],
  ['nothing-ran', 4],
  ['incomplete', 5],
  ['interrupted', 130],
  ['terminated', 143],
] as const)('a run that is %s exits with %i', (verdict, code) => {
  expect(exitCodeOf(verdict)).toBe(code);
});
