import { describe, expect, test } from 'vitest';
import { frameworks } from '../../../src/frameworks/index.ts';

describe('the last words of a framework tell that something failed that is no test', () => {
  test.each([
    ['pytest', 'FAIL Required test coverage of 90% not reached. Total coverage: 50.00%'],
    ['vitest', 'ERROR: Coverage for lines (50%) does not meet global threshold (80%)'],
    ['jest', 'Jest: Coverage for lines (50%) does not meet "global" threshold (80%)'],
    ['jest', 'Jest: Uncovered count for lines (7) exceeds global threshold (2)'],
    ['jest', 'Jest: Coverage data for ./src/a.js was not found.'],
  ])('%s: %s', (name, words) => {
    expect(frameworks.get(name)?.failedBeside?.({ argv: [], tail: `1 failed\n${words}\n` })).toBe(true);
  });

  test('node: whenever there is a threshold, since what it says of it may stand anywhere', () => {
    const argv = ['node', '--test', '--test-coverage-lines=90'];
    expect(frameworks.get('node')?.failedBeside?.({ argv, tail: '' })).toBe(true);
  });

  test.each(['pytest', 'vitest', 'jest', 'node'])('%s: not by a failed test alone', (name) => {
    const tail = 'AssertionError: 1 does not meet 2\n1 failed\nstart of coverage report\nend of coverage report';
    expect(
      frameworks.get(name)?.failedBeside?.({ argv: ['node', '--test', '--experimental-test-coverage'], tail }),
    ).toBe(false);
  });
});
