import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/model/event.ts';
import type { TestResult } from '../../src/model/test.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const config = `
version: 1
project: rerun
suites:
  py: { framework: pytest, files: ['py/**/test_*.py'] }
  web: { framework: vitest, files: ['web/**/*.test.js'] }
  lib: { framework: node, files: ['lib/**/*.test.mjs'] }
  script: { framework: command, command: [sh, -c, 'exit 3'] }
categories:
  smoke: { tests: [{ suite: lib, files: ['lib/both.test.mjs'] }, { suite: script }] }
  unit: { tests: [{ suite: py }, { suite: web }, { suite: lib }] }
switches:
  strict: { description: fail more, env: { STRICT: 'yes' } }
`;

const oddWords = [
  'a b',
  'ü&x',
  "it's",
  'say "x"',
  'a::b',
  'x/y',
  'a,b',
  '[z]',
  '日本',
  'tab\there',
  '$HOME `id`',
  '-k',
];
const oddNames = [...oddWords, '<x>', '(z)*+?.^|[]{}\\\\', 'one > two', '  spaces  '];
const list = (words: readonly string[]): string => JSON.stringify(words).replaceAll('\\\\\\\\', '\\\\');

const files = {
  'runner.config.yaml': config,
  'package.json': '{"type":"module"}',
  'py/test_words.py': `
import pytest
@pytest.mark.parametrize("word", ${list(oddWords)})
def test_words(word):
    assert word == "no"
class TestOuter:
    class TestInner:
        @pytest.mark.parametrize("number", [1, 2.5])
        def test_deep(self, number):
            assert number == 0
    def test_passes(self):
        pass
`,
  'py/in/folder/test_more, with comma.py': 'def test_alone():\n    assert False\ndef test_passes():\n    pass\n',
  'web/names.test.js': `
import { describe, expect, test } from 'vitest';
describe("outer's", () => {
  for (const word of ${list(oddNames)}) test('takes ' + word, () => expect(word).toBe('no'));
  test('takes', () => {});
});
test('twice', () => {});
test('twice', () => { throw new Error('the second') });
`,
  'lib/names.test.mjs': `
import assert from 'node:assert';
import { describe, test } from 'node:test';
describe("outer's", () => {
  for (const word of ${list(oddNames)}) test('takes ' + word, () => assert.equal(word, 'no'));
  test('takes', () => {});
});
test('parent', async (t) => { await t.test('child', () => assert.fail('no')); await t.test('other', () => {}); });
`,
  'lib/both.test.mjs': `
import assert from 'node:assert';
import { test } from 'node:test';
test('in two categories', () => assert.equal(process.env.STRICT, undefined));
test('not this', () => {});
`,
};

let rig: Rig;
beforeAll(async () => {
  rig = await createRig(files);
});
afterAll(() => rig[Symbol.asyncDispose]());

/** The command line below each failure, in the order of the report. */
function rerunCommands(run: CliRun): string[] {
  return [...run.stdout.matchAll(/^ +rerun {2}(.+)$/gm)].map((match) => match[1] ?? '');
}

/** What a shell in this folder would have run, as the events of the run tell it. */
function paste(command: string, cwd: string): readonly TestResult[] {
  const [program = ''] = command.split(' ');
  expect(program).toBe(process.execPath);
  try {
    execFileSync('bash', ['-c', command], { cwd, stdio: 'pipe', encoding: 'utf8' });
  } catch {
    // The test fails again: that is what it is run for.
  }
  const log = execFileSync('cat', [rig.path('reports/events.jsonl')], { encoding: 'utf8' });
  return resultsOf(
    log
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as RunEvent),
  );
}

function resultsOf(events: readonly RunEvent[]): readonly TestResult[] {
  return events.flatMap((event) => (event.type === 'test-finished' ? [event.test] : []));
}

function nameOf({ id }: TestResult): string {
  return `${id.file ?? id.className} | ${id.className} | ${id.name}`;
}

function failuresOf(run: CliRun): readonly string[] {
  return resultsOf(run.events)
    .filter(({ status }) => status !== 'passed')
    .map(nameOf);
}

describe('the command below a failure, pasted', () => {
  test.each([
    ['pytest', 'py', '.'],
    ['pytest', 'py', 'py/in'],
    ['vitest', 'web', '.'],
    ['vitest', 'web', 'lib'],
    ['node', 'lib', '.'],
    ['node', 'lib', 'web'],
  ])(
    'runs that test of %s and no other (suite %s, from %s)',
    async (framework, suite, cwd) => {
      const run = await rig.runWith({ cwd, env: { STRICT: 'x' } }, '--suite', suite, '--category', 'unit');
      const failures = failuresOf(run);
      const commands = rerunCommands(run);
      expect(commands.length, run.stdout).toBe(Math.min(failures.length, 20));
      // Each costs a start of the framework; from a folder below the root a few tell as much.
      const sample = cwd === '.' ? commands : commands.slice(0, 2);
      const reran = sample.map((command) => paste(command, join(rig.root, cwd)).map(nameOf));
      for (const [index, names] of reran.entries()) {
        // Of two tests of one name both run, and a subtest of node:test only with the test that makes it.
        const together = names.some((name) => name.endsWith(' #2') || name.includes('parent > '));
        expect(names.length, `${framework}: ${sample[index] ?? ''}`).toBe(together ? 2 : 1);
      }
      const again = reran.flatMap((names) => names.filter((name) => failures.includes(name))).sort();
      if (cwd === '.' && failures.length <= 20) expect(again).toEqual([...failures].sort());
      else expect(failures).toEqual(expect.arrayContaining(again));
    },
    180_000,
  );

  test('runs a command suite alone', async () => {
    const run = await rig.run('--suite', 'script');
    const [command = ''] = rerunCommands(run);
    expect(paste(command, rig.root).map(nameOf)).toEqual(failuresOf(run));
  });

  test('keeps the category, the switches and the options of the run', async () => {
    const run = await rig.run('lib/both.test.mjs', '--category', 'unit', '--strict', '--set', 'workers=1');
    const [command = ''] = rerunCommands(run);
    const [result, ...others] = paste(command, rig.root);
    expect(result).toMatchObject({ status: 'failed', id: { name: 'in two categories' } });
    expect(others).toEqual([]);
    const log = execFileSync('cat', [rig.path('reports/events.jsonl')], { encoding: 'utf8' });
    expect(log).toContain('"task":"unit/lib"');
  });
});
