import { expect, it } from 'vitest';
import type { PlanFacts, Task } from '../../../src/model/plan.ts';
import { e2eFiles, planOf, unitFiles, workspace } from './fixture.ts';

function tasksWith(repeat: PlanFacts['repeat'], categories: readonly string[] = ['e2e']): readonly Task[] {
  const facts = { ...workspace.facts, ...(repeat === undefined ? {} : { repeat }) };
  const { categories: own } = workspace.config;
  const withRetries = Object.fromEntries(Object.entries(own).map(([name, one]) => [name, { ...one, retries: 2 }]));
  return planOf({
    ...workspace,
    config: { ...workspace.config, categories: withRetries },
    facts,
    request: { categories },
  }).tasks;
}

it('what was asked for is repeated and not retried, and what it depends on runs as ever', () => {
  for (const task of tasksWith({ times: 7, files: null })) {
    expect(task).toMatchObject(task.role === 'chosen' ? { repeat: 7, retries: 0 } : { retries: 2 });
    expect('repeat' in task).toBe(task.role === 'chosen');
  }
});

it('changed files get tasks of their own, so that nothing else is repeated with them', () => {
  const [changed = ''] = e2eFiles;
  const tasks = tasksWith({ times: 5, files: new Set([changed, ...unitFiles]) });
  expect(tasks.filter(({ repeat }) => repeat !== undefined).map(({ files }) => files)).toEqual([[changed]]);
  expect(tasks.flatMap(({ files }) => files).toSorted()).toEqual(
    tasksWith(undefined)
      .flatMap(({ files }) => files)
      .toSorted(),
  );
});

it('nothing is repeated where nothing has changed, and the plan is as ever', () => {
  expect(tasksWith({ times: 5, files: new Set() })).toEqual(tasksWith(undefined));
});

it('rules for retries are told only where they are not the usual ones', () => {
  expect(tasksWith(undefined).some((task) => 'retryRules' in task)).toBe(false);
});
