import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { PlannedShard, Task } from '../../../src/model/plan.ts';
import { checkCompleteness } from '../../../src/results/completeness.ts';
import type { RunEvidence } from '../../../src/results/completeness.ts';
import { createPlan, createTask } from '../../support/run-events.ts';

/** The shards of a plan as their runs would leave them; `files` are those of each shard. */
function shardsOf(files: readonly (readonly string[])[]): readonly RunEvidence[] {
  const tasks = files.map((own): readonly Task[] => (own.length === 0 ? [] : [createTask('unit/py', { files: own })]));
  const shards = tasks.map((own, index): PlannedShard => ({
    index: index + 1,
    work: own.map(({ category, suite, keyword, markers, files: given }) => ({
      ...{ category, suite, keyword, markers },
      files: given,
    })),
  }));
  return tasks.map((own, index) => ({
    path: `${index + 1}/events.jsonl`,
    planId: 'plan-1',
    shard: { index: index + 1, total: files.length },
    plan: { ...createPlan(own), shards },
    tasks: new Set(own.map(({ id }) => id)),
    outcomes: new Map(own.map(({ id }) => [id, { kind: 'passed' } as const])),
    narrowed: new Set(),
    files: new Map(own.map(({ id, files: given }) => [id, new Set(given)])),
  }));
}

const problems = (runs: readonly RunEvidence[]): readonly string[] =>
  checkCompleteness(runs, () => true).findings.map(({ problem }) => problem);
const missing = (runs: readonly RunEvidence[]): readonly string[] =>
  checkCompleteness(runs, () => true).missing.flatMap(({ work }) => work.files);

const anyShards = fc
  .array(fc.uniqueArray(fc.nat(99), { maxLength: 4 }), { minLength: 1, maxLength: 6 })
  .map((shards) => {
    const seen = new Set<number>();
    return shards.map((own) =>
      own.filter((file) => !seen.has(file) && seen.add(file).has(file)).map((file) => `tests/${file}.py`),
    );
  });

test('all shards of a plan are complete, whatever their order, and so are they without the empty ones', () => {
  fc.assert(
    fc.property(anyShards, (files) => {
      const runs = shardsOf(files);
      expect(problems(runs)).toEqual([]);
      expect(problems(runs.toReversed())).toEqual([]);
      const filled = runs.filter(({ tasks }) => tasks.size > 0);
      if (filled.length > 0) expect(problems(filled)).toEqual([]);
    }),
  );
});

test('a shard that was run twice is told of, with both of its logs', () => {
  const [first, second] = shardsOf([['a.py'], ['b.py']]);
  if (first === undefined || second === undefined) throw new Error('two shards were made');
  const again = { ...first, path: 'again/events.jsonl' };
  expect(problems([first, again, second])).toEqual([
    'shard 1/2 was run 2 times: 1/events.jsonl, again/events.jsonl; merge the one that counts',
  ]);
});

test('shards of different totals are told of', () => {
  const [first, second] = shardsOf([['a.py'], ['b.py']]);
  if (first === undefined || second === undefined) throw new Error('two shards were made');
  const other = { ...second, shard: { index: 2, total: 1 } };
  expect(problems([first, other])).toEqual(['the logs are of runs with different numbers of shards']);
});

test('without one of them exactly its files are missing', () => {
  fc.assert(
    fc.property(anyShards, fc.nat(5), (files, at) => {
      const lost = at % files.length;
      const rest = shardsOf(files).toSpliced(lost, 1);
      if (rest.length === 0) return;
      expect(missing(rest)).toEqual(files[lost]);
      expect(problems(rest).length > 0).toBe((files[lost] ?? []).length > 0);
    }),
  );
});

test('a file that a shard lost on the way is found, wherever it was lost', () => {
  fc.assert(
    fc.property(anyShards, fc.nat(5), fc.boolean(), (files, at, fromPlan) => {
      const runs = shardsOf(files);
      const run = runs[at % runs.length];
      const task = run?.plan.tasks[0];
      const [file] = task?.files ?? [];
      if (run === undefined || task === undefined || file === undefined) return;
      const left = task.files.slice(1);
      const damaged: RunEvidence = fromPlan
        ? { ...run, plan: { ...run.plan, tasks: left.length === 0 ? [] : [{ ...task, files: left }] } }
        : { ...run, files: new Map([[task.id, new Set(left)]]) };
      expect(problems(runs.with(at % runs.length, damaged)).join('\n')).toContain(file);
    }),
  );
});

test('a file that two shards counted is found', () => {
  const [first, second] = shardsOf([['a.py', 'b.py'], ['c.py']]);
  if (first === undefined || second === undefined) throw new Error('two shards were made');
  const greedy = { ...second, plan: { ...second.plan, tasks: [createTask('unit/py', { files: ['c.py', 'b.py'] })] } };
  expect(problems([first, greedy])).toContain('counted twice: b.py; they ran in more than one shard');
  const follower = {
    ...second,
    plan: {
      ...second.plan,
      tasks: [...second.plan.tasks, createTask('unit/dep', { files: ['b.py'], role: 'dependency' })],
    },
  };
  expect(problems([first, follower])).toEqual([]);
});

test.each<[string, (run: RunEvidence) => RunEvidence]>([
  ['whose framework does not tell of files', (run) => run],
  [
    'that was narrowed by a keyword',
    (run) => ({ ...run, plan: { ...run.plan, tasks: run.plan.tasks.map((task) => ({ ...task, keyword: 'login' })) } }),
  ],
  ['that was narrowed by arguments', (run) => ({ ...run, narrowed: new Set(['unit/py']) })],
  [
    'that failed, which is said anyway',
    (run) => ({ ...run, outcomes: new Map([['unit/py', { kind: 'tests-failed' }]]) }),
  ],
])('files without a test are nothing in a task %s', (what, change) => {
  const [run] = shardsOf([['a.py']]);
  if (run === undefined) throw new Error('a shard was made');
  const silent = change({ ...run, files: new Map() });
  const found = checkCompleteness([silent], () => !what.startsWith('whose framework'));
  expect(found.findings.filter(({ problem }) => problem.includes('without a result'))).toEqual([]);
});

test('runs that are no shards have nothing to be held against', () => {
  const runs = shardsOf([['a.py'], ['b.py']]).map((run) => ({ ...run, shard: null }));
  expect(checkCompleteness(runs, () => true)).toEqual({ findings: [], missing: [] });
});
