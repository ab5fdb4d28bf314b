import { onTestFinished, describe, expect, test } from 'vitest';
import { runTool } from '../../../src/io/tool.ts';
import { aborted, baseEnv, findMarked, isLinux, makeFolder, never, program } from './support.ts';

const defaults = { cwd: '/', env: baseEnv, timeoutMs: 20_000, signal: never };

test('a tool gives its exit code and both streams', async () => {
  const result = await runTool(['sh', '-c', 'echo out; echo err >&2; exit 3'], defaults);
  expect(result).toEqual({ kind: 'failed', exitCode: 3, stdout: 'out\n', stderr: 'err\n' });
  expect(await runTool(['true'], defaults)).toEqual({ kind: 'ok', exitCode: 0, stdout: '', stderr: '' });
});

test('a tool gets its folder and only the environment it is given', async () => {
  const cwd = makeFolder();
  const { stdout } = await runTool([program('environment.sh')], {
    ...defaults,
    cwd,
    env: { PATH: '/bin:/usr/bin', A: '1' },
  });
  expect(stdout.split('\n')[0]).toBe(cwd);
  expect(stdout).toContain('\nA=1\n');
  expect(stdout).not.toContain('VITEST');
});

test.each([
  ['a missing program', ['no-such-tool'], {}, { kind: 'missing', stderr: /no such program/ }],
  ['a missing folder', ['true'], { cwd: '/no/such/folder' }, { kind: 'failed', stderr: /does not exist/ }],
  ['no command', [], {}, { kind: 'failed', stderr: /cannot start/ }],
  ['a folder as a program', ['/'], {}, { kind: 'failed', stderr: /may not be executed/ }],
  ['too long arguments', ['true', 'x'.repeat(3_000_000)], {}, { kind: 'failed', stderr: /too long/ }],
  ['a death by a signal', ['sh', '-c', 'kill -9 $$'], {}, { kind: 'failed', stderr: /^ended by SIGKILL$/ }],
  ['endless output', ['yes'], { maxBytes: 1000 }, { kind: 'failed', stderr: /printed more than 1000 bytes/ }],
  ['a little too much output', ['echo', '12345'], { maxBytes: 5 }, { kind: 'failed', stderr: /more than 5 bytes/ }],
  ['a run that is cancelled', ['true'], { signal: aborted }, { kind: 'failed', stderr: /cancelled/ }],
])('%s is told', async (_, argv, options, expected) => {
  const result = await runTool(argv, { ...defaults, ...options });
  expect({ kind: result.kind, exitCode: result.exitCode }).toEqual({ kind: expected.kind, exitCode: null });
  expect(result.stderr).toMatch(expected.stderr);
});

test('exactly as much output as allowed is fine', async () => {
  expect(await runTool(['echo', '1234'], { ...defaults, maxBytes: 5 })).toMatchObject({ kind: 'ok', stdout: '1234\n' });
});

test('a large output arrives whole', async () => {
  const result = await runTool([process.execPath, program('big-output.mjs'), '3000000'], defaults);
  expect(result).toMatchObject({ kind: 'ok', exitCode: 0 });
  expect(result.stdout).toHaveLength(3_000_009);
});

describe.skipIf(!isLinux)('a tool leaves nothing behind', () => {
  test.each([
    'grandchild.sh',
    'setsid-grandchild.sh',
    'reparented.sh',
    'daemon-closed-stdio.sh',
    'ignore-term.sh',
    'stopped.sh',
  ])('when %s times out', async (shape) => {
    const mine = `tool-test-${process.pid}-${shape}`;
    const options = { ...defaults, env: { ...baseEnv, MINE: mine }, timeoutMs: 300 };
    const result = await runTool([program(shape)], options);
    expect(result).toMatchObject({ kind: 'timed-out', exitCode: null, stdout: 'ready\n' });
    expect(result.stderr).toBe('ended because it took longer than 300 ms');
    expect(findMarked(mine)).toEqual([]);
  });

  test('when it exits and something in its group holds its output', async () => {
    const env = { ...baseEnv, MINE: `tool-held-${process.pid}` };
    const result = await runTool([program('leak.sh')], { ...defaults, env });
    expect(result).toEqual({ kind: 'ok', exitCode: 0, stdout: 'passed\n', stderr: '' });
    expect(findMarked(env.MINE)).toEqual([]);
  });

  test('when the run is cancelled meanwhile', async () => {
    const env = { ...baseEnv, MINE: `tool-cancel-${process.pid}` };
    const cancel = new AbortController();
    const running = runTool([program('grandchild.sh')], { ...defaults, env, signal: cancel.signal });
    await expect.poll(() => findMarked(env.MINE).length).toBeGreaterThan(0);
    cancel.abort();
    expect(await running).toMatchObject({ kind: 'failed', exitCode: null });
    expect(findMarked(env.MINE)).toEqual([]);
  });

  test('but a daemon that it started in a session of its own stays', async () => {
    const env = { ...baseEnv, MINE: `tool-daemon-${process.pid}` };
    onTestFinished(() => findMarked(env.MINE).forEach((pid) => process.kill(pid, 'SIGKILL')));
    const result = await runTool([program('daemon-closed-stdio.sh'), 'leave'], { ...defaults, env });
    expect(result).toMatchObject({ kind: 'ok' });
    expect(findMarked(env.MINE)).toHaveLength(1);
  });
});
