import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { framework } from '../../support/framework.ts';
import { runFramework } from '../../support/run-framework.ts';

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
