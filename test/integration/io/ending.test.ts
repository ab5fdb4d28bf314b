import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import { aborted, findMarked, isAlive, isLinux, membersOf, never, program, start, untilLogHas } from './support.ts';

const graceMs = 300;
const shapes = [
  'grandchild.sh',
  'setsid-grandchild.sh',
  'reparented.sh',
  'daemon-closed-stdio.sh',
  'ignore-term.sh',
  'cleared-environment.sh',
  'stopped.sh',
];

describe.skipIf(!isLinux)('no process survives', () => {
  test.each(shapes)('the timeout of %s', async (shape) => {
    const { child, mark, logPath } = start([program(shape)]);
    await untilLogHas(logPath, 'ready');
    await child.end(graceMs, never);
    expect(findMarked(mark)).toEqual([]);
    expect(membersOf(child.pid)).toEqual([]);
    expect(await child.exited).toMatchObject({ kind: 'exited', exit: { kind: 'signal' } });
    expect((await child.log()).tail).toContain('ready');
  });

  test.each(shapes)('killing %s at once', async (shape) => {
    const { child, mark, logPath } = start([program(shape)]);
    await untilLogHas(logPath, 'ready');
    await child.end(60_000, aborted);
    expect(findMarked(mark)).toEqual([]);
    expect(membersOf(child.pid)).toEqual([]);
    expect(await child.exited).toMatchObject({ exit: { kind: 'signal' } });
  });

  test.each(shapes)('the normal end of %s, and it is named', async (shape) => {
    const { child, mark, logPath } = start([program(shape), 'leave']);
    expect(await child.exited).toEqual({ kind: 'exited', exit: { kind: 'code', code: 0 } });
    await untilLogHas(logPath, 'ready');
    const leaked = await child.sweep(graceMs, never);
    expect(leaked.join()).toMatch(/(sleep 1000|kill -STOP).* \(pid \d+\)/);
    expect(findMarked(mark)).toEqual([]);
    expect(membersOf(child.pid)).toEqual([]);
  });
});

describe.skipIf(!isLinux)('what is looked at in the middle of its start', () => {
  const starts = [
    'setsid sleep 1000 & exit 0',
    '(setsid sleep 1000 >/dev/null 2>&1 &); exit 0',
    'setsid sh -c "sh -c \\"sleep 1000 & exit 0\\" & exit 0" & exit 0',
  ];
  test.each(starts)('is not missed: %s', async (script) => {
    for (let round = 0; round < 25; round++) {
      const { child, mark } = start(['sh', '-c', script]);
      await child.exited;
      expect(await child.sweep(100, aborted)).not.toEqual([]);
      expect(findMarked(mark)).toEqual([]);
    }
  });
});

const hasPython = spawnSync('python3', ['--version']).status === 0;

// Taking 400 MB apart takes the kernel tens of milliseconds, in which the process has no environment any more.
test.skipIf(!isLinux || !hasPython)('the end of a stray that dies slowly is waited for', async () => {
  const big = 'block = bytearray(b"x") * (400 << 20)\nprint("ready", flush=True)\nimport time\ntime.sleep(1000)';
  const { child, mark, logPath } = start(['sh', '-c', 'setsid python3 -c "$0" & sleep 1000', big]);
  await untilLogHas(logPath, 'ready');
  const strays = findMarked(mark);
  await child.end(60_000, aborted);
  expect(strays.length).toBeGreaterThanOrEqual(3);
  expect(strays.filter(isAlive)).toEqual([]);
});

describe.skipIf(!isLinux || !hasPython)('a process whose first thread has ended while another goes on', () => {
  const pieces = [
    'import ctypes, platform, threading, time',
    'threading.Thread(target=lambda: time.sleep(1000)).start()',
    'print("ready", flush=True)',
    'ctypes.CDLL(None).syscall({"x86_64": 60}.get(platform.machine(), 93))',
  ];
  test.each(['python3 -c "$0" &', 'setsid python3 -c "$0" &'])('is no zombie: %s', async (launch) => {
    const { child, logPath } = start(['sh', '-c', `${launch} echo pid $!`, pieces.join('\n')]);
    await untilLogHas(logPath, 'ready');
    await untilLogHas(logPath, 'pid');
    const pid = Number(/pid (\d+)/.exec(readFileSync(logPath, 'utf8'))?.[1]);
    await vi.waitFor(() => expect(readFileSync(`/proc/${pid}/stat`, 'utf8')).toContain(') Z '));
    expect(threadsOf(pid)).toHaveLength(2);
    await child.exited;
    expect(await child.sweep(300, never)).toHaveLength(1);
    expect(threadsOf(pid).length).toBeLessThan(2);
  });
});

