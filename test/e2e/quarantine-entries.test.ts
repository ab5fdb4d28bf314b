import { describe, expect, test } from 'vitest';
import { day, mixed, quarantineConfig, statusesOf } from '../support/quarantine.ts';
import { createRig } from '../support/rig.ts';

describe('an entry that has expired', () => {
  const entry = { test: 'test_chat.py::TestChat::test_reconnect', until: day(-1) };

  test('fails loudly, and so does its test', async () => {
    await using rig = await createRig({ 'runner.config.yaml': quarantineConfig([entry]), 'test_chat.py': mixed });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(statusesOf(run)).toEqual([
      ...['test_good passed', 'test_reconnect failed'],
      'quarantine entry expired: test_chat.py::TestChat::test_reconnect failed',
    ]);
    expect(run.stdout).toContain(`the quarantine of ${entry.test} ended on ${entry.until}`);
  });

  test('fails also when its test passes, and says nothing where its file does not run', async () => {
    const text = quarantineConfig([entry]);
    await using rig = await createRig({
      'runner.config.yaml': text,
      'test_chat.py': 'class TestChat:\n    def test_reconnect(self):\n        pass\n',
      'test_other.py': 'def test_other():\n    pass\n',
    });
    expect((await rig.run()).exitCode).toBe(1);
    expect((await rig.run('test_other.py')).exitCode).toBe(0);
    const plan = await rig.runWith({ replay: false }, 'plan');
    expect(plan.stdout).toContain(
      `quarantine: ${entry.test} (team-chat, expired on ${entry.until}, which fails the run)`,
    );
  });
});

describe('an entry whose test is gone', () => {
  const files = { 'test_chat.py': 'def test_good():\n    pass\n', 'test_other.py': 'def test_other():\n    pass\n' };
  const stale = 'quarantine entry stale: test_chat.py::test_gone failed';

  test('fails loudly when all of its file has run', async () => {
    await using rig = await createRig({
      'runner.config.yaml': quarantineConfig([{ test: 'test_chat.py::test_gone' }]),
      ...files,
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(statusesOf(run)).toContain(stale);
    expect((await rig.run('test_chat.py')).exitCode).toBe(1);
  });

  test.each([
    ['another file', ['test_other.py']],
    ['one test of it', ['test_chat.py::test_good']],
    ['by keyword', ['-k', 'good']],
    ['with arguments of its own', ['--', '-k', 'good']],
  ])('says nothing when only a part has run: %s', async (_title, words) => {
    await using rig = await createRig({
      'runner.config.yaml': quarantineConfig([{ test: 'test_chat.py::test_gone' }]),
      ...files,
    });
    const run = await rig.run(...words);
    expect(statusesOf(run)).not.toContain(stale);
  });

  test('because its file is gone fails the run of its category too', async () => {
    await using rig = await createRig({
      'runner.config.yaml': quarantineConfig([{ test: 'test_gone.py::test_x' }]),
      ...files,
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(statusesOf(run)).toContain('quarantine entry stale: test_gone.py::test_x failed');
    expect((await rig.run('test_other.py')).exitCode).toBe(0);
  });

  test('says nothing while its file crashes', async () => {
    await using rig = await createRig({
      'runner.config.yaml': quarantineConfig([{ test: 'test_chat.py::test_gone' }]),
      'test_chat.py': 'import os\ndef test_good():\n    os._exit(3)\n',
    });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(3);
    expect(statusesOf(run)).not.toContain(stale);
  });
});

test('an entry that lasts too long is refused, at its place', async () => {
  const text = quarantineConfig([{ test: 'test_chat.py::test_good', until: day(92) }]);
  await using rig = await createRig({ 'runner.config.yaml': text, 'test_chat.py': mixed });
  const run = await rig.runWith({ replay: false });
  expect(run.exitCode).toBe(2);
  expect(run.stderr).toMatch(
    /runner\.config\.yaml:7:\d+ .*is in quarantine for 9[12] days more; at most 90 are allowed/,
  );
});
