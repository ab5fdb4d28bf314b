import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { createIo } from '../../../src/io/node-io.ts';
import { sweepRun } from '../../../src/io/sweep-run.ts';
import { baseEnv, findMarked, isLinux, makeFolder, never, program, start, untilLogHas } from './support.ts';

test.each([
  ['pass.sh', { kind: 'code', code: 0 }, 'passed'],
  ['fail.sh', { kind: 'code', code: 1 }, 'failed'],
  ['crash-segv.sh', { kind: 'signal', signal: 'SIGSEGV' }, 'about to crash'],
  ['closed-output.sh', { kind: 'code', code: 4 }, 'before'],
])('%s ends as it says, with its output in the log', async (name, exit, output) => {
  const { child, logPath } = start([program(name)]);
  expect(await child.exited).toEqual({ kind: 'exited', exit });
  expect(await child.sweep(100, never)).toEqual([]);
  expect(await child.log()).toEqual({ path: logPath, bytes: output.length + 1, truncated: false, tail: output });
});

test('a program gets its arguments, folder and environment exactly, and an empty standard input', async () => {
  const folder = makeFolder();
  const env = { PATH: '/usr/bin:/bin', EMPTY: '', ODD: 'a "b" $c\nd' };
  const { child, logPath, mark } = start([program('environment.sh'), '$HOME; rm -rf x', '*'], { cwd: folder, env });
  await child.exited;
  await child.sweep(100, never);
  const lines = (await readFile(logPath, 'utf8')).split('\n');
  expect(lines.slice(0, 4).map((line) => line.trim())).toEqual([
    folder,
    '0',
    'argument: $HOME; rm -rf x',
    'argument: *',
  ]);
  const shellAdds = /^(PWD|OLDPWD|SHLVL|_)=/;
  const given = lines.slice(4).filter((line) => line !== '' && !shellAdds.test(line));
  expect(given.toSorted()).toEqual(
    ['PATH=/usr/bin:/bin', 'EMPTY=', 'ODD=a "b" $c', 'd', `RUNNER_PROCESS_MARK=${mark}`].toSorted(),
  );
});

