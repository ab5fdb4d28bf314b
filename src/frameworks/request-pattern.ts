import type { TaskRequest } from './framework.ts';
import { parseKeyword } from './keyword.ts';
import { keywordPattern } from './name-pattern.ts';
import { namedTests } from './selected-tests.ts';

/** Source of a regular expression over full names for the keyword and the named tests of a request; `null` = all tests. */
export function requestPattern(request: TaskRequest, exact: (name: string) => string): string | null {
  const tests = namedTests(request);
  const named = tests === null ? '' : `(?:${tests.map((name) => exact(name)).join('|')})`;
  if (request.keyword === null) return tests === null ? null : named;
  const parsed = parseKeyword(request.keyword);
  // Unreadable is refused before the run; here it selects nothing, which is never a pass.
  return parsed.kind === 'problem' ? '(?!)' : `${keywordPattern(parsed.keyword)}${named}`;
}
