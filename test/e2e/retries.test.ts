import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { casesOf } from '../support/junit-cases.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const xsd = resolve(import.meta.dirname, '../../docs/junit.xsd');

function config(suite: string, category = ''): string {
  return `
version: 1
project: retries
workers: 1
suites: { lib: { ${suite} } }
categories: { unit: { tests: [{ suite: lib }], retries: 2${category} } }
`;
}

/** Notes that a test ran, and says how often it has. */
const countInPython = `
import os, pytest
def nth(name):
    with open(os.path.join(os.path.dirname(__file__), "ran.log"), "a") as log:
        log.write(name + " " + os.environ["RUNNER_ATTEMPT"] + "/" + os.environ["RUNNER_TOTAL_ATTEMPTS"] + "\\n")
    with open(os.path.join(os.path.dirname(__file__), "ran.log")) as log:
        return sum(line.startswith(name + " ") for line in log)
`;
const countInNode = `
import { appendFileSync, readFileSync } from 'node:fs';
const nth = (name) => {
  appendFileSync('ran.log', name + ' ' + process.env.RUNNER_ATTEMPT + '/' + process.env.RUNNER_TOTAL_ATTEMPTS + '\\n');
  return readFileSync('ran.log', 'utf8').split('\\n').filter((line) => line.startsWith(name + ' ')).length;
};
`;

const pytest = 'framework: pytest';
const inPython = (body: string): string => `${countInPython}\n${body}`;
const oncePython = inPython(`
def test_good():
    nth("good")
@pytest.mark.parametrize("word", ["a<b", "ü"])
def test_once(word):
    assert nth("once" + word) > 1, "only the second time"
`);

interface Summary {
  readonly totals: { readonly tests: number; readonly passed: number; readonly flaky: number; readonly failed: number };
  readonly flaky: readonly { readonly name: string; readonly attempt: number }[];
}

function summaryOf(rig: Rig): Summary {
  return JSON.parse(readFileSync(rig.path('reports/summary.json'), 'utf8')) as Summary;
}

function ranIn(rig: Rig): readonly string[] {
  return readFileSync(rig.path('ran.log'), 'utf8').trim().split('\n');
}

function expectValid(rig: Rig): void {
  execFileSync('xmllint', ['--noout', '--schema', xsd, rig.path('reports/junit.xml')], { stdio: 'pipe' });
}

function attemptsOf(run: CliRun): readonly string[] {
  return run.events.flatMap((event) =>
    event.type === 'attempt-finished' ? [`${event.attempt} ${event.cause} ${event.outcome.kind}`] : [],
  );
}

