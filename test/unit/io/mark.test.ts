import { expect, test } from 'vitest';
import { encodeMark, marksIn, withMark } from '../../../src/io/mark.ts';

test.each(['plain/1', 'with blank', '100%', '%20', 'a\u0000b', 'a\u00a0b', '漢字', '\ud800'])(
  '%j is found again in an environment',
  (mark) => {
    const environment = withMark({ PATH: '/bin', LC_ALL: 'C' }, mark);
    const block = Object.entries(environment)
      .map(([name, value]) => `${name}=${value}\0`)
      .join('');
    expect(marksIn(Buffer.from(block))).toEqual([encodeMark(mark)]);
  },
);

test('a mark that is inherited stays behind the own one', () => {
  const inner = withMark(withMark({}, 'outer one'), 'inner');
  expect(marksIn(Buffer.from(`RUNNER_PROCESS_MARK=${inner['RUNNER_PROCESS_MARK'] ?? ''}`))).toEqual([
    'inner',
    'outer%20one',
  ]);
});

test('different marks stay different, and a prefix stays a prefix', () => {
  expect(encodeMark('a b')).not.toBe(encodeMark('a%20b'));
  expect(encodeMark('run 1/task').startsWith(encodeMark('run 1/'))).toBe(true);
});

test('a variable that only ends like the mark, or mentions it, is none', () => {
  expect(marksIn(Buffer.from('X_RUNNER_PROCESS_MARK=no\0A=RUNNER_PROCESS_MARK=no\0'))).toEqual([]);
  expect(marksIn(Buffer.from('A=RUNNER_PROCESS_MARK=no\0RUNNER_PROCESS_MARK=yes\0B=1\0'))).toEqual(['yes']);
});
