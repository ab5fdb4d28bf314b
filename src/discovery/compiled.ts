import { compileGlobs } from '../base/glob.ts';
import type { Listing } from '../model/discovery.ts';
import { someFiles } from './found-suite.ts';
import type { Found, FoundSuite } from './found-suite.ts';
import { literalsOf, onlyLiteral } from './literals.ts';
import { folderOf, fromFolder, inFolder, isBelow, nameOf, resolveFolder, upwards } from './paths.ts';

/** A suite for each module of Go that has tests. */
export function findGo(listing: Listing, own: readonly string[]): Found {
  const modules = new Set(own.filter((path) => nameOf(path) === 'go.mod').map(folderOf));
  const files = own.filter((path) => path.endsWith('_test.go') && !/(?:^|\/)_/.test(path));
  const groups = Map.groupBy(files, (path) => upwards(folderOf(path)).find((folder) => modules.has(folder)) ?? null);
  const outside = groups.get(null) ?? [];
  const suites = [...groups].flatMap(([cwd, own]): readonly FoundSuite[] => {
    if (cwd === null) return [];
    const holdsTests = own.some((path) => /^func (?:Test|Example|Fuzz)/m.test(listing.text(path) ?? ''));
    return holdsTests ? [{ framework: 'go', cwd, files: own, evidence: [inFolder(cwd, 'go.mod')] }] : [];
  });
  return { suites, notes: outside.length === 0 ? [] : [`${someFiles(outside)}: in no Go module (go.mod)`] };
}

/** A suite for each Cargo workspace, and for each package that is in none. */
export function findCargo(
  listing: Listing,
  own: readonly string[],
  { targets }: { readonly targets: readonly string[] },
): Found {
  const manifests = own.filter((path) => nameOf(path) === 'Cargo.toml');
  const texts = new Map(manifests.map((path) => [folderOf(path), listing.text(path) ?? '']));
  const isTarget = compileGlobs(targets);
  const rust = own.filter((path) => path.endsWith('.rs'));
  const homeOf = (path: string): string | null => {
    const above = upwards(folderOf(path));
    const member = above.find((folder) => texts.has(folder));
    if (member === undefined) return null;
    const workspace = above.find((folder) => {
      const text = texts.get(folder) ?? '';
      if (!/^\s*\[workspace[\].]/m.test(text) || !isBelow(member, folder)) return false;
      const excluded = onlyLiteral(literalsOf(text, 'exclude')) ?? [];
      return folder === member || excluded.length === 0 || !compileGlobs(excluded)(fromFolder(member, folder));
    });
    return workspace ?? member;
  };
  const groups = Map.groupBy(rust, homeOf);
  const suites = [...groups].flatMap(([cwd, own]): readonly FoundSuite[] => {
    if (cwd === null || !own.some((path) => rustTests.test(listing.text(path) ?? ''))) return [];
    const files = own.filter((path) => isTarget(fromFolder(path, cwd)));
    return files.length === 0 ? [] : [{ framework: 'cargo', cwd, files, evidence: [inFolder(cwd, 'Cargo.toml')] }];
  });
  return { suites, notes: [] };
}

const rustTests =
  /#\[(?:[\w:]+::)?(?:test|rstest|test_case|quickcheck|wasm_bindgen_test)\b|\bproptest!|^\s*\/\/[/!]\s*```/m;

