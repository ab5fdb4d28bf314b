import { existsSync } from 'node:fs';
import { readFile, rm, symlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../../src/model/event.ts';
import { npmTools } from '../support/npm-tools.ts';
import type { NpmTools } from '../support/npm-tools.ts';
import { pipPackage } from '../support/pip-tools.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';
import { describeWith } from '../support/tools.ts';

const python = ['pytest-cov==7.1.0', 'coverage==7.17.3'].map(pipPackage);
const withPytestCov = {
  PYTHONPATH: python.flatMap((made) => (made.kind === 'ready' ? [made.folder] : [])).join(':'),
};
const noPython = python.flatMap((made) => (made.kind === 'missing' ? [made.reason] : []))[0];
const vitestTools = npmTools('vitest@5.1.1', '@vitest/coverage-v8@5.1.1');
const otherTools = npmTools('jest@30.5.2', 'mocha@12.0.3', 'c8@10.1.3');

const calc = 'def add(a, b):\n    return a + b\n\n\ndef take(a, b):\n    return a - b\n';
const pythonProject = {
  'src/app/calc.py': calc,
  'src/test_add.py': 'from app.calc import add\n\n\ndef test_add():\n    assert add(1, 2) == 3\n',
  'src/test_take.py': 'from app.calc import take\n\n\ndef test_take():\n    assert take(2, 1) == 1\n',
};
const config = (framework: string, { suite = '', category = '', settings = '' } = {}): string =>
  `version: 1
${settings}
suites:
  code: { framework: ${framework}${suite} }
categories:
  unit: { tests: [{ suite: code }]${category} }
`;

/** Hits by line, by file, of the merged report. */
async function merged(rig: Rig, path = 'reports/coverage/lcov.info'): Promise<Record<string, Record<string, number>>> {
  const records = (await readFile(rig.path(path), 'utf8')).split('end_of_record\n').filter((text) => text !== '');
  return Object.fromEntries(
    records.map((text) => [
      /^SF:(.*)$/m.exec(text)?.[1] ?? '',
      Object.fromEntries([...text.matchAll(/^DA:(\d+),(\d+)$/gm)].map(([, line, hits]) => [line, Number(hits)])),
    ]),
  );
}

function failures({ events }: CliRun): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'test-finished' && event.test.status !== 'passed' ? [event.test.problems[0]?.message ?? ''] : [],
  );
}

function ofCategory({ events }: CliRun): unknown {
  return events.flatMap((event: RunEvent) => (event.type === 'task-finished' ? (event.coverage ?? []) : []))[0];
}

