import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { createFamily, isAnyAlive } from '../../../src/io/family.ts';
import type { Leader } from '../../../src/io/leader.ts';
import { createProcessTable, readProcess } from '../../../src/io/processes.ts';
import { findMarked, isAlive, isLinux, never, program, start, untilLogHas } from './support.ts';

const table = createProcessTable();
const nothing = { matches: () => false };

describe.skipIf(!isLinux)('a process that only has the number of ours', () => {
  test('is not taken for our group', async () => {
    const other = await startOther();
    const family = createFamily(table, reapedLeader(other.pid, '1'), nothing);
    const survivors = await family.survivors();
    expect(isAnyAlive(survivors)).toBe(false);
    family.signal({ ...survivors, group: other.pid }, 'SIGKILL');
    await other.end();
  });

  test('is not taken for a stray that was found before', async () => {
    const other = await startOther();
    const family = createFamily(table, null, nothing);
    const stray = { pid: other.pid, group: other.pid, startTime: '1', isZombie: false };
    family.signal({ group: null, members: [], strays: [stray] }, 'SIGKILL');
    await other.end();
  });
});

test.skipIf(!isLinux)('what is left of our group is ours, marked or not', async () => {
  const other = await startOther();
  const startTime = readProcess(other.pid)?.startTime ?? null;
  const survivors = await createFamily(table, reapedLeader(other.pid, startTime), nothing).survivors();
  expect(survivors).toMatchObject({ group: other.pid, members: [{ pid: other.pid }], strays: [] });
  await other.end();
});

test.skipIf(!isLinux || spawnSync('perl', ['-v']).status !== 0)('zombies that nobody buries are no leak', async () => {
  // The parent of the zombie leaves the group with an empty environment, so that it is none of ours.
  const parent =
    'use POSIX; $0 = "x"; if (!fork) { exit } POSIX::setsid(); print "ready $$\\n"; close STDOUT; sleep 1000';
  const { child, logPath } = start(['sh', '-c', 'env -i perl -e "$0" & sleep 1000', parent]);
  await untilLogHas(logPath, 'ready');
  const pid = Number(/ready (\d+)/.exec((await child.log()).tail)?.[1]);
  try {
    await child.end(1000, never);
    expect(await child.sweep(1000, never)).toEqual([]);
    expect(() => process.kill(-(child.pid ?? 0), 0)).not.toThrow();
  } finally {
    process.kill(pid, 'SIGKILL');
  }
});

test.skipIf(!isLinux)('looks that wait at the same time share one pass and see what was started before', async () => {
  const { mark, child, logPath } = start([program('hang.sh')]);
  await untilLogHas(logPath, 'ready');
  const early = table.marked();
  const [one, two] = [table.marked(), table.marked()];
  expect(one).toBe(two);
  await early;
  expect((await one).filter((found) => found.marks.includes(mark)).map((found) => found.pid)).toEqual([child.pid]);
  await child.end(1000, never);
  expect(findMarked(mark)).toEqual([]);
});

function reapedLeader(pid: number, startTime: string | null): Leader {
  const exited = Promise.resolve({ kind: 'code', code: 0 } as const);
  return { pid, startTime, exited, isReaped: () => true, onReaped: () => undefined };
}

async function startOther(): Promise<{ readonly pid: number; end(): Promise<void> }> {
  const { child, logPath } = start([program('hang.sh')]);
  await untilLogHas(logPath, 'ready');
  const pid = child.pid ?? 0;
  const end = async (): Promise<void> => {
    expect(isAlive(pid)).toBe(true);
    await child.end(5000, never);
    expect(await child.exited).toMatchObject({ exit: { signal: 'SIGTERM' } });
  };
  return { pid, end };
}

test.skipIf(!isLinux)(
  'a look at what was started since some process finds what strayed, and nothing older',
  async () => {
    const older = start([program('hang.sh')]);
    await untilLogHas(older.logPath, 'ready');
    const { mark, child, logPath } = start([program('setsid-grandchild.sh')]);
    await untilLogHas(logPath, 'ready');
    const found = await createProcessTable().markedSince(alive(child.pid ?? 0), (marks) =>
      [mark, older.mark].some((one) => marks.includes(one)),
    );
    expect(found.map(({ pid }) => pid)).toEqual(findMarked(mark));
    await child.end(100, never);
    await older.child.end(100, never);
  },
);

test.skipIf(!isLinux)(
  'a look at what was started since a process finds the same when pids have begun anew',
  async () => {
    const { mark, child, logPath } = start([program('hang.sh')]);
    await untilLogHas(logPath, 'ready');
    const found = await createProcessTable().markedSince(alive(2 ** 22 + 1), (marks) => marks.includes(mark));
    expect(found.map(({ pid }) => pid)).toEqual([child.pid]);
    await child.end(100, never);
  },
);

function alive(pid: number): Pick<Leader, 'pid' | 'isReaped'> {
  return { pid, isReaped: () => false };
}
