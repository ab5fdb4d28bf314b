import { oneLine, plain, plural, truncate, wrap } from '../base/text.ts';
import type { RunState } from '../results/run-state.ts';
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

/** The services that died and were started again; empty where none were. The first line is the heading. */
export function restartLines(run: RunState, width: number): readonly string[] {
  const lines = [...run.services].flatMap(([service, { change, lastFailure, generation }]) => {
    if (lastFailure === undefined || change.kind === 'failed') return [];
    const [problem = ''] = plain(lastFailure).split('\n');
    return wrap(`${oneLine(service)} (generation ${generation}): ${problem}`, width - 2).map((line) => `  ${line}`);
  });
  return lines.length === 0 ? [] : ['Services that were started again', ...lines];
}
