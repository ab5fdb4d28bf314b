import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { schemaProblems, summaryProblems, undescribedKeys } from '../support/published-schemas.ts';
import { expectReportsAgree } from '../support/reports-agree.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const files = {
  'runner.config.yaml': `version: 1
project: shop @team
suites:
  a: { framework: node, files: ["*.test.mjs"] }
categories:
  unit: { tests: [{ suite: a }], retries: 1 }
`,
  'a.test.mjs': `import { test } from 'node:test';
import { existsSync, writeFileSync } from 'node:fs';
import assert from 'node:assert';
test('works', () => {});
test('is flaky', () => { if (!existsSync('again')) { writeFileSync('again', ''); assert.fail('not yet'); } });
test('::error::from a test', () => { console.log('::add-mask::x'); assert.fail('##[error]x\\n::stop-commands::y\\n\`\`\`\`\\n# @team #1'); });
`,
};

const made = ['junit.xml', 'summary.json', 'summary.md', 'ctrf.json', 'trace.json', 'report.html'];
const formats = ['junit', 'json', 'markdown', 'ctrf', 'trace', 'html'];

let rig: Rig;
let run: CliRun;
const read = (path: string): string => readFileSync(rig.path(path), 'utf8');

beforeAll(async () => {
  rig = await createRig(files);
  await rig.write({ 'step.md': 'of another program\n' });
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: rig.path('step.md'), GITHUB_WORKSPACE: rig.path('..') };
  run = await rig.runWith({ env }, '--history', 'none', '--reporter', 'default', 'ctrf,trace');
});
afterAll(() => rig[Symbol.asyncDispose]());

