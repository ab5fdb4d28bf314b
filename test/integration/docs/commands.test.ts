import { expect, test } from 'vitest';
import { shownCommands } from '../../support/pages/command-lines.ts';
import { userPages } from '../../support/pages/pages.ts';
import { refusalOf } from '../../support/pages/parse-command.ts';

test('every command line that the docs show is one that runner takes', async () => {
  const commands = userPages().flatMap(shownCommands);
  expect(commands.length).toBeGreaterThan(100);
  const refused: string[] = [];
  for (const { page, line, words } of commands) {
    const refusal = await refusalOf(words);
    if (refusal !== null) refused.push(`${page}:${line}: runner ${words.join(' ')}: ${refusal}`);
  }
  expect(refused).toEqual([]);
});

test.each([
  ['run --no-such-option', /there is no option --no-such-option/],
  ['plann', /no command/],
  ['run somewhere', /neither a command nor a file/],
  ['services start', /up, down, status, logs/],
  ['--progress fancy', /Allowed choices/],
  ['plan --repeat 1', /not a whole number/],
  ['--quiet --verbose', /contradict/],
  ['history --explain', /unknown option/],
])('of the docs, "runner %s" would be refused', async (line, refusal) => {
  expect(await refusalOf(line.split(' '))).toMatch(refusal);
});

test.each([
  '',
  '--help',
  'help exit-codes',
  'help plan',
  '-c unit -- --tb=short',
  'tests/test_a.py::test_b',
  'watch -c unit',
])('"runner %s" would not', async (line) => {
  expect(await refusalOf(line.split(' ').filter((word) => word !== ''))).toBeNull();
});
