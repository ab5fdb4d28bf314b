import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { casesOf } from '../support/junit-cases.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

/** One pytest suite per file `test_<name>.py` in a category of that name, each with these keys. */
function config(names: readonly string[], keys: string, workers = 1): string {
  const suites = names.map((name) => `  ${name}: { framework: pytest, files: ["test_${name}.py"] }\n`);
  const categories = names.map((name) => `  ${name}: { tests: [{ suite: ${name} }], retries: 1, ${keys} }\n`);
  return `version: 1\nproject: rules\nworkers: ${workers}\nsuites:\n${suites.join('')}categories:\n${categories.join('')}`;
}

/** Notes that a test ran, in which attempt, and says how often it has. */
const nth = `
import os
def nth(name):
    path = os.path.join(os.path.dirname(__file__), "ran.log")
    with open(path, "a") as log:
        log.write(name + " " + os.environ["RUNNER_ATTEMPT"] + "/" + os.environ["RUNNER_TOTAL_ATTEMPTS"] + "\\n")
    with open(path) as log:
        return sum(line.startswith(name + " ") for line in log)
`;
const once = (name: string): string => `${nth}\ndef test_${name}():\n    assert nth("${name}") > 1\n`;
const passes = (name: string): string => `${nth}\ndef test_${name}():\n    nth("${name}")\n`;

function ranIn(rig: Rig): readonly string[] {
  return readFileSync(rig.path('ran.log'), 'utf8').trim().split('\n');
}

function attemptsOf(run: CliRun): readonly string[] {
  return run.events.flatMap((event) =>
    event.type === 'attempt-finished' ? [`${event.task} ${event.attempt} ${event.cause} ${event.outcome.kind}`] : [],
  );
}

function statusesOf(run: CliRun): readonly string[] {
  return casesOf(run.junit).map(({ name, status }) => `${name} ${status}`);
}

