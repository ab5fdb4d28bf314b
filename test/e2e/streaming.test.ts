import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/model/event.ts';
import { casesOf } from '../support/junit-cases.ts';
import type { JunitCase } from '../support/junit-cases.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';
import { describeWith } from '../support/tools.ts';

const plugin = resolve(import.meta.dirname, '../../dist/frameworks/plugins/python');
const xsd = resolve(import.meta.dirname, '../../docs/junit.xsd');

/** A hundred tests, of which number 40 (the 41st) does something. */
function project(action: string, { category = '', suite = '' } = {}): Readonly<Record<string, string>> {
  return {
    'runner.config.yaml': `
version: 1
project: streaming
settings: { grace: 5s }
suites: { backend: { framework: pytest${suite} } }
categories: { unit: { tests: [{ suite: backend }]${category} } }
`,
    'tests/test_many.py': `
import os, signal, time
import pytest

@pytest.mark.parametrize("number", range(100))
def test_one(number):
    if number == 40:
        ${action}
`,
  };
}

function number({ name }: JunitCase): number {
  return Number(/\d+/.exec(name)?.[0]);
}

interface Summary {
  readonly totals: Readonly<Record<string, number>>;
  readonly tasks: readonly { readonly notRun: number; readonly totals: Readonly<Record<string, number>> }[];
  readonly failures: readonly { readonly name: string; readonly cutOff: boolean; readonly synthetic: boolean }[];
}

function summaryOf(rig: Rig): Summary {
  return JSON.parse(readFileSync(rig.path('reports/summary.json'), 'utf8')) as Summary;
}

/** All reports agree that 40 have passed, one was running and 59 were not run. */
function expectStoppedAt40(rig: Rig, run: CliRun, why: string): void {
  execFileSync('xmllint', ['--noout', '--schema', xsd, rig.path('reports/junit.xml')], { stdio: 'pipe' });
  const cases = casesOf(run.junit);
  expect(cases.map(number).toSorted((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, index) => index));
  for (const each of cases) {
    const status = number(each) < 40 ? 'passed' : number(each) === 40 ? 'error' : 'skipped';
    expect(each).toMatchObject({ status, className: 'backend.tests.test_many' });
  }
  expect(run.junit).toContain(`<error message="was running when ${why}`);
  expect(run.junit.split(`<skipped message="not run: ${why}`)).toHaveLength(60);
  const totals = { tests: 100, passed: 40, failed: 0, errors: 1, skipped: 59, flaky: 0 };
  const summary = summaryOf(rig);
  expect(summary.totals).toMatchObject(totals);
  expect(summary.tasks).toMatchObject([{ totals, notRun: 59 }]);
  expect(summary.failures).toMatchObject([{ name: 'test_one[40]', cutOff: true, synthetic: false }]);
}

