import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, openSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';

const cli = resolve(import.meta.dirname, '../../dist/runner.js');
const xsd = resolve(import.meta.dirname, '../../docs/junit.xsd');
const config = `
version: 1
project: output
suites:
  quick: { framework: command, command: ['true'] }
  red: { framework: command, command: ['false'] }
  long: { framework: command, command: [sleep, '600'] }
categories:
  smoke: { tests: [{ suite: quick }] }
  unit: { tests: [{ suite: red }] }
  e2e: { tests: [{ suite: long }] }
`;

describe.skipIf(!existsSync('/dev/full'))('with a full disk under its output', () => {
  test.each([
    ['smoke', 3],
    ['unit', 1],
  ])('a run of %s goes to its end, writes its reports and exits with %d', async (category, exitCode) => {
    await using rig = await createRig({ 'runner.config.yaml': config });
    const full = openSync('/dev/full', 'w');
    const run = spawnSync(process.execPath, [cli, '--category', category], {
      cwd: rig.root,
      stdio: ['ignore', full, 'pipe'],
      encoding: 'utf8',
    });
    expect(run.status, run.stderr).toBe(exitCode);
    if (exitCode === 3) expect(run.stderr).toContain('the output could not be written');
    execFileSync('xmllint', ['--noout', '--schema', xsd, rig.path('reports/junit.xml')], { stdio: 'pipe' });
    expect(existsSync(rig.path('reports/summary.json'))).toBe(true);
  });
});

test('an error in runner that nobody catches ends the tests and writes the reports before it is told', async () => {
  await using rig = await createRig({
    'runner.config.yaml': config,
    'boom.mjs': `
if (process.argv[1]?.endsWith('runner.js')) {
  const { existsSync, readFileSync } = await import('node:fs');
  const log = 'reports/events.jsonl';
  const timer = setInterval(() => {
    if (!existsSync(log) || !readFileSync(log, 'utf8').includes('"attempt-started"')) return;
    clearInterval(timer);
    throw new Error('thrown by nobody');
  }, 20);
}
`,
  });
  const run = await rig.runWith({ replay: false, env: { NODE_OPTIONS: '--import=./boom.mjs' } }, '--category', 'e2e');
  const output = run.stdout + run.stderr;
  expect(run.exitCode, output).toBe(70);
  expect(output).toMatch(/bug in runner[^]*thrown by nobody[^]*reports\/events\.jsonl/);
  expect(run.events.at(-1)).toMatchObject({ type: 'run-finished', verdict: 'infrastructure' });
  const [begun] = run.events;
  expect(processesWith(begun?.type === 'run-started' ? begun.runId : 'no run')).toEqual([]);
});