describe('retryOn', () => {
  test('runs again only the tests that failed of what it names', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config(['net'], 'retryOn: [timeout, "regex:ECONN(RESET|REFUSED)"]'),
      'test_net.py': `${nth}
def test_net():
    assert nth("net") > 1, "read ECONNRESET"
def test_sum():
    assert nth("sum") > 1, "1 + 1 is 3"
`,
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(ranIn(rig)).toEqual(['net 1/2', 'sum 1/2', 'net 2/2']);
    expect(statusesOf(run)).toEqual(['test_net passed', 'test_sum failed']);
  });

  test('takes exit codes, and crashes only where they are named', async () => {
    const script = '#!/bin/sh\necho "x $RUNNER_ATTEMPT" >> ran.log\nexit $1\n';
    await using rig = await createRig({
      'runner.config.yaml': `
version: 1
suites:
  named: { framework: command, command: [./exits.sh, "7"] }
  other: { framework: command, command: [./exits.sh, "8"] }
categories:
  named: { tests: [{ suite: named }], retries: 2, retryOn: ["exit:7"] }
  other: { tests: [{ suite: other }], retries: 2, retryOn: ["exit:7", crash] }
`,
      'exits.sh': script,
    });
    const run = await rig.run();
    expect(run.exitCode).toBe(1);
    expect(attemptsOf(run).map((line) => line.split(' ')[0])).toEqual(
      expect.arrayContaining(['named/named', 'named/named', 'named/named', 'other/other']),
    );
    expect(attemptsOf(run)).toHaveLength(4);
  });

  test('never repeats a call that is wrong in itself', async () => {
    const text = config(['a'], 'retryOn: [crash, timeout, test-failure, "exit:4", "regex:."]');
    await using rig = await createRig({
      'runner.config.yaml': text.replace('framework: pytest', 'framework: pytest, args: [--no-such-option]'),
      'test_a.py': passes('a'),
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(attemptsOf(run)).toEqual(['a/a 1 first crashed']);
  });
});

describe('retryWhen', () => {
  test('end: runs again when all others have ended, in the right attempt, and dependents wait for it', async () => {
    const text = config(['a', 'b', 'c'], 'retryWhen: end');
    await using rig = await createRig({
      'runner.config.yaml': text.replace('{ suite: c }],', '{ suite: c }], dependsOn: [a],'),
      ...{ 'test_a.py': once('a'), 'test_b.py': passes('b'), 'test_c.py': once('c') },
    });
    const run = await rig.run('--progress', 'lines');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(ranIn(rig)).toEqual(['a 1/2', 'b 1/2', 'a 2/2', 'c 1/2', 'c 2/2']);
    expect(run.stdout).toMatch(/LATER a\/a is run again at the end/);
    expect(run.stdout).toContain('3 tests: 3 passed (2 flaky)');
    expect(run.events.filter(({ type }) => type === 'task-finished')).toHaveLength(3);
  });

  test('alone: nothing runs beside it', async () => {
    const names = ['a', 'b', 'c', 'd'];
    const files = Object.fromEntries(names.map((name) => [`test_${name}.py`, once(name)]));
    await using rig = await createRig({ 'runner.config.yaml': config(names, 'retryWhen: alone', 4), ...files });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    const running = new Set<string>();
    for (const event of run.events) {
      if (event.type === 'attempt-started') running.add(event.task);
      if (event.type === 'attempt-started' && event.attempt === 2) expect([...running]).toEqual([event.task]);
      if (event.type === 'attempt-finished') running.delete(event.task);
    }
    expect(attemptsOf(run).filter((line) => line.includes(' 2 retry passed'))).toHaveLength(4);
  });

  test.each(['end', 'alone'])('%s: what -x left out the first time is never taken for passed', async (when) => {
    const text = config(['abc'], `retryWhen: ${when}`).replace('framework: pytest', 'framework: pytest, args: [-x]');
    await using rig = await createRig({
      'runner.config.yaml': text,
      'test_abc.py': `${nth}
def test_a():
    assert nth("a") > 1
def test_b():
    nth("b")
def test_c():
    assert nth("c") < 0
`,
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(ranIn(rig)).toEqual(['a 1/2', 'a 2/2', 'b 2/2', 'c 2/2']);
    expect(statusesOf(run)).toEqual(['test_a passed', 'test_b passed', 'test_c failed']);
  });

  test('end: a run that is interrupted before keeps what was found', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config(['a', 'b'], 'retryWhen: end'),
      'test_a.py': once('a'),
      'test_b.py': 'import time\ndef test_b():\n    time.sleep(100)\n',
    });
    const started = rig.start({}, '--progress', 'none');
    await started.event((event) => event.type === 'attempt-started' && event.task === 'b/b');
    started.child.kill('SIGINT');
    const run = await started.finished;
    expect(run.exitCode).toBe(130);
    expect(run.events).toContainEqual(
      expect.objectContaining({ type: 'task-finished', task: 'a/a', outcome: { kind: 'tests-failed' } }),
    );
    expect(attemptsOf(run)).toContain('a/a 1 first tests-failed');
  });
});

describe('backoff', () => {
  test('ends at once when the run does, and leaves the failure as it was', async () => {
    const text = config(['a'], 'backoff: { initial: 1h }');
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_a.py': once('a') });
    const started = rig.start({}, '--progress', 'none');
    await started.event((event) => event.type === 'attempt-finished');
    started.child.kill('SIGINT');
    const run = await started.finished;
    expect(run.exitCode).toBe(130);
    expect(attemptsOf(run)).toEqual(['a/a 1 first tests-failed']);
    expect(statusesOf(run)).toEqual(['test_a failed']);
  });

  test.each(['immediately', 'end'])('comes before the retry that is made %s', async (when) => {
    const text = config(['a'], `retryWhen: ${when}, backoff: { initial: 300ms, jitter: false }`);
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_a.py': once('a') });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    const at = (type: string): readonly number[] =>
      run.events.filter((event) => event.type === type).map((event) => event.at);
    expect((at('attempt-started')[1] ?? 0) - (at('attempt-finished')[0] ?? 0)).toBeGreaterThanOrEqual(300);
  });
});

describe('retryLimit', () => {
  const many = `${nth}
import pytest
@pytest.mark.parametrize("number", range(20))
def test_many(number):
    assert nth("many%d" % number) > 1 or number > 2
`;

  test('gives up on a category of which too much has failed, and says so', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config(['many'], 'flaky: pass'), 'test_many.py': many });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(ranIn(rig)).toHaveLength(20);
    expect(run.stdout).toContain('category many: 3 of 20 tests failed, more than retryLimit 10%');
  });

  test.each(['immediately', 'end'])('is as high as the config says: %s', async (when) => {
    const text = config(['many'], `retryLimit: 15%, retryWhen: ${when}`);
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_many.py': many });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(ranIn(rig)).toHaveLength(23);
  });
});
