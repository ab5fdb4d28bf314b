import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import { rerunTasksCommand, rerunTestCommand } from '../../../src/reporters/rerun-command.ts';
import type { RerunContext } from '../../../src/reporters/rerun-command.ts';
import { summaryLine } from '../../../src/reporters/summary.ts';
import { createRunRecord } from '../../../src/results/run-record.ts';
import { plainRerun, planOf, started, task, taskEvents, test, timed, totals } from './run-fixture.ts';

const docker: Outcome = {
  kind: 'skipped',
  because: {
    kind: 'service-unavailable',
    service: 'postgres',
    problem: 'docker is not running',
    remedy: 'start docker, or give an external url in the environment',
  },
};

describe('the rerun command', () => {
  const node = task('unit/node', { files: ['tests/a.test.js'] });
  const adds = { file: 'tests/a.test.js', className: 'a', name: 'adds' };

  it.each([
    ['nothing more where the environment is the usual one', {}, "runner --file 'tests/a.test.js::adds'"],
    [
      'the environment where it is another',
      { environment: 'staging' },
      "runner --env staging --file 'tests/a.test.js::adds'",
    ],
    [
      'the environment where it was chosen',
      { selection: ['--env', 'local'] },
      "runner --env local --file 'tests/a.test.js::adds'",
    ],
  ])('names %s', (_, change, command) => {
    expect(rerunTestCommand(planOf([node], change), node, { id: adds, how: plainRerun })).toBe(command);
  });

  it('names classes as pytest does', () => {
    const python = task('unit/pytest', { framework: 'pytest', files: ['tests/test_a.py'] });
    const id = { file: 'tests/test_a.py', className: 'tests.test_a.TestX', name: 'test_y' };
    expect(rerunTestCommand(planOf([python]), python, { id, how: plainRerun })).toBe(
      "runner --file 'tests/test_a.py::TestX::test_y'",
    );
  });

  it('runs the task where a test is in no file of it', () => {
    const id = { ...adds, file: null };
    expect(rerunTestCommand(planOf([node]), node, { id, how: plainRerun })).toBe('runner --file tests/a.test.js');
  });

  it('survives a file name that looks like an option', () => {
    const odd = task('unit/node', { files: ['-x.js'] });
    expect(rerunTasksCommand(planOf([odd]), [odd], plainRerun)).toBe('runner --file=-x.js');
  });

  it('measures coverage of a whole category alone: of a part it would be held against what the whole is to have', () => {
    const many = task('unit/js', { files: ['a.js', 'b.js', 'c.js', 'd.js'] });
    const asked = { ...plainRerun, options: ['--coverage', '--no-docker'] };
    const measured = { coverage: { without: [] } };
    expect(rerunTasksCommand(planOf([many], measured), [many], asked)).toMatch(/^runner --coverage --no-docker --cat/);
    expect(rerunTasksCommand(planOf([node], measured), [node], asked)).toBe(
      'runner --no-docker --file tests/a.test.js',
    );
    expect(rerunTasksCommand(planOf([node], measured), [node], plainRerun)).toBe(
      'runner --no-coverage --file tests/a.test.js',
    );
  });

  it('names category and suite where there are many files, and what narrowed them', () => {
    const many = task('unit/node/2', { files: ['a', 'b', 'c', 'd'] });
    const plan = planOf([many], { selection: ['--category=unit', '--pattern=*core*', '--keyword=x y'] });
    expect(rerunTasksCommand(plan, [many], plainRerun)).toBe(
      "runner --category unit --suite node --no-deps '--pattern=*core*' '--keyword=x y'",
    );
  });

  it('keeps the single tests that a task was narrowed to', () => {
    const narrowed = task('unit/node', { files: ['a.js'], tests: { 'a.js': ['adds', 'divides'] } });
    expect(rerunTasksCommand(planOf([narrowed]), [narrowed], plainRerun)).toBe(
      "runner --file 'a.js::adds' --file 'a.js::divides'",
    );
  });

  it('starts the program as it was started, in the same folder, with the same options', () => {
    const how: RerunContext = {
      program: ['node', '../dist/runner.js'],
      options: ['--set=workers=2', '--real-llm'],
      extraArgs: ['-x'],
      pathFor: (file) => `../${file}`,
      ownersOf: () => ['--category', 'unit'],
    };
    expect(rerunTestCommand(planOf([node]), node, { id: adds, how })).toBe(
      "node ../dist/runner.js --set=workers=2 --real-llm --category unit --file '../tests/a.test.js::adds' -- -x",
    );
  });
});

describe('the summary line', () => {
  it.each([
    [{ kind: 'passed' }, 'passed', 'Summary [   1.500s] 1 test: 1 passed'],
    [
      docker,
      'nothing-ran',
      'Summary [   1.500s] 1 test: 1 passed; 1 test file not run: service postgres: docker is not running; nothing ran (exit 4)',
    ],
    [
      { kind: 'cancelled', reason: { kind: 'signal', signal: 'SIGTERM' } },
      'terminated',
      'Summary [   1.500s] 1 test: 1 passed; 1 test file not run: terminated by SIGTERM; terminated (exit 143)',
    ],
    [
      null,
      'incomplete',
      'Summary [   1.500s] 1 test: 1 passed; 1 test file not run: no result was recorded; not complete (exit 5)',
    ],
  ] as const)('for %j and the verdict %s', (outcome, verdict, line) => {
    const record = createRunRecord();
    const events = timed([
      started(planOf([task('unit/node/1'), task('unit/node/2')])),
      ...taskEvents('unit/node/1', { kind: 'passed' }, [test('adds')]),
      ...(outcome === null ? [] : [finished('unit/node/2', outcome)]),
      { type: 'run-finished', verdict, totals: totals(), durationMs: 1500 },
    ]);
    for (const event of events) record.apply(event);
    expect(summaryLine(record.state)).toBe(line);
  });
});

function finished(id: string, outcome: Outcome): EventBody {
  return { type: 'task-finished', task: id, outcome, totals: totals(), durationMs: 0 };
}
