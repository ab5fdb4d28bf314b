import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createProcesses } from '../../../src/io/node-io.ts';
import { takeLock } from '../../../src/services/lock-file.ts';

const program = resolve(import.meta.dirname, '../../fixtures/programs/take-lock.mjs');
const processes = createProcesses();
let dir = '';
let lock = '';

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'runner-lock-'));
  lock = join(dir, 'lock');
});
afterEach(() => rm(dir, { recursive: true }));

function startTaker(runId: string): ChildProcessWithoutNullStreams {
  return spawn(process.execPath, [program, lock, runId]);
}

async function answerOf(taker: ChildProcessWithoutNullStreams): Promise<string> {
  const [chunk] = (await once(taker.stdout, 'data')) as [Buffer];
  return chunk.toString().trim();
}

async function end(taker: ChildProcessWithoutNullStreams): Promise<void> {
  const ended = once(taker, 'exit');
  taker.kill('SIGKILL');
  await ended;
}

describe('a lock', () => {
  it('is had by one at a time, who is named to the others, and free after its release', () => {
    const first = takeLock(lock, 'run-1', processes);
    expect(first.kind).toBe('held');
    expect(takeLock(lock, 'run-2', processes)).toMatchObject({
      kind: 'busy',
      holder: { runId: 'run-1', process: { pid: process.pid } },
    });
    if (first.kind === 'held') first.release();
    const second = takeLock(lock, 'run-2', processes);
    expect(second.kind).toBe('held');
    // A late release of an old holder takes nothing from the new one.
    if (first.kind === 'held') first.release();
    expect(takeLock(lock, 'run-3', processes).kind).toBe('busy');
  });

  it('of a holder that was killed goes to exactly one of many who want it at the same time', async () => {
    for (let round = 0; round < 3; round += 1) {
      const dead = startTaker('dead');
      expect(await answerOf(dead)).toBe('held');
      await end(dead);
      const takers = Array.from({ length: 8 }, (_, index) => startTaker(`run-${index}`));
      const answers = await Promise.all(takers.map(answerOf));
      expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
      expect(await readdir(dir)).toEqual(['lock']);
      await Promise.all(takers.map(end));
    }
  });

  it.each([
    ['nothing', ''],
    ['something else', '{"runId":'],
    [
      'a pid that was reused',
      JSON.stringify({ runId: 'old', process: { ...processes.identify(process.pid), startTime: '1' } }),
    ],
    [
      'a boot before this one',
      JSON.stringify({ runId: 'old', process: { ...processes.identify(process.pid), boot: 'other' } }),
    ],
  ])('that holds %s is taken over', async (_what, content) => {
    await writeFile(lock, content);
    expect(takeLock(lock, 'run-1', processes).kind).toBe('held');
  });

  it('of another machine is respected for a day', async () => {
    const process = { pid: 5, startTime: '1', host: 'somewhere', boot: 'b', namespace: null };
    await writeFile(lock, JSON.stringify({ runId: 'far', process }));
    expect(takeLock(lock, 'run-1', processes)).toMatchObject({ kind: 'busy', holder: { runId: 'far' } });
    const twoDaysAgo = new Date(Date.now() - 48 * 3_600_000);
    await utimes(lock, twoDaysAgo, twoDaysAgo);
    expect(takeLock(lock, 'run-1', processes).kind).toBe('held');
  });
});