/** A suite for each Maven project that is no module of another. */
export function findMaven(
  listing: Listing,
  own: readonly string[],
  { tests }: { readonly tests: readonly string[] },
): Found {
  const poms = new Map(
    own.filter((path) => nameOf(path) === 'pom.xml').map((path) => [folderOf(path), listing.text(path) ?? '']),
  );
  const parentOf = new Map<string, string>();
  for (const [folder, text] of poms) {
    for (const [, said = ''] of text.matchAll(/<module>\s*([^<]+?)\s*<\/module>/g)) {
      const module = resolveFolder(folder, said.replace(/\/?pom\.xml$/, ''));
      if (module !== null && module !== folder) parentOf.set(module, folder);
    }
  }
  const rootOf = (folder: string, steps = 0): string => {
    const parent = parentOf.get(folder);
    return parent === undefined || steps > 50 ? folder : rootOf(parent, steps + 1);
  };
  const isTest = compileGlobs(tests);
  const left: string[] = [];
  const groups = new Map<string, string[]>();
  for (const path of own.filter((candidate) => isTest(candidate))) {
    const module = upwards(folderOf(path)).find((folder) => poms.has(folder));
    if (module === undefined || isAbstract(path, listing.text(path) ?? '')) continue;
    const root = rootOf(module);
    const isIntegration = /^(?:IT.*|.*IT|.*ITCase)\.\w+$/.test(nameOf(path));
    if (
      isIntegration &&
      ![root, module].some((folder) => poms.get(folder)?.includes('maven-failsafe-plugin') === true)
    ) {
      left.push(path);
      continue;
    }
    groups.set(root, [...(groups.get(root) ?? []), path]);
  }
  const all = new Set(own);
  const suites = [...groups].map(([cwd, files]): FoundSuite => ({
    ...{ framework: 'maven', cwd, files, evidence: [inFolder(cwd, 'pom.xml')] },
    ...(all.has(inFolder(cwd, 'mvnw')) ? { command: ['./mvnw'] } : {}),
  }));
  return {
    suites,
    notes:
      left.length === 0
        ? []
        : [`${someFiles(left)}: integration tests of Maven, and no pom.xml has the Failsafe plugin`],
  };
}

/** What other tests inherit from runs by itself in no framework. */
function isAbstract(path: string, text: string): boolean {
  const name = nameOf(path).replace(/\.\w+$/, '');
  return new RegExp(
    `\\b(?:abstract\\s+(?:\\w+\\s+)*class|interface|@interface|enum)\\s+${name.replace(/\$/g, '\\$')}\\b`,
  ).test(text);
}

/** What is up to date writes no new reports, and old ones do not count; a daemon would be ended with the tests as something that they left. */
const gradleWords = ['--no-daemon', 'cleanTest', 'test', '--continue'];

/** A suite for each build of Gradle: a command that leaves JUnit XML. */
export function findGradle(own: readonly string[]): Found {
  const all = new Set(own);
  const folders = own.filter((path) => /^build\.gradle(?:\.kts)?$/.test(nameOf(path))).map(folderOf);
  const settings = own.filter((path) => /^settings\.gradle(?:\.kts)?$/.test(nameOf(path))).map(folderOf);
  const tests = own.filter((path) =>
    /(?:^|\/)src\/\w*[tT]est\w*\/(?:java|kotlin|groovy|scala)\/.*\.(?:java|kt|groovy|scala)$/.test(path),
  );
  const groups = Map.groupBy(tests, (path) => {
    const above = upwards(folderOf(path));
    return (
      above.find((folder) => settings.includes(folder)) ?? above.find((folder) => folders.includes(folder)) ?? null
    );
  });
  const suites = [...groups].flatMap(([cwd, files]): readonly FoundSuite[] => {
    if (cwd === null || !upwards(folderOf(files[0] ?? '')).some((folder) => folders.includes(folder))) return [];
    const evidence = ['settings.gradle', 'settings.gradle.kts', 'build.gradle', 'build.gradle.kts'];
    return [
      {
        ...{ framework: 'command', cwd, files },
        evidence: evidence
          .map((name) => inFolder(cwd, name))
          .filter((path) => all.has(path))
          .slice(0, 1),
        command: [all.has(inFolder(cwd, 'gradlew')) ? './gradlew' : 'gradle', ...gradleWords],
        junit: ['**/build/test-results/**/*.xml'],
      },
    ];
  });
  return { suites, notes: [] };
}