describe('a test that fails once', () => {
  test('runs once more alone, and is flaky: a pass that every report tells from others', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config(pytest), 'test_a.py': oncePython });
    const run = await rig.run('--progress', 'lines');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(ranIn(rig)).toEqual(['good 1/3', 'oncea<b 1/3', 'onceü 1/3', 'oncea<b 2/3', 'onceü 2/3']);
    expect(attemptsOf(run)).toEqual(['1 first tests-failed', '2 retry passed']);
    expect(casesOf(run.junit).map(({ status, children }) => `${status} ${children.join(' ')}`)).toEqual([
      'passed ',
      'passed flakyFailure',
      'passed flakyFailure',
    ]);
    expect(run.junit).toMatch(/<flakyFailure message="[^"]*only the second time[^"]*" type="[^"]*"><stackTrace>[^<]/);
    expectValid(rig);
    expect(summaryOf(rig)).toMatchObject({
      totals: { tests: 3, passed: 3, failed: 0, flaky: 2 },
      flaky: [{ attempt: 2 }, { attempt: 2 }],
    });
    expect(run.stdout).toContain('2 flaky tests');
    expect(run.stdout).toContain('3 tests: 3 passed (2 flaky)');
    expect(run.stdout).toMatch(/AGAIN unit\/lib attempt 2/);
  });

  test('is a failure where flaky tests are not accepted', async () => {
    const text = config(pytest, ', flaky: fail');
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_a.py': oncePython });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(ranIn(rig)).toHaveLength(5);
    expect(casesOf(run.junit).map(({ status, children }) => `${status} ${children.join(' ')}`)).toEqual([
      'passed ',
      'failed failure flakyFailure',
      'failed failure flakyFailure',
    ]);
    expectValid(rig);
    expect(summaryOf(rig)).toMatchObject({ totals: { tests: 3, passed: 1, failed: 2, flaky: 0 } });
    expect(run.stdout).toContain('flaky: it passed on attempt 2 only, and category "unit" has "flaky: fail"');
  });

  test('of node:test is selected by its name, and does not run its neighbours', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config('framework: node'),
      'a.test.mjs': `
import { describe, test } from 'node:test';
${countInNode}
describe('part', () => {
  test('good', () => void nth('good'));
  test('once (a+b)', () => { if (nth('once') < 2) throw new Error('not yet'); });
});
test('last', () => void nth('last'));
`,
      'b.test.mjs': `
import { test } from 'node:test';
${countInNode}
test('other', () => void nth('other'));
`,
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(ranIn(rig).toSorted()).toEqual(['good 1/3', 'last 1/3', 'once 1/3', 'once 2/3', 'other 1/3']);
    expect(summaryOf(rig).totals).toMatchObject({ tests: 4, passed: 4, flaky: 1 });
  });

  test('of vitest is selected by its name', async () => {
    await using rig = await createRig({
      'package.json': '{"type":"module"}',
      'runner.config.yaml': config('framework: vitest'),
      'a.test.js': `
import { describe, test } from 'vitest';
${countInNode}
describe('part', () => {
  test('good', () => void nth('good'));
  test('once', () => { if (nth('once') < 2) throw new Error('not yet'); });
});
`,
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(ranIn(rig)).toEqual(['good 1/3', 'once 1/3', 'once 2/3']);
  });
});

describe('a test that never passes', () => {
  test('is told by its first attempt, the others are reruns', async () => {
    const body = inPython('def test_never():\n    raise AssertionError("time " + str(nth("never")))\n');
    await using rig = await createRig({ 'runner.config.yaml': config(pytest), 'test_a.py': body });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(ranIn(rig)).toEqual(['never 1/3', 'never 2/3', 'never 3/3']);
    const [only] = casesOf(run.junit);
    expect(only?.children.slice(0, 3)).toEqual(['failure', 'rerunFailure', 'rerunFailure']);
    expect(run.junit).toMatch(/<failure message="AssertionError: time 1"/);
    expect(run.junit).toMatch(/<property name="attempts" value="3"\/>/);
    expectValid(rig);
  });

  test('does not become a skip by skipping itself when it is repeated', async () => {
    const body = inPython(
      'def test_sly():\n    if nth("sly") > 1:\n        pytest.skip("not again")\n    assert False\n',
    );
    await using rig = await createRig({ 'runner.config.yaml': config(pytest), 'test_a.py': body });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(casesOf(run.junit)).toMatchObject([{ status: 'failed' }]);
  });

  test('is not repeated where nothing says so, and as often as --retries says before all else', async () => {
    const body = inPython('def test_never():\n    assert nth("never") < 0\n');
    await using rig = await createRig({ 'runner.config.yaml': config(pytest), 'test_a.py': body });
    expect((await rig.run('--retries', '0')).exitCode).toBe(1);
    expect(ranIn(rig)).toEqual(['never 1/1']);
    expect((await rig.run('--retries', '1')).exitCode).toBe(1);
    expect(ranIn(rig)).toHaveLength(3);
    expect((await rig.runWith({ replay: false }, '--retries', 'often')).exitCode).toBe(2);
    const plan = JSON.parse((await rig.runWith({ replay: false }, 'plan', '--json', '--retries', '4')).stdout) as {
      tasks: object[];
    };
    expect(plan.tasks).toMatchObject([{ retries: 4 }]);
  });
});

