import { dayOf, daysBetween } from '../base/calendar.ts';
import { oneLine, plain, plural, truncate } from '../base/text.ts';
import type { QuarantinedTest, RunState } from '../results/run-state.ts';
import { testLabel } from './describe.ts';

const maxTests = 20;

/** The tests in quarantine that ran, each with who mends it and until when; empty where none did. The first line is the heading. */
export function quarantinedLines(run: RunState, width: number): readonly string[] {
  const tests = [...run.tasks.values()].flatMap((task) => [...task.quarantined.values()]);
  if (tests.length === 0) return [];
  const today = dayOf(run.startedAt ?? 0);
  const lines = tests
    .slice(0, maxTests)
    .flatMap((test) => [
      truncate(`  ${testLabel({ ...test, synthetic: false })}`, width),
      truncate(`    ${stateText(test)}`, width),
      truncate(`    ${oneLine(test.owner)}, ${leftText(test, today)}: ${oneLine(test.reason)}`, width),
    ]);
  const left = tests.length - Math.min(maxTests, tests.length);
  return [`${plural(tests.length, 'test')} in quarantine`, ...lines, ...(left > 0 ? [`  and ${left} more`] : [])];
}

function stateText({ passed, problems }: QuarantinedTest): string {
  if (passed) return 'passes: remove the entry?';
  const why = oneLine(plain(problems[0]?.message ?? '').split('\n')[0] ?? '');
  return why === '' ? 'failed' : `failed: ${why}`;
}

function leftText({ until }: QuarantinedTest, today: string): string {
  const days = daysBetween(today, until);
  return `${days === 0 ? 'last day' : `${plural(days, 'day')} left`} (until ${until})`;
}