describe('in GitHub Actions', () => {
  test('failures are annotated where they are, and flaky tests as warnings', () => {
    const lines = run.stderr.split('\n');
    const folder = rig.root.split('/').at(-1) ?? '';
    expect(lines.filter((line) => line.startsWith('::error '))).toEqual([
      expect.stringMatching(
        new RegExp(`^::error file=${folder}/a\\.test\\.mjs,line=6,title=a\\.test\\.mjs%3A6 %3A%3Aerror`),
      ),
    ]);
    expect(lines.filter((line) => line.startsWith('::warning '))).toEqual([
      expect.stringContaining('passed on attempt 2'),
    ]);
  });

  test('nothing that tests print is a command', () => {
    const commands = `${run.stdout}${run.stderr}`.split(/[\r\n]/).filter((line) => /^\s*::|##\[/.test(line));
    expect(commands.filter((line) => !/^::(?:error|warning) /.test(line) || line.includes('\u0000'))).toEqual([]);
    expect(run.stdout).toContain('from a test');
  });

  test('the summary of the step is added to what is there, and is that of the reports', () => {
    expect(read('step.md')).toBe(`of another program\n${read('reports/summary.md')}`);
  });
});

test('a summary shows what tests print as text', () => {
  const summary = read('reports/summary.md');
  const outside = summary.replace(/^(`{3,})\w+\n[^]*?^\1$/gm, '').replace(/(`+)[^`](?:.*?[^`])?\1(?!`)/g, '');
  expect(outside).not.toMatch(/@team|#1|::|<(?!\/?code>)/);
  expect(summary).toContain('| **all** | 3 | 2 | 1 | 0 | 0 | 1 | 0 |');
  expect(summary).toMatch(/```sh\n.* --file 'a\.test\.mjs::::error::from a test'\n```/);
});

test('summary.json and ctrf.json are as their schemas say', () => {
  expect(summaryProblems(JSON.parse(read('reports/summary.json')))).toEqual([]);
  expect(undescribedKeys(JSON.parse(read('reports/summary.json')) as object)).toEqual([]);
  expect(schemaProblems('ctrf', JSON.parse(read('reports/ctrf.json')))).toEqual([]);
});

test('JUnit files that are merged are summarised too', async () => {
  const { exitCode } = await rig.runWith({ replay: false }, 'merge', 'reports/junit.xml', '--reports', 'of-xml');
  expect(exitCode).toBe(1);
  expect(summaryProblems(JSON.parse(read('of-xml/summary.json')))).toEqual([]);
  expectReportsAgree(rig.path('of-xml'));
  expect(read('of-xml/summary.md')).toContain('| **all** | 3 | 2 | 1 |');
});

test('any report is made again of the event log, as the run wrote it', async () => {
  const before = new Map(made.map((name) => [name, read(`reports/${name}`)]));
  for (const name of made) rmSync(rig.path('reports', name));
  const { exitCode, stdout } = await rig.runWith({ replay: false }, 'report', '--format', formats.join(','));
  expect(exitCode).toBe(0);
  expect(stdout.trim().split('\n').sort()).toEqual(made.map((name) => `reports/${name}`).sort());
  for (const name of made) expect(read(`reports/${name}`), name).toBe(before.get(name));
});

test('junit.xml is split on request by a run, a merge and a report alike, and not left from before', async () => {
  const part = (folder: string): string => rig.path(folder, 'junit-parts/junit-1.xml');
  const options = ['--reporter', 'junit', '--reports', 'parts', '--history', 'none', '--split-max-bytes', '20000'];
  expect((await rig.runWith({ replay: false }, ...options)).exitCode).toBe(1);
  const ofRun = readFileSync(part('parts'), 'utf8');
  rmSync(rig.path('parts/junit-parts'), { recursive: true });
  await rig.runWith({ replay: false }, 'report', 'parts', '--format', 'junit', '--split-max-bytes', '20KB');
  expect(readFileSync(part('parts'), 'utf8')).toBe(ofRun);
  await rig.runWith({ replay: false }, 'merge', 'parts', '--reports', 'merged-parts', '--split-max-bytes', '20KB');
  expect(readFileSync(part('merged-parts'), 'utf8')).toBe(ofRun);
  await rig.runWith({ replay: false }, 'run', '--reporter', 'json', '--reports', 'parts', '--history', 'none');
  expect(existsSync(part('parts'))).toBe(false);
});

test('a test that is larger than a part of junit.xml may be is told of on the page too', async () => {
  await using large = await createRig({
    'runner.config.yaml': `version: 1
suites: { big: { framework: command, command: [cp, big.txt, out.xml], junit: out.xml } }
categories: { unit: { tests: [{ suite: big }] } }
`,
    'big.txt': `<testsuite><testcase name="large"><failure message="no">${'x'.repeat(20_000)}</failure></testcase></testsuite>`,
  });
  const split = await large.runWith({ replay: false }, '--split-max-bytes', '10KB');
  const told = 'larger than --split-max-bytes allows';
  expect([split.exitCode, split.stdout]).toEqual([1, expect.stringContaining(told)]);
  expect(readFileSync(large.path('reports/report.html'), 'utf8')).toContain(told);
});

test('a log that breaks off in a line gives the reports of a run that did not finish', async () => {
  const whole = read('reports/events.jsonl');
  await rig.write({ 'torn/events.jsonl': whole.slice(0, whole.indexOf('"task-finished"')) });
  const { exitCode, stderr } = await rig.runWith({ replay: false }, 'report', 'torn', '--format', 'markdown', 'ctrf');
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('no result') as string });
  expect(read('torn/summary.md')).toContain('did not finish');
  expect(existsSync(rig.path('torn/junit.xml'))).toBe(false);
});

test.each([
  [['report'], 2, 'is not told what to do'],
  [['report', '--format', 'jnuit'], 2, 'did you mean "junit"?'],
  [['report', '--format', 'github'], 2, 'is not known'],
  [['report', 'nowhere', '--format', 'junit'], 2, 'neither a path nor a recorded run'],
  [['report', 'damaged', '--format', 'json'], 3, 'is damaged'],
  [['report', 'later', '--format', 'json'], 2, 'a later one'],
  [['report', '--split-max-bytes', '1MB'], 2, 'is not told what to do'],
  [['report', '--open', '--split-max-bytes', '1MB'], 2, 'is for reports that are made'],
  [['report', '--format', 'html', '--split-max-bytes', '1MB'], 2, 'which is not made'],
  [['merge', 'reports', '--reporter', 'html', '--split-max-bytes', '1MB'], 2, 'which is not made'],
  [['run', '--split-max-bytes', '25 MB'], 2, 'is not a size'],
  [['run', '--split-max-bytes', '9999'], 2, 'is less than 10000 bytes'],
  [['run', '--reporter', 'github'], 2, 'is for GitHub Actions'],
  [['run', '--reporter', 'htlm'], 2, 'did you mean "html"?'],
])('runner %j ends with %i: %s', async (words, code, text) => {
  const whole = read('reports/events.jsonl');
  await rig.write({
    'damaged/events.jsonl': whole.replace('\n', '\nnot an event\n'),
    'later/events.jsonl': whole.replace(/"format":\d+/, '"format":99'),
  });
  const { exitCode, stderr, stdout } = await rig.runWith({ replay: false }, ...words);
  expect({ exitCode, text: stderr + stdout }).toEqual({
    exitCode: code,
    text: expect.stringContaining(text) as string,
  });
});
