import { compileGlobs, type PathMatcher } from '../base/glob.ts';
import type { Category, Config, Suite, TestSelector } from '../model/config.ts';
import type { FrameworkTraits } from '../model/plan.ts';
import { suitesNamed } from './variants.ts';

/** What the planner asks of a framework; a whole `Framework` fits. */
export interface PlannerTraits extends FrameworkTraits {
  /** Why the framework cannot express this `--keyword`; `null` = it can. */
  readonly keywordProblem?: (expression: string) => string | null;
  /** The same of `--markers`. */
  readonly markersProblem?: (expression: string) => string | null;
}

/** Stands for all of a suite that is not made of files. */
export const wholeSuite = '';

/** A part of a suite as a category takes it. */
export interface Member {
  readonly category: Category;
  readonly suite: Suite;
  readonly selector: TestSelector;
  /** Takes root-relative paths. */
  readonly matches: PathMatcher;
}

/** The members of a category, whole files before parts of files (`keyword`, `markers`), otherwise as written. */
export function membersOf(config: Config, category: Category): readonly Member[] {
  const members = category.tests.flatMap((selector) =>
    suitesNamed(config, selector.suite).map((suite) => ({
      ...{ category, suite, selector },
      matches: compileSelector(suite, selector),
    })),
  );
  return members.toSorted((a, b) => Number(isPartial(a.selector)) - Number(isPartial(b.selector)));
}

/** Whether only some of a file's tests are meant, which ones only the framework knows. */
export function isPartial(selector: TestSelector): boolean {
  return selector.keyword !== null || selector.markers !== null;
}

/** What a suite consists of: its root-relative files, or `wholeSuite`. */
export function unitsOf(
  suite: Suite,
  files: Readonly<Record<string, readonly string[]>>,
  traits: ReadonlyMap<string, PlannerTraits>,
): readonly string[] {
  const madeOfFiles = traits.get(suite.framework)?.hasFiles !== false || suite.files.length > 0;
  return madeOfFiles ? (files[suite.name] ?? []) : [wholeSuite];
}

/** Number of test files per category, for lists; a suite that is not made of files counts none. */
export function countFiles(
  config: Config,
  files: Readonly<Record<string, readonly string[]>>,
): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.values(config.categories).map((category) => {
      const own = new Set(
        membersOf(config, category).flatMap((member) => (files[member.suite.name] ?? []).filter(member.matches)),
      );
      return [category.name, own.size];
    }),
  );
}

/** Selectors that take no file although their suite has some: usually a misspelt glob. One message each. */
export function idleSelectors(config: Config, files: Readonly<Record<string, readonly string[]>>): readonly string[] {
  return Object.values(config.categories).flatMap((category) =>
    membersOf(config, category)
      .filter(({ suite, matches }) => (files[suite.name] ?? []).length > 0 && !(files[suite.name] ?? []).some(matches))
      .map(
        ({ suite, selector }) =>
          `category ${category.name}: no file of suite ${suite.name} matches ${(selector.files ?? []).join(', ')}`,
      ),
  );
}

/** Whether a root-relative path is, or would be if it were there, a test file of a suite. */
export function isFileOf({ cwd, files, exclude }: Suite): PathMatcher {
  const wanted = compileGlobs(files);
  const unwanted = compileGlobs(exclude);
  const prefix = cwd === '.' ? '' : `${cwd}/`;
  return (path) => {
    const own = path.slice(prefix.length);
    return path.startsWith(prefix) && wanted(own) && !unwanted(own);
  };
}

function compileSelector(suite: Suite, selector: TestSelector): PathMatcher {
  if (selector.files === null) return () => true;
  const matches = compileGlobs(selector.files);
  if (suite.cwd === '.') return matches;
  const prefix = `${suite.cwd}/`;
  return (path) => path.startsWith(prefix) && matches(path.slice(prefix.length));
}