describe.skipIf(noPython !== undefined)(
  `coverage of pytest${noPython === undefined ? '' : `, skipped: ${noPython}`}`,
  () => {
    const project = (more: Parameters<typeof config>[1]): Promise<Rig> =>
      createRig({
        'runner.config.yaml': config('pytest', { ...more, suite: `, cwd: src, batch: file${more?.suite ?? ''}` }),
        ...pythonProject,
      });

    it('is the union of what the processes of a suite executed, with paths from the root and without the tests', async () => {
      await using rig = await project({ category: ', minCoverage: 100' });
      const run = await rig.runWith({ env: withPytestCov }, '--coverage', '-j', '2');
      expect(failures(run)).toEqual([]);
      expect(run.exitCode).toBe(0);
      expect(await merged(rig)).toEqual({ 'src/app/calc.py': { 1: 2, 2: 1, 5: 2, 6: 1 } });
      expect(await merged(rig, 'replayed/coverage/lcov.info')).toEqual(await merged(rig));
      expect(ofCategory(run)).toEqual({ lines: 4, covered: 4, processes: 2, lost: 0, minimum: 100 });
      expect(run.stdout).toContain('unit  100.0 % (4 of 4), minCoverage 100 %');
      expect(run.stdout).toContain('reports/coverage/lcov.info');
      expect(run.junit).toContain('<property name="coverage" value="100.0 % (4 of 4), minCoverage 100 %"/>');
      expect(existsSync(rig.path('src/.coverage'))).toBe(false);
    });

    it('below what the category asks for is a failed test in every report, which counts only where coverage is measured', async () => {
      await using rig = await project({ category: ', minCoverage: 80' });
      const run = await rig.runWith({ env: withPytestCov }, '--coverage', 'src/test_add.py');
      expect(run.exitCode).toBe(1);
      const message = 'coverage 75.0 % is below minCoverage 80 % of category unit: 3 of 4 lines were executed';
      expect(failures(run)).toEqual([message]);
      expect(run.junit).toContain(message);
      const summary: unknown = JSON.parse(await readFile(rig.path('reports/summary.json'), 'utf8'));
      expect(summary).toMatchObject({
        verdict: 'failed',
        categories: [{ name: 'unit', coverage: { lines: 4, covered: 3, percent: 75 } }],
        reports: { coverage: 'coverage/lcov.info' },
      });
      expect((await rig.runWith({ env: withPytestCov }, 'src/test_add.py')).exitCode).toBe(0);
      expect(existsSync(rig.path('reports/coverage'))).toBe(false);
    });

    it('is incomplete where a process was killed, which does not pass', async () => {
      await using rig = await project({ category: ', minCoverage: 1' });
      await rig.write({ 'src/test_take.py': 'import os\n\n\ndef test_dies():\n    os.kill(os.getpid(), 9)\n' });
      const run = await rig.runWith({ env: withPytestCov }, '--coverage');
      expect(run.exitCode).toBe(1);
      expect(failures(run)).toContain(
        'coverage is incomplete, so minCoverage 1 % of category unit is not shown to be met: 1 of 2 processes left none. Their logs say why',
      );
      expect(run.stdout).toContain('incomplete: 1 of 2 processes left none');
      expect(await merged(rig)).toEqual({ 'src/app/calc.py': { 1: 1, 2: 1, 5: 1, 6: 0 } });
    });

    it('is not 100 % where nothing was measured', async () => {
      await using rig = await project({ category: ', minCoverage: 0' });
      await rig.write({
        'src/test_add.py': 'def test_x():\n    pass\n',
        'src/test_take.py': 'def test_y():\n    pass\n',
      });
      const run = await rig.runWith({ env: withPytestCov }, '--coverage');
      expect(run.exitCode).toBe(1);
      expect(failures(run)[0]).toContain('no line of code was measured');
    });

    it('is judged for shards together, when they are merged', async () => {
      await using rig = await project({ category: ', minCoverage: 100' });
      for (const index of [1, 2]) {
        const shard = ['--coverage', '--shard', `${index}/2`, '--reports', `reports/${index}`];
        expect((await rig.runWith({ env: withPytestCov, replay: false }, ...shard)).exitCode).toBe(0);
      }
      const both = await rig.runWith({ replay: false }, 'merge', 'reports/1', 'reports/2', '--reports', 'both');
      expect(both.exitCode).toBe(0);
      expect(await merged(rig, 'both/coverage/lcov.info')).toEqual({ 'src/app/calc.py': { 1: 2, 2: 1, 5: 2, 6: 1 } });
      const summary: unknown = JSON.parse(await readFile(rig.path('both/summary.json'), 'utf8'));
      expect(summary).toMatchObject({ categories: [{ coverage: { percent: 100, processes: 2 } }] });
    });

    it('too low for all shards together is red when they are merged', async () => {
      await using rig = await project({ category: ', minCoverage: 100' });
      await rig.write({ 'src/app/calc.py': `${calc}\n\ndef never():\n    return 0\n` });
      for (const index of [1, 2]) {
        const shard = ['--coverage', '--shard', `${index}/2`, '--reports', `reports/${index}`];
        expect((await rig.runWith({ env: withPytestCov, replay: false }, ...shard)).exitCode).toBe(0);
      }
      const both = await rig.runWith({ replay: false }, 'merge', 'reports/1', 'reports/2', '--reports', 'both');
      expect(both.exitCode).toBe(1);
      expect(await readFile(rig.path('both/junit.xml'), 'utf8')).toContain(
        'coverage 83.3 % is below minCoverage 100 %',
      );
    });

    it('is measured by default where the config says so, unless the command line says otherwise', async () => {
      await using rig = await project({ settings: 'settings: { coverage: true }' });
      await rig.runWith({ env: withPytestCov });
      expect(Object.keys(await merged(rig))).toEqual(['src/app/calc.py']);
      await rig.runWith({ env: withPytestCov }, '--no-coverage');
      expect(existsSync(rig.path('reports/coverage'))).toBe(false);
    });
  },
);

it('says what to install where pytest cannot measure', async () => {
  await using rig = await createRig({
    'runner.config.yaml': config('pytest', { suite: ', cwd: src' }),
    ...pythonProject,
  });
  const without = { PYTEST_DISABLE_PLUGIN_AUTOLOAD: '1', PYTEST_PLUGINS: '' };
  const run = await rig.runWith({ env: without }, '--coverage');
  expect(run.exitCode).toBe(3);
  expect(failures(run)[0]).toContain("without pytest-cov 4 or later (pip install 'pytest-cov>=4')");
});

it('refuses what nothing can measure, and says of a suite among others that it is not in it', async () => {
  const suites = 'code: { framework: node }, tool: { framework: command, command: [node, -e, ""] }';
  await using rig = await createRig({
    'runner.config.yaml': `version: 1\nsuites: { ${suites} }\ncategories: { unit: { tests: [{ suite: code }] }, tool: { tests: [{ suite: tool }] } }\n`,
    'lib.mjs': 'export const one = 1;\n',
    'a.test.mjs': "import test from 'node:test';\nimport './lib.mjs';\ntest('a', () => {});\n",
  });
  const refused = await rig.runWith({ replay: false }, '--coverage', '-c', 'tool');
  expect(refused.exitCode).toBe(2);
  expect(refused.stderr).toContain('no suite that is selected can be measured: tool (command)');
  const run = await rig.run('--coverage');
  expect(run.exitCode).toBe(0);
  expect(run.stdout).toContain('no coverage from: tool (command)');
  const { stdout } = await rig.runWith({ replay: false }, 'plan', '--coverage');
  expect(stdout).toContain('warning: no coverage from tool (command)');
});

