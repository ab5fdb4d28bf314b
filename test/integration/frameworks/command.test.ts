import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { framework } from '../../support/framework.ts';
import { repository, runFramework } from '../../support/run-framework.ts';
import type { FrameworkRun } from '../../support/run-framework.ts';

const command = framework('command');
const made: string[] = [];
afterEach(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })));

function workspace(script: string): string {
  const root = mkdtempSync(join(tmpdir(), 'runner-command-'));
  made.push(root);
  writeFileSync(join(root, 'check.mjs'), script);
  return root;
}

const report = (cases: string): string => `import { writeFileSync } from 'node:fs';
writeFileSync('out.xml', \`<testsuite name="load">${cases}</testsuite>\`);
`;

it.each([
  [
    'passes by its report',
    '<testcase name="a" classname="c" file="a.txt"/>',
    0,
    { kind: 'passed' },
    { 'a.txt::a': 'passed' },
  ],
  [
    'fails by its report and any code below 126',
    '<testcase name="a"><failure/></testcase>',
    101,
    { kind: 'tests-failed' },
    { '::a': 'failed' },
  ],
  [
    'fails by its report although it exits with 0',
    '<testcase name="a"><failure/></testcase>',
    0,
    { kind: 'tests-failed' },
    { '::a': 'failed' },
  ],
  ['crashes although every case passed', '<testcase name="a"/>', 2, { kind: 'crashed' }, { '::a': 'passed' }],
  ['has run nothing by its report', '', 0, { kind: 'no-tests' }, {}],
])('a command %s', async (_case, cases, code, outcome, statuses) => {
  const root = workspace(`${report(cases)}process.exit(${String(code)});`);
  const result = await runFramework(command, {
    root,
    suiteOverrides: { command: ['node', 'check.mjs'], junit: ['*.xml'] },
  });
  expect(result.outcome).toMatchObject(outcome);
  expect(result.statuses).toEqual(statuses);
});

it('a command gets the files of its task as arguments and in its environment', async () => {
  const root = workspace('console.log(JSON.stringify([process.argv.slice(2), process.env.RUNNER_FILES]));');
  const result = await runFramework(command, {
    root,
    files: ['a b.sh', 'é.sh'],
    suiteOverrides: { command: ['node', 'check.mjs', '{files}'] },
  });
  expect(JSON.parse(result.log)).toEqual([['a b.sh', 'é.sh'], 'a b.sh\né.sh']);
});

it('a command whose files are too many for a variable finds them in a file', async () => {
  const files = Array.from({ length: 4000 }, (_, index) => `tests/a-folder-with-a-long-name/file-${index}.sh`);
  const lists = `const { readFileSync } = await import('node:fs');
    const list = readFileSync(process.env.RUNNER_FILES.slice(1), 'utf8').split('\\n');
    if (list.length !== 4001 || list[3999] !== '${files.at(-1) ?? ''}') process.exit(1);`;
  const root = workspace(lists);
  const result = await runFramework(command, { root, files, suiteOverrides: { command: ['node', 'check.mjs'] } });
  expect(result.exit).toEqual({ kind: 'code', code: 0 });
  expect(result.command.env['RUNNER_FILES']).toMatch(/^@\/.*\/files\.txt$/);
});