test('a program that ends in time after SIGTERM keeps its exit code and its last words', async () => {
  const { child, logPath } = start([program('slow-cleanup.sh')]);
  await untilLogHas(logPath, 'ready');
  await child.end(20_000, never);
  expect(await child.exited).toEqual({ kind: 'exited', exit: { kind: 'code', code: 7 } });
  expect((await child.log()).tail).toMatch(/^ready\n[^]*cleaned$/);
});

test('a grace of zero kills without asking', async () => {
  const { child, logPath } = start([program('slow-cleanup.sh')]);
  await untilLogHas(logPath, 'ready');
  await child.end(0, never);
  expect(await child.exited).toEqual({ kind: 'exited', exit: { kind: 'signal', signal: 'SIGKILL' } });
});

test('the signal to end with can be chosen', async () => {
  const { child, logPath } = start([program('hang.sh')]);
  await untilLogHas(logPath, 'ready');
  await child.end(20_000, never, 'SIGINT');
  expect(await child.exited).toEqual({ kind: 'exited', exit: { kind: 'signal', signal: 'SIGINT' } });
});

test('a kill during a long grace cuts it short, for the caller that came first too', async () => {
  const kill = new AbortController();
  const { child, mark, logPath } = start([program('ignore-term.sh')]);
  await untilLogHas(logPath, 'ready');
  const first = child.end(600_000, never);
  const second = child.end(600_000, kill.signal);
  kill.abort();
  await Promise.all([first, second]);
  expect(findMarked(mark)).toEqual([]);
});

test('ending twice, after the end and together with a sweep is harmless', async () => {
  const { child, logPath } = start([program('hang.sh')]);
  await untilLogHas(logPath, 'ready');
  const swept = child.sweep(100, never);
  await Promise.all([child.end(1000, never), child.end(1000, never)]);
  expect(await swept).toEqual([]);
  await child.end(1000, never);
  expect(await child.sweep(100, never)).toEqual([]);
  expect((await child.log()).tail).toBe('ready');
});

test('a process that ends by itself right after its parent is no leak', async () => {
  const { child } = start([program('short-lived-leftover.sh')]);
  await child.exited;
  expect(await child.sweep(100, never)).toEqual([]);
});

test('a leak is named by its command line', async () => {
  const { child, mark } = start([program('leak.sh')]);
  await child.exited;
  expect(await child.sweep(100, never)).toEqual([expect.stringMatching(/^sleep 1000 \(pid \d+\)$/)]);
  expect(findMarked(mark)).toEqual([]);
});

test('a very long command line is shortened', async () => {
  const { child } = start(['/bin/sh', '-c', 'sh -c "sleep 1000; : $0" $0 & exit 0', 'ä'.repeat(5000)]);
  await child.exited;
  const leaked = await child.sweep(100, never);
  expect(leaked.length).toBeGreaterThan(0);
  for (const name of leaked) expect(name.length).toBeLessThan(200);
});

test('ending one child leaves the others alone', async () => {
  const [one, other] = [start([program('setsid-grandchild.sh')]), start([program('setsid-grandchild.sh')])];
  await Promise.all([untilLogHas(one.logPath, 'ready'), untilLogHas(other.logPath, 'ready')]);
  await one.child.end(500, never);
  expect(isAlive(other.child.pid ?? 0)).toBe(true);
  await other.child.end(500, never);
  expect(findMarked(other.mark)).toEqual([]);
});

test.skipIf(!isLinux)('fifty children started and ended at once leave nothing', async () => {
  const children = Array.from({ length: 50 }, () => start([program('setsid-grandchild.sh')]));
  await Promise.all(children.map(({ logPath }) => untilLogHas(logPath, 'ready')));
  await Promise.all(children.map(({ child }) => child.end(5000, never)));
  expect(children.flatMap(({ mark }) => findMarked(mark))).toEqual([]);
});

function threadsOf(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}
