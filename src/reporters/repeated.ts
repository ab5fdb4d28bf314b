import { oneLine, plain, plural, truncate, wrap } from '../base/text.ts';
import type { RunState, TaskRecord } from '../results/run-state.ts';
import { totalsOf } from '../results/run-state.ts';
import { testLabel } from './describe.ts';

const maxTests = 20;

/** The tests that passed only on a retry, each with why it did not before; empty where none did. The first line is the heading. */
export function flakyLines(run: RunState, width: number): readonly string[] {
  const { flaky = 0 } = totalsOf(run);
  if (flaky === 0) return [];
  const tests = [...run.tasks.values()].flatMap((task) => [...task.flaky.values()]);
  const lines = tests.slice(0, maxTests).flatMap((test) => {
    const [problem] = test.problems;
    const why = problem === undefined ? '' : oneLine(plain(problem.message).split('\n')[0] ?? '');
    return [
      truncate(`  ${testLabel({ ...test, synthetic: false })}`, width),
      truncate(`    passed on attempt ${test.attempt}${why === '' ? '' : `; before: ${why}`}`, width),
    ];
  });
  const left = flaky - Math.min(maxTests, tests.length);
  return [plural(flaky, 'flaky test'), ...lines, ...(left > 0 ? [`  and ${left} more`] : [])];
}

/** What was repeated: how often each test failed, and the tasks whose repetitions all passed; empty where nothing was. The first line is the heading. */
export function repetitionLines(run: RunState, width: number): readonly string[] {
  const repeated = [...run.tasks.values()].filter(
    ({ task, attempts }) => task.repeat !== undefined && attempts.length > 0,
  );
  const lines = repeated.flatMap((record): readonly string[] => {
    const made = repetitionsOf(record);
    const failed = [...record.failures.values()].filter(({ failedRepetitions }) => failedRepetitions !== undefined);
    if (failed.length > 0)
      return failed.map(
        (test) => `  ${test.failedRepetitions ?? 0} of ${plural(made, 'repetition')} failed: ${testLabel(test)}`,
      );
    return record.outcome?.kind === 'passed'
      ? [`  all ${plural(made, 'repetition')} passed: ${oneLine(record.task.id)}`]
      : [];
  });
  if (lines.length === 0) return [];
  const left = lines.length - maxTests;
  const shown = lines.slice(0, maxTests).map((line) => truncate(line, width));
  return ['Repeated', ...shown, ...(left > 0 ? [`  and ${left} more`] : [])];
}

/** How often a task that is repeated has run, without what its services ruined. */
export function repetitionsOf({ attempts }: TaskRecord): number {
  return attempts.filter(({ outcome }) => outcome.kind !== 'service-failed').length;
}

/** The services that died and were started again; empty where none were. The first line is the heading. */
export function restartLines(run: RunState, width: number): readonly string[] {
  const lines = [...run.services].flatMap(([service, { change, lastFailure, generation }]) => {
    if (lastFailure === undefined || change.kind === 'failed') return [];
    const [problem = ''] = plain(lastFailure).split('\n');
    return wrap(`${oneLine(service)} (generation ${generation}): ${problem}`, width - 2).map((line) => `  ${line}`);
  });
  return lines.length === 0 ? [] : ['Services that were started again', ...lines];
}