describe('a pytest that does not come to the end of its tests', () => {
  test.each([
    ['is killed', 'os.kill(os.getpid(), signal.SIGKILL)', 'pytest was killed by SIGKILL'],
    ['breaks down', 'os.kill(os.getpid(), signal.SIGSEGV)', 'pytest was killed by SIGSEGV'],
    ['leaves with 0', 'os._exit(0)', 'pytest ended with exit code 0 without a whole report'],
    ['leaves with 1', 'os._exit(1)', 'pytest ended with exit code 1 without a whole report'],
  ])(
    'because it %s has what it finished, what it ran and what it did not in all reports',
    async (_how, action, why) => {
      await using rig = await createRig(project(action));
      const run = await rig.run();
      expect(run.exitCode, run.stdout + run.stderr).toBe(3);
      expectStoppedAt40(rig, run, why);
      expect(run.stdout.match(/was running when/g)).toHaveLength(2);
      expect(run.stdout).toContain(`59 tests (unit): ${why}`);
      expect(run.stdout).toMatch(/100 tests: 40 passed, 1 error, 59 skipped; 59 tests not run: /);
      expect(run.stdout).not.toContain('Skipped by the tests themselves');
    },
  );

  test('because its time is up has them too, and has failed', async () => {
    await using rig = await createRig(project('time.sleep(600)', { category: ', timeout: 8s' }));
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expectStoppedAt40(rig, run, 'pytest timed out after 8s');
  });

  test('because the run is interrupted keeps what it finished', async () => {
    await using rig = await createRig(project('time.sleep(600)'));
    const started = rig.start({});
    const event = await started.event((each) => each.type === 'test-started' && each.test.name === 'test_one[40]');
    expect(event).toMatchObject({ collected: 100 });
    started.child.kill('SIGINT');
    const run = await started.finished;
    expect(run.exitCode, run.stdout + run.stderr).toBe(130);
    expectStoppedAt40(rig, run, 'the run was interrupted by SIGINT');
    expect(run.stdout).not.toContain('TEST ERROR');
  });

  test('because runner was killed leaves what was told, which merge makes a report of', async () => {
    await using rig = await createRig(project('time.sleep(600)'));
    const started = rig.start({ replay: false });
    await started.event((each) => each.type === 'test-started' && each.test.name === 'test_one[40]');
    started.child.kill('SIGKILL');
    await started.finished;
    const merged = await rig.runWith({ replay: false }, 'merge', 'reports');
    expect(merged.exitCode, merged.stdout + merged.stderr).toBe(5);
    const cases = casesOf(merged.junit);
    expect(cases.filter(({ status }) => status === 'passed')).toHaveLength(40);
    expect(cases.filter(({ status }) => status === 'error').map(({ name }) => name)).toEqual([
      'unit/backend: did not finish',
    ]);
    expect(merged.junit).toContain('while test_one[40] ran');
    await rig.runWith({ replay: false }, 'services', 'down');
  });

  test('is run again as a whole where that was asked for, and only the test that was running is flaky', async () => {
    const action = 'os.environ["RUNNER_ATTEMPT"] == "1" and os.kill(os.getpid(), signal.SIGKILL)';
    await using rig = await createRig(project(action, { category: ', retries: 1' }));
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(summaryOf(rig).totals).toMatchObject({ tests: 100, passed: 100, skipped: 0, flaky: 1 });
    expect(casesOf(run.junit).filter(({ children }) => children.length > 0)).toMatchObject([
      { name: 'test_one[40]', children: ['flakyError'] },
    ]);
  });

  test('is run again in vain: what was not run then either is told once', async () => {
    await using rig = await createRig(project('os.kill(os.getpid(), signal.SIGKILL)', { category: ', retries: 1' }));
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expectStoppedAt40(rig, run, 'pytest was killed by SIGKILL');
  });
});

describe('a pytest with secrets', () => {
  test('that is killed leaves no trace of them in what it told', async () => {
    const secret = 'Tr0ub4dor-and-3-more';
    await using rig = await createRig({
      'runner.config.yaml': `
version: 1
project: streaming
suites: { backend: { framework: pytest } }
categories: { unit: { tests: [{ suite: backend }] } }
environments: { local: { secrets: [TOKEN] } }
`,
      'test_a.py': `
import os, signal, time
import pytest

@pytest.mark.parametrize("value", ["a", os.environ["TOKEN"], "b" + os.environ["TOKEN"]])
def test_named(value):
    if value != "a":
        time.sleep(1)
        os.kill(os.getpid(), signal.SIGKILL)
`,
    });
    const run = await rig.runWith({ env: { TOKEN: secret } });
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(casesOf(run.junit).map(({ name, status }) => `${name} ${status}`)).toEqual([
      'test_named[a] passed',
      'test_named[***] error',
      'test_named[b***] skipped',
    ]);
    expect(ofType(run.events, 'test-started').map((event) => event.test.name)).toContain('test_named[***]');
    expect(run.stdout + run.stderr).not.toContain(secret);
    const found = spawnSync('grep', ['-rl', secret, 'reports', '.runner'], { cwd: rig.root, encoding: 'utf8' });
    expect(found.stdout).toBe('');
  });
});