describe('what cannot be started', () => {
  const folder = makeProblems();
  test.each([
    ['an empty command', [], {}, /the command is empty/],
    [
      'a program that is not on the PATH',
      ['no-such-program'],
      {},
      /"no-such-program".*no such program; install it.*its PATH is /,
    ],
    [
      'any program without a PATH entry',
      ['node'],
      { env: { PATH: '/nowhere' } },
      /no such program; install it.*\(its PATH is \/nowhere\)/,
    ],
    ['a path that does not exist', ['./no-such-file'], {}, /no such file \(looked in /],
    ['a file that is not executable', [`${folder}/plain.txt`], {}, /may not be executed \(EACCES\).*chmod \+x/],
    ['a folder', [folder], {}, /may not be executed/],
    [
      'a script without its interpreter',
      [`${folder}/script`],
      {},
      /its interpreter "\/no\/such\/interpreter" was not found/,
    ],
    [
      'a working directory that does not exist',
      ['true'],
      { cwd: `${folder}/gone` },
      /working directory .*gone does not exist.*"cwd"/,
    ],
    ['a working directory that is a file', ['true'], { cwd: `${folder}/plain.txt` }, /is not a directory/],
    ['too long arguments', ['true', 'x'.repeat(3_000_000)], {}, /too long \(30\d{5} bytes, 1 arguments\)/],
    ['an argument with a NUL', ['true', 'a\0b'], {}, /cannot start "true".*null bytes/s],
    ['a log below a file', ['true'], { logPath: `${folder}/plain.txt/a.log` }, /cannot write the log .*--reports/],
    ['a log that is a folder', ['true'], { logPath: folder }, /cannot write the log .*EISDIR/],
    ['a log without end of links', ['true'], { logPath: `${folder}/loop` }, /cannot write the log .*ELOOP/],
  ])('%s is a clear problem', async (_, argv, request, expected) => {
    const { child } = start(argv, request);
    expect(child.pid).toBeNull();
    const exit = await child.exited;
    expect(exit.kind === 'spawn-failed' && exit.problem).toMatch(expected);
    await child.end(100, never);
    expect(await child.sweep(100, never)).toEqual([]);
    expect(await child.log()).toMatchObject({ bytes: 0, truncated: false, tail: '' });
  });
});

test('a program is looked up on the PATH that it is given', async () => {
  const folder = makeFolder();
  symlinkSync('/bin/echo', join(folder, 'only-here'));
  const { child } = start(['only-here', 'found'], { env: { PATH: folder } });
  await child.exited;
  await child.sweep(100, never);
  expect((await child.log()).tail).toBe('found');
});

test('a restarted program goes on in the same log, and each speaks for itself', async () => {
  const logPath = join(makeFolder(), 'service.log');
  for (const [word, bytes] of [
    ['one', 4],
    ['three', 10],
  ] as const) {
    const { child } = start(['echo', word], { logPath });
    await child.exited;
    await child.sweep(100, never);
    expect(await child.log()).toEqual({ path: logPath, bytes, truncated: false, tail: word });
  }
  expect(await readFile(logPath, 'utf8')).toBe('one\nthree\n');
});

describe.skipIf(!isLinux)('the mark', () => {
  test.each(['with blanks and = "quotes"', 'per%20cent %', 'new\nline\ttab', 'NUL\0', 'ünïcødé 漢字 🎉', '\ud800'])(
    '%j finds what strayed',
    async (mark) => {
      const { child, logPath } = start([program('daemon-closed-stdio.sh')], { mark: `odd-${process.pid}/${mark}` });
      await untilLogHas(logPath, 'ready');
      await child.end(500, never);
      expect(findMarked(`odd-${process.pid}/`)).toEqual([]);
    },
  );

  test('of a child inside another child ends with either', async () => {
    const outer = start([program('hang.sh')], { mark: 'outer/1' });
    await untilLogHas(outer.logPath, 'ready');
    const env = { ...baseEnv, RUNNER_PROCESS_MARK: 'outer/1' };
    const inner = start([program('hang.sh')], { mark: 'inner/1', env });
    await untilLogHas(inner.logPath, 'ready');
    await outer.child.end(1000, never);
    expect(await inner.child.exited).toMatchObject({ exit: { signal: 'SIGTERM' } });
  });

  test('of a run finds everything that the run left, and nothing of another run', async () => {
    const run = `run-${process.pid}`;
    const left = start([program('daemon-closed-stdio.sh')], { mark: `${run}/a/1` });
    const other = start([program('hang.sh')], { mark: `${run}0/a/1` });
    await Promise.all([untilLogHas(left.logPath, 'ready'), untilLogHas(other.logPath, 'ready')]);
    expect((await sweepRun(`${run}/`, 500, never)).join()).toContain('sleep 1000 (pid');
    expect(findMarked(`${run}/`)).toEqual([]);
    expect(findMarked(`${run}0/`)).toHaveLength(1);
    expect(await sweepRun(`${run}/`, 500, never)).toEqual([]);
    expect(await sweepRun('', 500, never)).toEqual([]);
    await other.child.end(500, never);
  });
});

test('a sleep ends when its time is over, or at once when cancelled', async () => {
  const io = createIo();
  const cancel = new AbortController();
  const long = io.sleep(Number.POSITIVE_INFINITY, cancel.signal);
  await io.sleep(1, cancel.signal);
  cancel.abort();
  await long;
  await io.sleep(600_000, cancel.signal);
});

function makeProblems(): string {
  const folder = mkdtempSync(join(tmpdir(), 'io-problems-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  writeFileSync(join(folder, 'plain.txt'), 'text');
  writeFileSync(join(folder, 'script'), '#!/no/such/interpreter\n');
  chmodSync(join(folder, 'script'), 0o755);
  symlinkSync('loop', join(folder, 'loop'));
  return folder;
}
