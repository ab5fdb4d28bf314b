import { expect, test } from 'vitest';
import { resolveAliases, splitSwitches } from '../../../src/commands/words.ts';

test.each<[string, string, string]>([
  ['-c unit --real-llm', '-c unit', 'real-llm'],
  ['--real-llm -c unit', '-c unit', 'real-llm'],
  ['-c unit --real-llm tests/a.py', 'run tests/a.py -c unit', 'real-llm'],
  ['--fail-fast --real-llm tests/a.py --no-docker', 'run tests/a.py --fail-fast --no-docker', 'real-llm'],
  ['plan tests/b.py --fail-fast --slow tests/a.py --fast', 'plan tests/b.py tests/a.py --fail-fast', 'slow fast'],
  ['--real-llm history', 'run history', 'real-llm'],
  ['--level=unit -x', '--level=unit -x', ''],
])('of "%s" the words "%s" are parsed, and "%s" may be switches', (line, words, switches) => {
  expect(splitSwitches(line.split(' '))).toEqual({
    words: words.split(' '),
    switches: switches.split(' ').filter((word) => word !== ''),
  });
});

test.each<[string, string]>([
  ['--categories unit --fast-fail', '--category unit --fail-fast'],
  ['--test-file=a.py --skip-deps', '--file=a.py --no-deps'],
  ['--fail-fast-mode first_failure -c unit', '--fail-fast first -c unit'],
  ['--fail-fast-mode=disabled', '--fail-fast=never'],
  ['--fail-fast first_failure', '--fail-fast first_failure'],
  ['--list-categories --json', 'list categories --json'],
  ['-k --fast-fail', '-k --fail-fast'],
])('"%s" is "%s"', (line, resolved) => {
  expect(resolveAliases(line.split(' '))).toEqual(resolved.split(' '));
});