describeWith(['go', 'version'], 'a go test that is killed with all its tests', () => {
  test('has what it finished, what it ran and what it did not in all reports', async () => {
    await using rig = await createRig({
      'runner.config.yaml':
        'version: 1\nproject: streaming\nsuites: { lib: { framework: go, batch: all } }\ncategories: { unit: { tests: [{ suite: lib }] } }\n',
      'go.mod': 'module example.com/killed\n\ngo 1.19\n',
      'a_test.go': `package killed

import (
  "syscall"
  "testing"
  "time"
)

func TestPasses(t *testing.T) {}
func TestTable(t *testing.T) {
  t.Run("right", func(t *testing.T) {})
}
func TestKills(t *testing.T) {
  time.Sleep(time.Second)
  syscall.Kill(0, syscall.SIGKILL)
  time.Sleep(time.Minute)
}
func TestWaits(t *testing.T) {}
`,
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(casesOf(run.junit).map(({ name, status }) => `${name} ${status}`)).toEqual([
      'TestPasses passed',
      'TestTable/right passed',
      'TestKills error',
      'TestWaits skipped',
    ]);
    expect(run.junit).toContain('message="was running when go was killed by SIGKILL');
    expect(run.junit).toContain('message="not run: go was killed by SIGKILL');
    expect(ofType(run.events, 'test-started').map((event) => event.test.name)).toContain('TestKills');
  });
});

describe('a command that prints TAP', () => {
  test('is told test by test while it runs', async () => {
    await using rig = await createRig({
      'runner.config.yaml':
        'version: 1\nproject: streaming\nsuites: { lib: { framework: command, command: [sh, tap.sh], tap: true } }\ncategories: { unit: { tests: [{ suite: lib }] } }\n',
      'tap.sh':
        'echo 1..3; echo ok 1 - one; echo not ok 2 - two; echo ok 3 - three; until test -e go; do sleep 0.1; done\n',
    });
    const started = rig.start({});
    await started.event((event) => event.type === 'test-finished' && event.test.id.name === 'two');
    await rig.write({ go: '' });
    const run = await started.finished;
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(ofType(run.events, 'test-finished').map((event) => `${event.test.id.name} ${event.test.status}`)).toEqual([
      'one passed',
      'two failed',
      'three passed',
    ]);
    expect(ofType(run.events, 'test-finished').some(({ replaces }) => replaces !== undefined)).toBe(false);
  });
});

describe('a pytest whose plugin is not loaded', () => {
  test.each([
    ['ignores PYTHONPATH', ', command: [python3, -I, -m, pytest]'],
    ['loads no plugins by itself', ', env: { PYTEST_DISABLE_PLUGIN_AUTOLOAD: "1" }'],
    ['is behind a command that drops the environment', ', command: [./wrapper.sh]'],
  ])('because it %s runs as ever, and its report serves alone', async (_how, suite) => {
    const wrapper = '#!/bin/sh\nexec env -i PATH="$PATH" HOME="$HOME" python3 -m pytest "$@"\n';
    await using rig = await createRig({ ...project('pass', { suite }), 'wrapper.sh': wrapper });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(summaryOf(rig).totals).toMatchObject({ tests: 100, passed: 100 });
    expect(ofType(run.events, 'test-started')).toEqual([]);
  });
});

test('each test is told once, the first as it begins, and the folders of the tests and of runner stay as they are', async () => {
  await using rig = await createRig(project('pass', { suite: ', batch: all, env: { PYTHONPATH: lib }' }));
  await rig.write({ 'lib/helper.py': 'VALUE = 1\n', 'tests/test_path.py': 'import helper\ndef test_path(): pass\n' });
  const run = await rig.run();
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  const names = ofType(run.events, 'test-finished').map(({ test: { id } }) => `${id.className} ${id.name}`);
  expect(names).toHaveLength(101);
  expect(new Set(names).size).toBe(101);
  expect(ofType(run.events, 'test-started')[0]).toMatchObject({ collected: expect.any(Number) as number });
  expect(readdirSync(rig.path('reports/raw/unit/backend/1'))).not.toContain('stream.jsonl');
  expect(readdirSync(plugin).toSorted()).toEqual([
    '__pycache__',
    'runner_pytest.py',
    'unified_test_runner-1.dist-info',
  ]);
});

function ofType<Type extends RunEvent['type']>(
  events: readonly RunEvent[],
  type: Type,
): readonly Extract<RunEvent, { readonly type: Type }>[] {
  return events.filter((event): event is Extract<RunEvent, { readonly type: Type }> => event.type === type);
}
