import { compileGlobs, type PathMatcher } from '../base/glob.ts';
import type { ChangedPath } from '../model/changes.ts';
import type { Config, Suite } from '../model/config.ts';
import type { PlanFacts } from '../model/plan.ts';
import { affectsAll } from './affects-all.ts';
import { isFileOf, type PlannerTraits } from './membership.ts';

/** What the rules are made from. */
export interface AffectsInput {
  readonly config: Config;
  /** Root-relative test files of each suite. */
  readonly files: PlanFacts['files'];
  readonly traits: ReadonlyMap<string, PlannerTraits>;
  /** Root-relative files that the config consists of. */
  readonly configFiles: readonly string[];
}

/** What one changed file concerns. */
export type Reach =
  | { readonly kind: 'everything'; readonly because: string }
  | { readonly kind: 'nothing' }
  | {
      readonly kind: 'some';
      readonly categories: readonly string[];
      readonly suites: readonly string[];
      readonly files: readonly string[];
    };

/** The rules of a config as one question about a changed file. */
export function createAffectsRules(input: AffectsInput): (changed: ChangedPath) => Reach {
  const { config, configFiles } = input;
  const mapped = createMapping(config);
  const tests = createTestRules(input);
  const isIgnored = matcher(config.settings.affectsNothing);
  return ({ path, kind }) => {
    if (configFiles.includes(path)) return everything('is part of the config');
    if (kind === 'repository') return everything('is a repository of its own');
    const all = isIgnored(path) ? null : affectsAll(path);
    if (all !== null) return everything(all);
    const map = mapped(path);
    const isMapped = map.categories.length + map.suites.length > 0;
    const test = tests.reach(path);
    if (test !== null) {
      if (test.isSource && !isMapped) return everything('is source as well as a test');
      return { kind: 'some', ...map, files: test.files, suites: [...new Set([...map.suites, ...test.suites])] };
    }
    if (isMapped) return { kind: 'some', ...map, files: [] };
    if (isIgnored(path)) return { kind: 'nothing' };
    // What is gone may have been needed by those that are left.
    const was = kind === 'deleted' ? tests.formerSuites(path) : [];
    return was.length > 0 ? { kind: 'some', categories: [], suites: was, files: [] } : everything('is in no "affects"');
  };
}

function everything(because: string): Reach {
  return { kind: 'everything', because };
}

/** What lists a path under `affects`. */
function createMapping(
  config: Config,
): (path: string) => { readonly categories: readonly string[]; readonly suites: readonly string[] } {
  const rulesOf = (
    items: Readonly<Record<string, { readonly name: string; readonly affects?: readonly string[] }>>,
  ): ((path: string) => readonly string[]) => {
    const rules = Object.values(items).map(({ name, affects }) => ({ name, matches: matcher(affects) }));
    return (path) => rules.filter(({ matches }) => matches(path)).map(({ name }) => name);
  };
  const [categories, suites, services] = [rulesOf(config.categories), rulesOf(config.suites), rulesOf(config.services)];
  return (path) => ({
    categories: [
      ...new Set([...categories(path), ...services(path).flatMap((name) => categoriesNeeding(name, config))]),
    ],
    suites: suites(path),
  });
}

/** Also those that need it through another service. */
function categoriesNeeding(service: string, { categories, services }: Config): readonly string[] {
  const needers = new Set([service]);
  for (const one of needers)
    for (const { name, needs } of Object.values(services)) if (needs.includes(one)) needers.add(name);
  return Object.values(categories)
    .filter(({ needs }) => needs.some((name) => needers.has(name)))
    .map(({ name }) => name);
}

interface TestRules {
  /** What a change to a test file reaches of the suites; `null` = it is none. */
  reach(
    path: string,
  ): { readonly isSource: boolean; readonly files: readonly string[]; readonly suites: readonly string[] } | null;
  /** Suites that a file that is gone belonged to. */
  formerSuites(path: string): readonly string[];
}

function createTestRules({ config, files, traits }: AffectsInput): TestRules {
  const suites = Object.values(config.suites);
  const listed = Map.groupBy(
    suites.flatMap((suite) => (files[suite.name] ?? []).map((file) => ({ file, suite }))),
    ({ file }) => file,
  );
  const globs = suites.map((suite) => ({ name: suite.name, matches: isFileOf(suite) }));
  const reachOf = ({ framework }: Suite): string => traits.get(framework)?.changeReaches ?? 'file';
  return {
    reach(path) {
      const of = listed.get(path)?.map(({ suite }) => suite);
      if (of === undefined) return null;
      const neighbours = of
        .filter((suite) => reachOf(suite) === 'folder')
        .flatMap(({ name }) => (files[name] ?? []).filter((file) => folderOf(file) === folderOf(path)));
      return {
        isSource: of.some((suite) => reachOf(suite) === 'everything'),
        files: [...new Set([path, ...neighbours])],
        suites: of.filter((suite) => reachOf(suite) === 'suite').map(({ name }) => name),
      };
    },
    formerSuites: (path) => globs.filter(({ matches }) => matches(path)).map(({ name }) => name),
  };
}

function matcher(globs: readonly string[] | undefined): PathMatcher {
  return globs === undefined || globs.length === 0 ? () => false : compileGlobs(globs);
}

function folderOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/') + 1);
}
