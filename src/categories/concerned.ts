import { guardSuite } from '../base/guard-names.ts';
import type { PlannedChanges } from '../model/changes.ts';
import type { Suite } from '../model/config.ts';

/** Whether changes concern a file (or whole suite) that these categories take. */
export type Concerns = (suite: Suite, file: string, categories: readonly string[]) => boolean;

/** What changed, as one question; everything is concerned where nobody asked. */
export function createConcerns(changes: PlannedChanges | undefined): Concerns {
  if (!narrows(changes)) return () => true;
  const names = (found: PlannedChanges['categories']): ReadonlySet<string> => new Set(found.map(({ name }) => name));
  const [categories, suites, files] = [names(changes.categories), names(changes.suites), names(changes.testFiles)];
  return (suite, file, takenBy) =>
    // Guards look into any file.
    (suite.framework === guardSuite && changes.files > 0) ||
    files.has(file) ||
    suites.has(suite.name) ||
    takenBy.some((name) => categories.has(name));
}

/** Whether changes leave out what they do not concern. */
export function narrows(changes: PlannedChanges | undefined): changes is PlannedChanges {
  return changes?.everything === null;
}
