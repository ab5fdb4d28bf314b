import { daysBetween, isDay } from '../base/calendar.ts';
import { problemAt } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
import type { Problem } from './source.ts';

/** A test that is put away for longer is not going to be mended. */
const mostDays = 90;

/** Entries that last too long, or say the same test twice. */
export function checkQuarantine(context: CheckContext): readonly Problem[] {
  const entries = context.input.quarantine ?? [];
  const first = new Map<string, number>();
  return entries.flatMap(({ test, until }, index) => {
    const problems: Problem[] = [];
    const days = isDay(until) ? daysBetween(context.today, until) : 0;
    if (days > mostDays) {
      const message = `${JSON.stringify(test)} is in quarantine for ${days} days more; at most ${mostDays} are allowed, so that it is looked at again`;
      problems.push(problemAt(context, ['quarantine', index, 'until'], { message }));
    }
    const before = first.get(test);
    if (before === undefined) first.set(test, index);
    else {
      const message = `${JSON.stringify(test)} is in quarantine already, by entry ${before + 1}: keep one of them`;
      problems.push(problemAt(context, ['quarantine', index, 'test'], { message }));
    }
    return problems;
  });
}