describe('tests that a failure left out', () => {
  //  a fails once, c never passes; -x leaves out b and c the first time
  const body = inPython(`
def test_a():
    assert nth("a") > 1
def test_b():
    nth("b")
def test_c():
    assert nth("c") < 0
`);

  test.each([
    ['by its arguments', `${pytest}, args: [-x]`, ''],
    ['by the config of its framework', pytest, '[pytest]\naddopts = --maxfail=1 -q\n'],
  ])('%s are run again with it and never counted as run', async (_title, suite, ini) => {
    const files = { 'runner.config.yaml': config(suite), 'test_abc.py': body, 'pytest.ini': ini };
    await using rig = await createRig(ini === '' ? { ...files, 'pytest.ini': '[pytest]\n' } : files);
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(ranIn(rig)).toContain('c 2/3');
    expect(casesOf(run.junit).map(({ name, status }) => `${name} ${status}`)).toEqual([
      'test_a passed',
      'test_b passed',
      'test_c failed',
    ]);
  });

  test('by the bail-out of vitest too', async () => {
    await using rig = await createRig({
      'package.json': '{"type":"module"}',
      'vitest.config.js': 'export default { test: { bail: 1 } };\n',
      'runner.config.yaml': config('framework: vitest'),
      'a.test.js': `
import { test } from 'vitest';
${countInNode}
test('a', () => { if (nth('a') < 2) throw new Error('not yet'); });
test('b', () => { nth('b'); throw new Error('never'); });
`,
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(ranIn(rig)).toContain('b 2/3');
  });
});

describe('what is no failed test', () => {
  test('a file that cannot be imported is not tried again', async () => {
    const files = { 'test_bad.py': 'import no_such_module\n', 'test_a.py': oncePython };
    await using rig = await createRig({ 'runner.config.yaml': config(pytest), ...files });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(attemptsOf(run)).toEqual(['1 first tests-failed']);
  });

  test('a crash is tried again as a whole, and the test that was running is flaky', async () => {
    const body = inPython(`
def test_a():
    nth("a")
def test_b():
    if nth("b") < 2:
        os.kill(os.getpid(), 9)
`);
    await using rig = await createRig({ 'runner.config.yaml': config(pytest), 'test_a.py': body });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(attemptsOf(run)).toEqual(['1 first crashed', '2 retry passed']);
    expect(casesOf(run.junit).map(({ name, status, children }) => [name, status, ...children].join(' '))).toEqual([
      'test_a passed',
      'test_b passed flakyError',
    ]);
    expectValid(rig);
  });

  test('a command that hangs once is flaky by itself', async () => {
    const script = '#!/bin/sh\necho x >> ran.log\nif [ $(wc -l < ran.log) -lt 2 ]; then sleep 100; fi\n';
    const text = config('framework: command, command: [./load.sh]', ', timeout: 1s');
    await using rig = await createRig({ 'runner.config.yaml': text, 'load.sh': script });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(attemptsOf(run)).toEqual(['1 first timed-out', '2 retry passed']);
    expect(casesOf(run.junit)).toMatchObject([{ name: 'lib', status: 'passed', children: ['flakyError'] }]);
    expect(summaryOf(rig).totals).toMatchObject({ tests: 1, passed: 1, flaky: 1 });
  });

  test('an interrupted run is not tried again', async () => {
    const script = '#!/bin/sh\necho x >> ran.log\nsleep 100\n';
    const text = config('framework: command, command: [./load.sh]');
    await using rig = await createRig({ 'runner.config.yaml': text, 'load.sh': script });
    const started = rig.start({}, '--progress', 'none');
    await started.event((event) => event.type === 'attempt-started');
    started.child.kill('SIGINT');
    const run = await started.finished;
    expect(run.exitCode).toBe(130);
    expect(attemptsOf(run)).toEqual(['1 first cancelled']);
  });
});
