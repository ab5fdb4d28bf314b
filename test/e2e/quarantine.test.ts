import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { day, mixed, quarantineConfig, statusesOf } from '../support/quarantine.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const xsd = resolve(import.meta.dirname, '../../docs/junit.xsd');

interface Summary {
  readonly totals: object;
  readonly quarantined: readonly object[];
  readonly failures: readonly { readonly name: string }[];
}

const summaryOf = (rig: Rig): Summary => JSON.parse(readFileSync(rig.path('reports/summary.json'), 'utf8')) as Summary;

function outcomesOf(run: CliRun): readonly string[] {
  return run.events.flatMap((event) => (event.type === 'task-finished' ? [event.outcome.kind] : []));
}

describe('a test in quarantine', () => {
  test('fails without making the run red, and every report says so', async () => {
    const entry = { test: 'test_chat.py::TestChat::test_reconnect', until: day(12) };
    await using rig = await createRig({
      'runner.config.yaml': quarantineConfig([entry], 'framework: pytest', ', retries: 2'),
      'test_chat.py': mixed,
    });
    const run = await rig.run('--progress', 'lines');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(outcomesOf(run)).toEqual(['passed']);
    expect(statusesOf(run)).toEqual(['test_good passed', 'test_reconnect skipped']);
    expect(run.junit).toContain(
      `<skipped message="quarantined until ${entry.until} (team-chat): AssertionError: known to fail"/>`,
    );
    expect(run.junit).toMatch(/<system-out>[^<]*known to fail[^<]*said before[^<]*<\/system-out>/);
    execFileSync('xmllint', ['--noout', '--schema', xsd, rig.path('reports/junit.xml')], { stdio: 'pipe' });
    expect(summaryOf(rig)).toMatchObject({
      totals: { tests: 2, passed: 1, failed: 0, errors: 0, skipped: 1, quarantined: 1 },
      failures: [],
      quarantined: [
        { name: 'test_reconnect', passed: false, owner: 'team-chat', reason: '#1234', daysLeft: 12, task: 'unit/lib' },
      ],
    });
    expect(run.stdout).toMatch(/QUARANTINED test_chat.py:\d+ {2}test_reconnect/);
    expect(run.stdout).toContain('1 test in quarantine');
    expect(run.stdout).toContain(`team-chat, 12 days left (until ${entry.until}): #1234`);
    expect(run.stdout).toContain('2 tests: 1 passed, 1 skipped (1 quarantined)');
    expect(run.stdout).not.toContain('Skipped by the tests themselves');
    // It is not retried: that would change nothing.
    expect(readFileSync(rig.path('ran.log'), 'utf8')).toBe('ran\n');
  });

  test('excuses nobody else', async () => {
    const body = `${mixed}\ndef test_other():\n    assert False\n`;
    await using rig = await createRig({
      'runner.config.yaml': quarantineConfig([
        { test: 'test_chat.py::TestChat::test_reconnect' },
        { test: 'other.py::test_other' },
      ]),
      'test_chat.py': body,
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(statusesOf(run)).toEqual(['test_good passed', 'test_reconnect skipped', 'test_other failed']);
    expect(run.stdout).toContain('quarantine: other.py::test_other: no suite has a file other.py');
  });

  test('is named without its class by nobody, and with a star for all its parameters', async () => {
    const body = 'import pytest\n@pytest.mark.parametrize("n", [1, 2])\ndef test_many(n):\n    assert n > 5\n';
    await using rig = await createRig({
      'runner.config.yaml': quarantineConfig([
        { test: 'test_many.py::test_many[*]' },
        { test: 'test_chat.py::test_reconnect' },
      ]),
      ...{ 'test_many.py': body, 'test_chat.py': mixed },
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(statusesOf(run)).toEqual(
      expect.arrayContaining(['test_many[1] skipped', 'test_many[2] skipped', 'test_reconnect failed']),
    );
  });

  test('that passes is told, so that the entry can go', async () => {
    const text = quarantineConfig([{ test: 'test_chat.py::test_good', until: day(0) }]);
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_chat.py': 'def test_good():\n    pass\n' });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(summaryOf(rig)).toMatchObject({ totals: { passed: 1, quarantined: 0 }, quarantined: [{ passed: true }] });
    expect(run.stdout).toContain('passes: remove the entry?');
    expect(run.stdout).toContain('last day');
  });

  test('may be all that there is', async () => {
    const text = quarantineConfig([{ test: 'test_chat.py::test_*' }]);
    await using rig = await createRig({
      'runner.config.yaml': text,
      'test_chat.py': 'def test_x():\n    assert False\n',
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  });

  test('is repeated without effect on the verdict', async () => {
    const text = quarantineConfig([{ test: 'test_chat.py::TestChat::test_reconnect' }]);
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_chat.py': mixed });
    const run = await rig.run('--repeat', '3');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(summaryOf(rig).totals).toMatchObject({ tests: 2, passed: 1, skipped: 1, quarantined: 1 });
  });

  test('of node:test and of vitest goes by the name that their rerun command has', async () => {
    const body = (from: string): string => `
import { describe, test } from '${from}';
describe('chat', () => {
  test('connects', () => undefined);
  test('reconnects', () => { throw new Error('known'); });
});
`;
    const text = `version: 1
suites:
  node: { framework: node, files: ["*.test.mjs"] }
  vite: { framework: vitest, files: ["*.spec.mjs"] }
categories: { unit: { tests: [{ suite: node }, { suite: vite }] } }
quarantine:
  - { test: "a.test.mjs::chat > reconnects", owner: a, until: ${day(1)}, reason: b }
  - { test: "b.spec.mjs::chat > reconnects", owner: a, until: ${day(1)}, reason: b }
`;
    await using rig = await createRig({
      'package.json': '{"type":"module"}',
      ...{ 'runner.config.yaml': text, 'a.test.mjs': body('node:test'), 'b.spec.mjs': body('vitest') },
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(summaryOf(rig).totals).toMatchObject({ tests: 4, passed: 2, quarantined: 2 });
  });
});

describe('what quarantine does not excuse', () => {
  test('the death of its process', async () => {
    const body = 'import os\ndef test_dies():\n    os.kill(os.getpid(), 9)\n';
    const text = quarantineConfig([{ test: 'test_chat.py::test_dies' }]);
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_chat.py': body });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(summaryOf(rig).totals).toMatchObject({ quarantined: 0, errors: 1 });
  });

  test('its timeout', async () => {
    const body = 'import time\ndef test_hangs():\n    time.sleep(100)\n';
    const text = quarantineConfig([{ test: 'test_chat.py::test_hangs' }], 'framework: pytest', ', timeout: 2s');
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_chat.py': body });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(outcomesOf(run)).toEqual(['timed-out']);
  });

  test('tests that were left out after it', async () => {
    const text = quarantineConfig(
      [{ test: 'test_chat.py::TestChat::test_reconnect' }],
      'framework: pytest, args: [-x]',
    );
    const body = `${mixed}\ndef test_after():\n    assert False\n`;
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_chat.py': body });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(run.stdout).toContain('pytest was to stop at a failure, so that other tests may not have run');
  });

  test('a threshold of coverage that was not reached', async () => {
    const text = quarantineConfig([{ test: 'test_chat.py::TestChat::test_reconnect' }]);
    const threshold =
      'def pytest_terminal_summary(terminalreporter):\n' +
      '    terminalreporter.write("FAIL Required test coverage of 99% not reached. Total coverage: 50.00%\\n")\n';
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_chat.py': mixed, 'conftest.py': threshold });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(run.stdout).toContain('only tests in quarantine failed, but pytest failed for something else too');
  });

  test('files of which nothing was reported', async () => {
    const text = quarantineConfig(
      [{ test: 'test_chat.py::TestChat::test_reconnect' }],
      'framework: pytest, batch: all',
    );
    const drop =
      'def pytest_collection_modifyitems(items):\n    items[:] = [i for i in items if "lost" not in i.nodeid]\n';
    await using rig = await createRig({
      ...{ 'runner.config.yaml': text, 'test_chat.py': mixed, 'conftest.py': drop },
      'test_lost.py': 'def test_lost():\n    assert False\n',
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(run.stdout).toContain('the report has no test of 1 of the 2 files');
  });

  test('a module that cannot be imported', async () => {
    const text = quarantineConfig([{ test: 'test_chat.py::*test_chat' }]);
    await using rig = await createRig({ 'runner.config.yaml': text, 'test_chat.py': 'import no_such_module\n' });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
  });
});

describe('a suite of any command', () => {
  const script = (body: string): string => `#!/bin/sh\n${body}\n`;

  test('that is one test goes by its category and name', async () => {
    const text = quarantineConfig([{ test: 'unit::lib' }], 'framework: command, command: [./load.sh]');
    await using rig = await createRig({ 'runner.config.yaml': text, 'load.sh': script('exit 7') });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(statusesOf(run)).toEqual(['lib skipped']);
  });

  test('that dies by a signal is not excused', async () => {
    const text = quarantineConfig([{ test: 'unit::lib' }], 'framework: command, command: [./load.sh]');
    await using rig = await createRig({ 'runner.config.yaml': text, 'load.sh': script('kill -9 $$') });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).not.toBe(0);
    expect(statusesOf(run)).toEqual(['lib error']);
  });

  test('that speaks TAP goes by the names of its tests', async () => {
    const text = quarantineConfig([{ test: 'lib::two' }], 'framework: command, command: [./prove.sh], tap: true');
    await using rig = await createRig({
      ...{
        'runner.config.yaml': text,
        'prove.sh': script('echo "1..2"; echo "ok 1 - one"; echo "not ok 2 - two"; exit 1'),
      },
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(statusesOf(run)).toEqual(['one passed', 'two skipped']);
  });

  test('that leaves JUnit stays red, because nobody knows what it left out', async () => {
    const xml =
      '<testsuite><testcase classname="a.B" name="bad"><failure/></testcase><testcase classname="a.B" name="ok"/></testsuite>';
    const text = quarantineConfig([{ test: 'a.B::bad' }], 'framework: command, command: [./load.sh], junit: out.xml');
    await using rig = await createRig({
      'runner.config.yaml': text,
      'load.sh': script(`echo '${xml}' > out.xml; exit 1`),
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(run.stdout).toContain('only tests in quarantine failed, but it cannot be told');
  });
});
