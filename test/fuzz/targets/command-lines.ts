import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { longName, options } from '../../../src/commands/options.ts';
import type { CliOption } from '../../../src/commands/options.ts';
import { exitCodes } from '../../../src/errors.ts';
import { dispatchIn } from '../../support/cli.ts';
import { oldCommandLines, oldFlags } from '../../support/old-command-lines.ts';
import type { FuzzTarget } from '../target.ts';

const config = `version: 1
suites:
  api: { framework: command, command: [touch, started] }
  files: { framework: pytest, files: ['tests/test_*.py'], command: [touch, started] }
categories:
  unit: { tests: [{ suite: api }] }
  e2e: { tests: [{ suite: files }], dependsOn: [unit], environments: [local, staging] }
  constructor: { tests: [{ suite: api }] }
environments: { staging: { env: { A: b } }, prod: { protected: true } }
layers: { fast: { categories: [unit] } }
modes: { nightly: { layers: [fast] } }
switches: { real-llm: { env: { REAL: 'true' } } }
`;

/** Words of the command line: real ones in any order, of old, misspelt, and garbage. Nothing is run: each says so, and is watched. */
export const commandLines: FuzzTarget = {
  name: 'command-lines',
  reads: 'command lines',
  runsInCi: 400,
  property(folder) {
    const cwd = join(folder, 'workspace');
    writeWorkspace(cwd);
    return Promise.resolve(fc.asyncProperty(lines, (words) => check(words, cwd)));
  },
};

function writeWorkspace(cwd: string): void {
  mkdirSync(join(cwd, 'tests'), { recursive: true });
  writeFileSync(join(cwd, 'runner.config.yaml'), config);
  for (const name of ['a', 'b']) writeFileSync(join(cwd, `tests/test_${name}.py`), 'def test_x(): pass\n');
}

/** What never ends by itself, asks other programs, or writes where it is told to. */
const left: ReadonlySet<string> = new Set([
  ...[
    '--watch',
    '--queue',
    '--serve',
    '--open',
    '--follow',
    '--write',
    '--force',
    '--update',
    '--changed',
    '--detect-flakes',
  ],
]);
const known = options.filter((option) => !left.has(longName(option)));

const names = [
  ...[
    'unit',
    'e2e',
    'api',
    'files',
    'local',
    'staging',
    'prod',
    'fast',
    'nightly',
    'constructor',
    '__proto__',
    'all',
    'none',
  ],
  ...[
    'tests',
    'tests/test_a.py',
    'tests/test_a.py::test_x',
    'gone.py',
    '*a*',
    'x and not',
    '5',
    '0',
    '-1',
    '1/2',
    '3/2',
    '1e9',
  ],
  ...['10m', 'auto', '50%', 'suites.api.batch=file', 'a=b', '=', 'x.json', '..', '', ' ', 'é', '\ud800', '🙂'],
];

/** No argument can hold NUL, and nothing is written elsewhere. */
const value = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...names) },
  {
    weight: 1,
    arbitrary: fc.string({ unit: fc.constantFrom('a', '-', '=', '*', '.', ',', '\n', '"', '$', '(', '\\', '{') }),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 5 }).map((text) => text.replace(/[\0/]/g, '')) },
);

const option = fc
  .tuple(fc.constantFrom(...known), value, fc.nat(9))
  .map(([definition, word, how]) => written(definition, word, how));
const other = fc.oneof(
  { weight: 2, arbitrary: fc.tuple(fc.constantFrom(...oldFlags), value).map(([flag, word]) => [flag, word]) },
  { weight: 1, arbitrary: fc.constantFrom(...oldFlags).map((flag) => [flag]) },
  { weight: 2, arbitrary: value.map((word) => [word]) },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      ['--'],
      ['-'],
      ['---'],
      ['--=x'],
      ['-cj'],
      ['--no-'],
      ['--real-llm'],
      ['--help'],
      ['-h'],
    ),
  },
);

/** Each with what keeps it from running anything. */
const commands: readonly (readonly string[])[] = [
  ...[
    ['run', '--dry-run'],
    ['--dry-run'],
    ['plan'],
    ['matrix'],
    ['list', 'tests'],
    ['list', 'suites'],
    ['list'],
    ['why'],
  ],
  ...[['config', 'show'], ['config', 'validate'], ['config'], ['history'], ['history', 'runs'], ['history', 'trend']],
  ...[
    ['compare'],
    ['merge'],
    ['report'],
    ['completion', 'bash'],
    ['help'],
    ['rerun'],
    ['services'],
    ['queue'],
    ['audit'],
  ],
];

/** What no run is started with, whatever stands before it: the first may be taken for the value of an option. */
const refused: readonly (readonly string[])[] = [
  ...[['--retries', 'x'], ['--timeout=soon'], ['--shard', '9/2'], ['--env', 'nowhere'], ['-c', 'gone']],
];

const lines: fc.Arbitrary<readonly string[]> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.array(fc.oneof(option, other), { maxLength: 3 }), fc.constantFrom(...refused))
      .map(([more, end]) => ['run', ...more.flat().filter((word) => word !== '--'), ...end, ...end]),
  },
  {
    weight: 9,
    arbitrary: fc
      .tuple(
        fc.constantFrom(...commands),
        fc.array(fc.oneof({ weight: 3, arbitrary: option }, other), { maxLength: 5 }),
      )
      .map(([command, more]) => [...command, ...more.flat()]),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(...oldCommandLines), fc.array(value, { maxLength: 2 }))
      .map(([{ words }, more]) => ['--dry-run', ...words.split(' '), ...more]),
  },
);

function written({ flags, choices = [] }: CliOption, word: string, how: number): readonly string[] {
  const name = (how < 3 ? /^-[a-z](?=,)/i.exec(flags)?.[0] : undefined) ?? /--[a-z-]+/.exec(flags)?.[0] ?? flags;
  if (!/[<[]/.test(flags)) return how === 9 ? [`${name}=${word}`] : [name];
  const given = how % 2 === 0 ? (choices[how % Math.max(1, choices.length)] ?? word) : word;
  return how < 7 ? [name, given] : how < 9 ? [`${name}=${given}`] : [name];
}

const documented: ReadonlySet<number> = new Set([
  ...[
    exitCodes.passed,
    exitCodes.failed,
    exitCodes.usage,
    exitCodes.infrastructure,
    exitCodes['nothing-ran'],
    exitCodes.incomplete,
  ],
]);

async function check(words: readonly string[], cwd: string): Promise<void> {
  const { exitCode, stdout, stderr } = await dispatchIn(cwd, words);
  assert.ok(documented.has(exitCode), `exit code ${exitCode}: ${stderr}`);
  assert.ok(!/^ {4}at |internal error/m.test(stderr + stdout), stderr);
  const started = existsSync(join(cwd, 'started'));
  for (const name of readdirSync(cwd)) {
    if (name !== 'tests' && name !== 'runner.config.yaml') rmSync(join(cwd, name), { recursive: true, force: true });
  }
  assert.ok(!started, 'it has started something');
  if (exitCode === exitCodes.usage) assert.match(stderr, /^error: .*\S/, 'it says what is wrong');
  else assert.ok(stdout !== '' || stderr !== '' || exitCode === exitCodes.passed, 'it says something');
}
