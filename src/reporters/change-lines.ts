import { groupDigits, plural } from '../base/text.ts';
import type { PlannedChanges } from '../model/changes.ts';

/** What has changed and what runs for that, a line each, `most` reasons at most. */
export function changeLines(changes: PlannedChanges, most: number): readonly string[] {
  const { since, files, everything } = changes;
  const when = since === null ? '' : ` since ${since.ref} (${since.commit.slice(0, 8)})`;
  const head = `${plural(files, 'file')} changed${when}`;
  if (everything !== null) return [`${head}: everything runs, for ${everything}`];
  const reasons = [
    ...changes.categories.map(({ name, because }) => `category ${name}: ${because}`),
    ...changes.suites.map(({ name, because }) => `suite ${name}: ${because}`),
    ...changes.testFiles.map(({ name, because }) => `${name}: ${because}`),
  ];
  const rest = reasons.length - most;
  return [
    `${head}; what they concern runs`,
    ...reasons.slice(0, most),
    ...(rest > 0 ? [`and ${groupDigits(rest)} more`] : []),
  ];
}
