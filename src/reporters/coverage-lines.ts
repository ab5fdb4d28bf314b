import { oneLine, plural, truncate } from '../base/text.ts';
import type { CategoryCoverage } from '../model/coverage.ts';
import { coveragePercent } from '../results/coverage-judge.ts';
import type { RunState } from '../results/run-state.ts';

/** The coverage of each category, and what it leaves out; empty where none is measured. The first line is the heading. */
export function coverageLines(run: RunState, width: number): readonly string[] {
  const planned = run.plan?.coverage;
  if (planned === undefined) return [];
  const names = [...run.coverage.keys()].map(oneLine);
  const column = Math.max(0, ...names.map(({ length }) => length));
  const rows = [...run.coverage].map(
    ([name, coverage]) => `  ${oneLine(name).padEnd(column)}  ${coverageText(coverage)}`,
  );
  const without = planned.without.map(({ suite, framework }) => `${suite} (${framework})`).join(', ');
  return [
    'Coverage of lines',
    ...rows.map((row) => truncate(row, width)),
    ...(without === '' ? [] : [truncate(oneLine(`  no coverage from: ${without}`), width)]),
  ];
}

/** `71.2 % (712 of 1,000), minCoverage 80 %; incomplete: 2 of 30 processes left none`. */
export function coverageText(coverage: CategoryCoverage): string {
  const { lines, covered, processes, lost, minimum } = coverage;
  const percent = coveragePercent(coverage);
  return [
    percent === null ? 'not measured' : `${percent} % (${covered} of ${lines})`,
    ...(minimum === undefined ? [] : [`, minCoverage ${minimum} %`]),
    ...(lost === 0 ? [] : [`; incomplete: ${lost} of ${plural(processes, 'process', 'processes')} left none`]),
  ].join('');
}
