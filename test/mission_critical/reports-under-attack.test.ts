import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';

const cli = resolve(import.meta.dirname, '../../dist/runner.js');
const xsd = resolve(import.meta.dirname, '../../docs/junit.xsd');

/** What a test of the second category does to the reports while the run goes on. */
function project(attack: string): Record<string, string> {
  return {
    'runner.config.yaml': `
version: 1
project: attacked
suites:
  first: { framework: pytest, files: ['tests/test_first.py'] }
  second: { framework: pytest, files: ['tests/test_second.py'] }
categories:
  unit: { tests: [{ suite: first }] }
  e2e: { tests: [{ suite: second }], dependsOn: [unit] }
`,
    'tests/test_first.py': 'def test_first():\n    assert True\n',
    'tests/test_second.py': `import os, shutil\ndef test_second():\n    ${attack}\n`,
  };
}

function summaryOf(rig: Rig): unknown {
  return JSON.parse(readFileSync(rig.path('reports/summary.json'), 'utf8'));
}

describe('a test that', () => {
  test.each([
    ['removes the reports folder', 'shutil.rmtree("reports")'],
    ['removes the event log', 'os.remove("reports/events.jsonl")'],
    ['empties the event log', 'open("reports/events.jsonl", "w").close()'],
    ['writes into the event log', 'open("reports/events.jsonl", "a").write("{}\\n")'],
    ['moves the reports away', 'os.rename("reports", "moved"); os.mkdir("reports")'],
  ])('%s loses no result and makes the run red', async (_, attack) => {
    await using rig = await createRig(project(attack));
    const run = await rig.start({ replay: false }).finished;
    const output = run.stdout + run.stderr;
    expect(run.exitCode, output).toBe(3);
    expect(output).toMatch(/events\.jsonl could not be written: .* while the run was writing it/);
    expect(output).toMatch(/2 passed; infrastructure failed \(exit 3\)/);
    execFileSync('xmllint', ['--noout', '--schema', xsd, rig.path('reports/junit.xml')], { stdio: 'pipe' });
    expect(run.junit).toMatch(/name="test_first"[^]*name="test_second"/);
    expect(existsSync(rig.path('reports/summary.json'))).toBe(true);
    await rig.write({ 'tests/test_second.py': 'def test_second():\n    pass\n' });
    const next = await rig.start({ replay: false }).finished;
    expect(next.exitCode, next.stderr).toBe(0);
  });

  test('makes junit.xml impossible to write leaves a summary and a log that say so', async () => {
    await using rig = await createRig(project('os.remove("reports/junit.xml"); os.makedirs("reports/junit.xml/x")'));
    const run = spawnSync(process.execPath, [cli], { cwd: rig.root, encoding: 'utf8' });
    const output = run.stdout + run.stderr;
    expect(run.status, output).toBe(3);
    expect(output).toMatch(/junit\.xml could not be written/);
    expect(summaryOf(rig)).toMatchObject({ verdict: 'infrastructure', exitCode: 3 });
    const last = readFileSync(rig.path('reports/events.jsonl'), 'utf8').trimEnd().split('\n').at(-1);
    expect(last).toMatch(/"run-finished".*"infrastructure"/);
  });
});

test('a merge that finds a damaged log says the same in its summary as with its exit code', async () => {
  await using rig = await createRig(project('pass'));
  await rig.run();
  const log = readFileSync(rig.path('reports/events.jsonl'), 'utf8').split('\n');
  await rig.write({ 'damaged/events.jsonl': log.toSpliced(3, 0, 'garbage').join('\n') });
  const merged = await rig.start({}, 'merge', 'damaged', '--reports', 'reports').finished;
  expect(merged.exitCode, merged.stdout + merged.stderr).toBe(3);
  expect(summaryOf(rig)).toMatchObject({ verdict: 'infrastructure', exitCode: 3 });
});
