import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { recentOutcomes } from '../../../src/history/recent.ts';
import type { NamedTest, RecentTest } from '../../../src/history/recent.ts';
import type { TestResult } from '../../../src/model/test.ts';
import { eventsOf, look, ranOnce, record, start, timedTest } from '../../support/history.ts';

let folder = '';
let path = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'runner-recent-'));
  path = join(folder, 'history.sqlite');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function remember(run: number, suite: string, tests: readonly TestResult[]): Promise<void> {
  const tasks = [ranOnce(`unit/${suite}`, tests, { suite, outcome: { kind: 'tests-failed' } })];
  await record(path, eventsOf({ runId: `run-${run}`, at: start + run, tasks }));
}

function ask(tests: readonly NamedTest[], limits: { readonly outcomes?: number; readonly runs?: number } = {}) {
  return look(path, (db) => recentOutcomes(db, tests, { environment: 'local', outcomes: 20, runs: 100, ...limits }));
}

const named = (suite: string, name: string): NamedTest => ({ suite, file: 'a.py', className: 'a.py', name });
const outcomes = (found: readonly RecentTest[]): readonly (readonly string[])[] => found.map((one) => one.outcomes);

test('the last outcomes of a test are told oldest first, in the order asked, apart for suites that share its file', async () => {
  const long = 'x'.repeat(2_000);
  const statuses = ['passed', 'failed', 'skipped', 'error'] as const;
  for (const [run, status] of statuses.entries()) {
    await remember(run, 'py312', [timedTest('a.py', 'one', 1, { status }), timedTest('a.py', long, 1)]);
  }
  await remember(4, 'py313', [timedTest('a.py', 'one', 1)]);
  expect(
    outcomes(ask([named('py313', 'one'), named('py312', 'one'), named('py312', 'two'), named('py312', long)])),
  ).toEqual([['passed'], ['passed', 'failed', 'skipped', 'error'], [], ['passed', 'passed', 'passed', 'passed']]);
  expect(ask([named('py312', 'two')])[0]?.id).toBe(null);
  expect(outcomes(ask([named('py312', 'one')], { outcomes: 2 }))).toEqual([['skipped', 'error']]);
  expect(outcomes(ask([named('py312', 'one')], { runs: 2 }))).toEqual([['error']]);
});

test('a test that has all its outcomes does not keep the others from theirs', async () => {
  await remember(0, 'lib', [timedTest('a.py', 'rare', 1)]);
  for (const run of [1, 2, 3]) await remember(run, 'lib', [timedTest('a.py', 'usual', 1)]);
  expect(outcomes(ask([named('lib', 'usual'), named('lib', 'rare')], { outcomes: 2 }))).toEqual([
    ['passed', 'passed'],
    ['passed'],
  ]);
});