describe('a command that speaks TAP', () => {
  const perl = spawnSync('perl', ['-MTest::More', '-e', '1']).status === 0;
  if (!perl && process.env['RUNNER_TESTS_REQUIRE_TOOLS'] !== undefined) throw new Error('perl has no Test::More');
  const run = (
    root: string,
    argv: readonly string[],
    tap: 'output' | readonly string[] = 'output',
  ): Promise<FrameworkRun> => runFramework(command, { root, suiteOverrides: { command: argv, tap } });

  it.each([
    ['passes', 'console.log("1..2\\nok 1 - a\\nok 2 - b # SKIP");', { kind: 'passed' }],
    ['fails although it exits with 0', 'console.log("1..1\\nnot ok 1 - a");', { kind: 'tests-failed' }],
    ['fails', 'console.log("1..1\\nnot ok 1 - a"); process.exitCode = 1;', { kind: 'tests-failed' }],
    ['has failed otherwise', 'console.log("1..1\\nok 1 - a"); process.exitCode = 3;', { kind: 'crashed' }],
    ['leaves early with code 0', 'console.log("1..2\\nok 1 - a"); process.exit(0);', { kind: 'report-unusable' }],
    ['has no plan', 'console.log("ok 1 - a");', { kind: 'report-unusable' }],
    ['bails out', 'console.log("1..1\\nok 1 - a\\nBail out! no");', { kind: 'report-unusable' }],
    ['says nothing', '', { kind: 'report-unusable' }],
    ['has no tests', 'console.log("1..0");', { kind: 'no-tests' }],
    [
      'is killed',
      'console.log("1..2\\nok 1 - a"); setTimeout(() => process.kill(process.pid, "SIGSEGV"), 50);',
      { kind: 'crashed' },
    ],
  ])('%s', async (_case, script, outcome) => {
    expect((await run(workspace(script), ['node', 'check.mjs'])).outcome).toMatchObject(outcome);
  });

  it('may leave it in files', async () => {
    const script = `import { writeFileSync } from 'node:fs';
writeFileSync('one.tap', '1..1\\nok 1 - a\\n');
writeFileSync('two.tap', '1..1\\nnot ok 1 - b\\n');`;
    const result = await run(workspace(script), ['node', 'check.mjs'], ['*.tap']);
    expect(result.outcome).toEqual({ kind: 'tests-failed' });
    expect(result.statuses).toEqual({ '::a': 'passed', '::b': 'failed' });
  });

  it('is understood from node:test', async () => {
    const files = ['fail.test.mjs', 'pass.test.mjs', 'skips.test.mjs'];
    const argv = ['node', '--test', '--test-concurrency=1', '--test-reporter=tap', ...files];
    const result = await run(join(repository, 'test/fixtures/frameworks/node'), argv);
    expect(result.outcome).toEqual({ kind: 'tests-failed' });
    expect(result.cases.map(({ suites, name, status }) => [[...suites, name].join(' > '), status])).toEqual([
      [expect.stringContaining('is wrong'), 'failed'],
      ['is right', 'passed'],
      ['fails beside its child > child', 'passed'],
      ['fails beside its child', 'failed'],
      ['adds two numbers', 'passed'],
      ['declared in a helper', 'passed'],
      ['outer > inner <x> > is nested', 'passed'],
      ['outer > has one name', 'passed'],
      ['outer > has one name', 'passed'],
      ['parent > child', 'passed'],
      ['without tests', 'passed'],
      ['skipped', 'skipped'],
      ['to do', 'skipped'],
      ['skipped suite', 'skipped'],
    ]);
  });

  it.skipIf(!perl)('is understood from Perl, of which the plans of subtests are checked', async () => {
    const root = workspace('');
    const script = `use Test::More;
ok(1, 'first # of all');
subtest 'outer' => sub { plan tests => 2; ok(1, 'in'); subtest 'deep' => sub { is(1, 2, 'wrong'); done_testing; }; };
TODO: { local $TODO = 'not yet'; ok(0, 'to do'); }
SKIP: { skip 'no network', 1; }
subtest 'elsewhere' => sub { plan skip_all => 'not here'; };
subtest 'too few' => sub { plan tests => 3; ok(1, 'one'); };
done_testing;`;
    writeFileSync(join(root, 'a.t'), script);
    const result = await run(root, ['perl', 'a.t']);
    expect(result.outcome).toEqual({ kind: 'tests-failed' });
    expect(result.ids.map(({ className, name }, index) => [className, name, result.cases[index]?.status])).toEqual([
      ['', 'first # of all', 'passed'],
      ['outer', 'in', 'passed'],
      ['outer.deep', 'wrong', 'failed'],
      ['', 'to do', 'skipped'],
      ['', 'test 4', 'skipped'],
      ['', 'elsewhere', 'skipped'],
      ['too few', 'one', 'passed'],
      ['', 'too few', 'failed'],
    ]);
  });
});