const esm = {
  'lib/calc.mjs': 'export function add(a, b) {\n  return a + b;\n}\nexport function take(a, b) {\n  return a - b;\n}\n',
};
const script = {
  'lib/calc.cjs':
    'exports.add = function (a, b) {\n  return a + b;\n};\nexports.take = function (a, b) {\n  return a - b;\n};\n',
};

async function install(rig: Rig, tools: NpmTools): Promise<Record<string, string>> {
  if (tools.kind === 'missing') throw new Error(tools.reason);
  await rm(rig.path('node_modules'));
  await symlink(tools.modules, rig.path('node_modules'));
  return { PATH: `${tools.modules}/.bin:${process.env['PATH'] ?? ''}` };
}

describe('coverage of', () => {
  it('node:test', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config('node'),
      ...esm,
      'a.test.mjs':
        "import test from 'node:test';\nimport { add } from './lib/calc.mjs';\ntest('a', () => void add(1, 2));\n",
    });
    expect((await rig.run('--coverage')).exitCode).toBe(0);
    expect(await merged(rig)).toMatchObject({ 'lib/calc.mjs': { 2: 1, 5: 0 } });
  });

  it.skipIf(vitestTools.kind === 'missing')('vitest, also where a test fails', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config('vitest', { suite: ', cwd: web' }),
      'web/lib/calc.mjs': esm['lib/calc.mjs'],
      'web/a.test.mjs':
        "import { expect, test } from 'vitest';\nimport { add } from './lib/calc.mjs';\ntest('a', () => expect(add(1, 2)).toBe(4));\n",
    });
    const env = await install(rig, vitestTools);
    const run = await rig.runWith({ env }, '--coverage');
    expect(run.exitCode).toBe(1);
    expect(await merged(rig)).toMatchObject({ 'web/lib/calc.mjs': { 2: 1, 5: 0 } });
  });

  it('vitest needs its provider, which is said', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config('vitest'),
      'a.test.mjs': "import { test } from 'vitest';\ntest('a', () => {});\n",
    });
    const env = { PATH: `${rig.path('node_modules/.bin')}:${process.env['PATH'] ?? ''}` };
    const run = await rig.runWith({ env }, '--coverage');
    expect(run.exitCode).toBe(3);
    expect(failures(run)[0]).toContain('npm install --save-dev @vitest/coverage-v8');
  });

  it.skipIf(otherTools.kind === 'missing').each([
    ['jest', ''],
    ['mocha', "const { it: test } = require('mocha');\n"],
  ])('%s, whatever total its configuration demands', async (framework, head) => {
    await using rig = await createRig({
      'runner.config.yaml': config(framework),
      ...script,
      'jest.config.cjs': 'module.exports = { coverageThreshold: { global: { lines: 100 } } };\n',
      '.c8rc.json': '{ "check-coverage": true, "lines": 100 }\n',
      'a.test.cjs': `${head}const { add } = require('./lib/calc.cjs');\ntest('a', () => void add(1, 2));\n`,
    });
    const env = await install(rig, otherTools);
    const run = await rig.runWith({ env }, '--coverage');
    expect(failures(run)).toEqual([]);
    expect(run.exitCode).toBe(0);
    expect(await merged(rig)).toMatchObject({ 'lib/calc.cjs': { 2: 1, 5: 0 } });
  });

  it('mocha needs c8, which is said', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config('mocha', { suite: ', command: [node, mocha.cjs]' }),
      'a.test.cjs': '',
    });
    const run = await rig.runWith({}, '--coverage');
    expect(run.exitCode).toBe(3);
    expect(failures(run)[0]).toContain('without c8 (npm install --save-dev c8)');
  });
});

describeWith(['go', 'version'], 'coverage of go', () => {
  it('is of all packages of the module', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config('go', { suite: ', cwd: svc' }),
      'svc/go.mod': 'module example.com/svc\n\ngo 1.20\n',
      'svc/calc/calc.go':
        'package calc\n\nfunc Add(a, b int) int {\n\treturn a + b\n}\n\nfunc Take(a, b int) int {\n\treturn a - b\n}\n',
      'svc/use/use_test.go':
        'package use\n\nimport (\n\t"testing"\n\n\t"example.com/svc/calc"\n)\n\nfunc TestAdd(t *testing.T) {\n\tif calc.Add(1, 2) != 3 {\n\t\tt.Fail()\n\t}\n}\n',
    });
    const run = await rig.run('--coverage');
    expect(run.exitCode).toBe(0);
    expect(await merged(rig)).toEqual({ 'svc/calc/calc.go': { 3: 1, 4: 1, 5: 1, 7: 0, 8: 0, 9: 0 } });
  });
});
