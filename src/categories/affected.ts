import type { ChangedPath, Concerned, PlannedChanges } from '../model/changes.ts';
import { createAffectsRules, type AffectsInput } from './affects-rules.ts';

/** What changes are held against. */
export interface AffectedInput extends AffectsInput {
  /** Of the test files those whose text names one of `changed`, as what imports it does, each with the one that it names. */
  readonly naming: (changed: ReadonlySet<string>) => ReadonlyMap<string, string>;
}

/** What a change concerns, before anybody chooses among it. */
export type Affected = Omit<PlannedChanges, 'since'>;

/** How many of the files that concern nothing are told by name. */
const mostIgnored = 20;

/**
 * Which tests a change concerns. A test file concerns itself and what names it, other files what lists them under `affects`; whatever
 * has no rule, and what builds or configures all of it, concerns everything, so that no test is lost.
 */
export function findAffected(paths: readonly ChangedPath[], input: AffectedInput): Affected {
  const reachOf = createAffectsRules(input);
  const everything: string[] = [];
  const ignored: string[] = [];
  const categories = new Map<string, string[]>();
  const suites = new Map<string, string[]>();
  const testFiles = new Map<string, string[]>();
  const changedTests = new Set<string>();
  for (const changed of paths) {
    const { path } = changed;
    const reach = reachOf(changed);
    if (reach.kind === 'everything') everything.push(`${path} ${reach.because}`);
    else if (reach.kind === 'nothing') ignored.push(path);
    else {
      for (const name of reach.categories) add(categories, name, path);
      for (const name of reach.suites) add(suites, name, path);
      for (const name of reach.files) add(testFiles, name, path);
      if (reach.files.includes(path)) changedTests.add(path);
    }
  }
  if (changedTests.size > 0 && everything.length === 0)
    for (const [file, named] of input.naming(changedTests)) add(testFiles, file, named);
  return {
    files: paths.length,
    everything: everything.length === 0 ? null : `${everything[0] ?? ''}${others(everything.length)}`,
    categories: concerned(categories),
    suites: concerned(suites),
    testFiles: concerned(testFiles),
    ignored: ignored.slice(0, mostIgnored),
  };
}

function add(found: Map<string, string[]>, name: string, path: string): void {
  const paths = found.get(name);
  if (paths === undefined) found.set(name, [path]);
  else paths.push(path);
}

function concerned(found: ReadonlyMap<string, readonly string[]>): readonly Concerned[] {
  return [...found].map(([name, paths]) => {
    // Its own change says most.
    const first = paths.includes(name) ? name : (paths[0] ?? '');
    const because = first === name ? 'it changed' : `${first} changed`;
    return { name, because: `${because}${others(new Set(paths).size)}` };
  });
}

function others(count: number): string {
  return count <= 1 ? '' : ` and ${count - 1} more`;
}
