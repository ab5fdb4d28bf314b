import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findFlaky } from '../../../src/history/flaky.ts';
import { listRuns } from '../../../src/history/runs.ts';
import { readTimes } from '../../../src/history/times.ts';
import { eventsOf, look, ranOnce, record, start, timedTest } from '../../support/history.ts';
import type { RunSketch } from '../../support/history.ts';

const all = { environment: null, last: null };
let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-history-'));
  path = join(folder, 'history.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('flaky tests', () => {
  const origin = (commit: string, clean: boolean): NonNullable<RunSketch['origin']> => ({
    ...{ commit, branch: 'main', clean },
    machine: { platform: 'linux', arch: 'x64', cpus: 2, node: '22' },
  });
  const results = async (clean: boolean): Promise<void> => {
    for (const [index, status] of (['failed', 'passed', 'failed', 'passed'] as const).entries()) {
      const tasks = [
        ranOnce('unit/backend', [timedTest('a.py', 'one', 1, { status })], { outcome: { kind: 'tests-failed' } }),
      ];
      await record(
        path,
        eventsOf({ runId: `run-${index}`, at: start + index, tasks, origin: origin(index < 2 ? 'one' : 'two', clean) }),
      );
    }
  };

  test('are those that pass and fail on one commit of a clean checkout', async () => {
    await results(true);
    expect(
      look(path, (db) =>
        findFlaky(db, all, start).flaky.map(({ test: { name }, flakyCommits }) => [name, flakyCommits]),
      ),
    ).toEqual([['one', 2]]);
  });

  test('are not guessed where files may have been changed between the runs', async () => {
    await results(false);
    expect(look(path, (db) => findFlaky(db, all, start))).toMatchObject({ flaky: [], suspected: [] });
  });
});

describe('a run', () => {
  const run = (runId: string, names: readonly string[] = [runId]): ReturnType<typeof eventsOf> =>
    eventsOf({
      runId,
      tasks: [
        ranOnce(
          'unit/backend',
          names.map((name) => timedTest('a.py', name, 10)),
        ),
      ],
    });
  const known = (): readonly (readonly string[])[] => look(path, (db) => listRuns(db, all).map(({ parts }) => parts));

  test('is recorded once', async () => {
    await record(path, run('one'));
    expect(await record(path, run('one'))).toEqual([]);
    expect(known()).toEqual([['one']]);
  });

  test.each([
    ['before', ['merged', 'one']],
    ['after', ['one', 'merged']],
  ])('that was merged stands for its parts, recorded %s them', async (_, order) => {
    for (const what of order) {
      if (what === 'one') await record(path, run('one'));
      else await record(path, run('one', ['one', 'two']), { parts: ['one', 'two'] });
    }
    expect(known()).toEqual([['one', 'two']]);
    expect(readTimes({ path, owned: true }, (problem) => expect.unreachable(problem)).files.get('a.py')).toBe(20);
  });

  test('that was merged with a shard missing gives way to the whole', async () => {
    await record(path, run('one', ['one', 'two']), { parts: ['one', 'two'] });
    await record(path, run('one', ['one', 'two', 'three']), { parts: ['three', 'two', 'one'] });
    await record(path, run('one', ['one', 'two']), { parts: ['one', 'two'] });
    expect(known()).toEqual([['one', 'three', 'two']]);
  });
});
