import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readJunit } from '../../src/results/junit-reader.ts';
import { createRig } from '../support/rig.ts';

const xsd = resolve(import.meta.dirname, '../../docs/junit.xsd');

const config = `
version: 1
project: three
workers: 2
suites:
  py: { framework: pytest, files: ['py/**/test_*.py'] }
  web: { framework: vitest, files: ['web/**/*.test.js'] }
  lib: { framework: node, files: ['lib/**/*.test.mjs'] }
categories:
  smoke: { tests: [{ suite: py, files: ['py/smoke/**'] }, { suite: lib, files: ['lib/smoke/**'] }] }
  unit: { tests: [{ suite: py, files: ['py/unit/**'] }, { suite: web, files: ['web/unit/**'] }, { suite: lib, files: ['lib/unit/**'] }] }
  integration: { tests: [{ suite: py, files: ['py/integration/**'] }, { suite: web, files: ['web/integration/**'] }] }
`;

/** 40 pytest, 30 vitest and 20 node:test files, three tests each, with parametrised, skipped and oddly named ones. */
function workspace(): Record<string, string> {
  const files: Record<string, string> = { 'runner.config.yaml': config, 'package.json': '{"type":"module"}' };
  const parts = ['smoke', 'unit', 'integration'];
  for (let index = 0; index < 40; index += 1) {
    files[`py/${parts[index % 3] ?? ''}/test_part_${index}.py`] = `
import pytest
@pytest.mark.parametrize("word", ["a<b", "ü&\\u2028"])
def test_words(word):
    assert word
@pytest.mark.skipif(${index % 4 === 0 ? 'True' : 'False'}, reason="every fourth")
def test_sometimes():
    print("\\x1b[31mred\\x1b[0m ]]> \\x00")
`;
  }
  for (let index = 0; index < 30; index += 1) {
    files[`web/${parts[1 + (index % 2)] ?? ''}/part-${index}.test.js`] = `
import { describe, expect, test } from 'vitest';
describe('part ${index}', () => {
  test.each(['<x>', 'é "q"'])('takes %s', (word) => expect(word).toBeTruthy());
  test.skip('later', () => {});
});
`;
  }
  for (let index = 0; index < 20; index += 1) {
    files[`lib/${parts[index % 2] ?? ''}/part-${index}.test.mjs`] = `
import { describe, test } from 'node:test';
describe('part ${index}', () => { test('one & only', () => {}); test('todo', { todo: true }, () => {}); });
test('top ${index}', () => console.log('\\u0007bell'));
`;
  }
  return files;
}

/** name, status of every case in a JUnit file, without what the merge adds to make class names unique. */
async function casesIn(paths: readonly string[]): Promise<string[]> {
  const cases: string[] = [];
  for (const path of paths) {
    for await (const item of readJunit([await readFile(path)])) {
      expect(item.kind, path).toBe('case');
      if (item.kind === 'case') cases.push(`${item.case.name} ${item.case.status}`);
    }
  }
  return cases.sort();
}

describe('pytest, vitest and node:test in one run', () => {
  test('the merged report has exactly the cases of the frameworks own reports, is valid, and merge gives the same file', async () => {
    await using rig = await createRig(workspace());
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);

    const own = readdirSync(rig.path('reports/raw'), { recursive: true, encoding: 'utf8' }).filter((path) =>
      path.endsWith('.xml'),
    );
    const merged = await casesIn([rig.path('reports/junit.xml')]);
    expect(merged).toEqual(await casesIn(own.map((path) => rig.path('reports/raw', path))));
    expect(merged).toHaveLength(40 * 3 + 30 * 3 + 20 * 3);

    execFileSync('xmllint', ['--noout', '--schema', xsd, rig.path('reports/junit.xml')], { stdio: 'pipe' });
    const summary = JSON.parse(readFileSync(rig.path('reports/summary.json'), 'utf8')) as { totals: { tests: number } };
    expect(summary.totals.tests).toBe(merged.length);
  });

  test('a file in two categories runs once, in the one of higher priority', async () => {
    const files = workspace();
    const doubled = config.replace("files: ['py/unit/**'] }", "files: ['py/**'] }");
    await using rig = await createRig({ ...files, 'runner.config.yaml': doubled });
    const run = await rig.run('--suite', 'py');
    const started = run.events.flatMap((event) => (event.type === 'run-started' ? event.plan.tasks : []));
    const ran = started.flatMap((task) => task.files);
    expect(new Set(ran).size).toBe(ran.length);
    expect(ran).toHaveLength(40);
    expect(started.filter((task) => task.category === 'smoke').every((task) => task.alsoIn.includes('unit'))).toBe(
      true,
    );
  });

  test('the reports folder holds what the summary says it holds', async () => {
    await using rig = await createRig({
      'runner.config.yaml':
        'version: 1\nproject: one\nsuites: { lib: { framework: node } }\ncategories: { unit: { tests: [{ suite: lib }] } }\n',
      'a.test.mjs': "import { test } from 'node:test';\ntest('a', () => {});\n",
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(
      readdirSync(join(rig.root, 'reports'))
        .filter((name) => !name.startsWith('.'))
        .sort(),
    ).toEqual([
      ...['artifacts', 'events.jsonl', 'junit.xml', 'logs', 'raw', 'report.html', 'summary.json', 'summary.md'],
    ]);
    // A test that leaves nothing there leaves no folder either.
    expect(readdirSync(join(rig.root, 'reports/artifacts'))).toEqual([]);
  });
});
