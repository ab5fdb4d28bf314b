import { plural, wrap } from '../base/text.ts';
import type { FlakyReport, UnsteadyTest } from '../history/flaky.ts';
import type { QuarantineEntry } from '../model/quarantine.ts';
import { formatTime, indented, percent, wholeNames } from './render-history.ts';
import type { Look } from './render-history.ts';
import { quarantineOf, testName } from './test-name.ts';

/** Flaky tests with how sure that is, those that may be, and those that are simply broken. */
export function renderFlaky(
  report: FlakyReport,
  { columns, limit, quarantine }: Look & { readonly limit: number; readonly quarantine: readonly QuarantineEntry[] },
): string {
  const section = (
    title: string,
    tests: readonly UnsteadyTest[],
    row: (test: UnsteadyTest) => readonly string[],
  ): string[] =>
    tests.length === 0
      ? []
      : [
          `${title}: ${tests.length.toLocaleString('en-US')}`,
          ...indented(tests.slice(0, limit).map(row), wholeNames),
          ...(tests.length > limit
            ? [`  and ${plural(tests.length - limit, 'more', 'more')}; --limit shows them`]
            : []),
        ];
  const row = (test: UnsteadyTest): readonly string[] => [...scoreRow(test), inQuarantine(test, quarantine)];
  const leftOut = report.leftOut.length;
  const text = [
    ...section('Flaky', report.flaky, row),
    ...section('Suspected (passed and failed on the same code, but too seldom to be sure)', report.suspected, row),
    ...section('Always failing (broken, not flaky)', report.alwaysFailing, (test) => [
      plural(test.failures, 'failure'),
      `last ${formatTime(test.lastFailedAt)}`,
      testName(test.test),
      inQuarantine(test, quarantine),
    ]),
  ];
  const seen = `${plural(report.runs, 'run')} looked at${leftOut === 0 ? '' : `, ${plural(leftOut, 'run')} left out (${reasons(report)})`}`;
  if (text.length === 0) return `no test is flaky: ${seen}`;
  return [...text, ...wrap(seen, Math.max(80, columns))].join('\n');
}

function scoreRow(test: UnsteadyTest): readonly string[] {
  return [
    percent(test.score),
    `at least ${percent(test.lowerBound)}`,
    `${test.flakyCommits} of ${plural(test.commits, 'commit')}`,
    `last ${formatTime(test.lastFailedAt)}`,
    testName(test.test),
  ];
}

function inQuarantine({ test }: UnsteadyTest, entries: readonly QuarantineEntry[]): string {
  const entry = quarantineOf(test, entries);
  return entry === null ? '' : `in quarantine until ${entry.until} (${entry.owner})`;
}

function reasons({ leftOut }: FlakyReport): string {
  return [...new Set(leftOut.map((run) => run.leftOut ?? ''))].join('; ');
}

const quarantineDays = 30;
const dayMs = 24 * 3_600_000;

/** Entries of `quarantine` for the config, for what is certainly flaky and in none; each needs an owner. */
export function renderSuggestions(
  { flaky }: FlakyReport,
  { quarantine, now }: { readonly quarantine: readonly QuarantineEntry[]; readonly now: number },
): string {
  // An entry names its test on one line.
  const left = flaky.filter(({ test }) => quarantineOf(test, quarantine) === null && !/[\r\n]/.test(testName(test)));
  if (left.length === 0) return '# no test needs an entry in the quarantine';
  const until = new Date(now + quarantineDays * dayMs).toISOString().slice(0, 10);
  return [
    '# Put in an owner for each: who mends it.',
    'quarantine:',
    ...left.map(({ test, flakyCommits, commits }) => {
      const reason = `flaky on ${flakyCommits} of ${plural(commits, 'commit')}`;
      return `  - { test: ${JSON.stringify(testName(test))}, owner: "", until: ${until}, reason: ${JSON.stringify(reason)} }`;
    }),
  ].join('\n');
}
