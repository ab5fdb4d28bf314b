import { expect, it } from 'vitest';
import { ignoreLines } from '../../../src/commands/ignore-lines.ts';

const lines = ['/reports/', '/.runner/'];

it.each([
  ['', '/reports/\n/.runner/\n'],
  ['node_modules', 'node_modules\n/reports/\n/.runner/\n'],
  ['dist\r\n', 'dist\r\n/reports/\r\n/.runner/\r\n'],
  ['reports\n', 'reports\n/.runner/\n'],
  ['/reports\n.runner/\n', '/reports\n.runner/\n'],
])('what is missing is added to %j, and nothing twice', (before, after) => {
  expect(ignoreLines(before, lines)).toBe(after);
  expect(ignoreLines(after, lines)).toBe(after);
});
