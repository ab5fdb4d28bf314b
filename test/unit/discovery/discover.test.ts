import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGlobs } from '../../../src/base/glob.ts';
import { catalogue } from '../../../src/categories/catalogue.ts';
import { discover } from '../../../src/discovery/discover.ts';
import { frameworks } from '../../../src/frameworks/index.ts';
import type { Discovery, Listing } from '../../../src/model/discovery.ts';

function found(files: Readonly<Record<string, string>>, ignored: readonly string[] = []): Discovery {
  const listing: Listing = {
    paths: Object.keys(files).toSorted(),
    text: (path) => files[path] ?? null,
    isIgnored: (path) => ignored.includes(path),
  };
  return discover(listing, {
    frameworks: [...frameworks.values()],
    categories: catalogue.map(({ name }) => name),
  });
}

/** Which suite, framework and category each file is in, as the globs say. */
function placesOf(discovery: Discovery, paths: readonly string[]): Readonly<Record<string, readonly string[]>> {
  const places: Record<string, string[]> = {};
  for (const suite of discovery.suites) {
    const globs = suite.files ?? frameworks.get(suite.framework)?.defaultFiles ?? [];
    const isOfSuite = compileGlobs(globs);
    const isOut = compileGlobs(suite.exclude);
    for (const path of paths) {
      if (suite.cwd !== '.' && !path.startsWith(`${suite.cwd}/`)) continue;
      const inside = suite.cwd === '.' ? path : path.slice(suite.cwd.length + 1);
      if (!isOfSuite(inside) || isOut(inside)) continue;
      for (const category of discovery.categories)
        for (const { suite: name, files } of category.tests)
          if (name === suite.name && (files === null || compileGlobs(files)(inside)))
            (places[path] ??= []).push(`${category.name} ${suite.framework} ${suite.cwd}`);
    }
  }
  return places;
}

const vitest = "import { test } from 'vitest';\ntest('a', () => undefined);";
const globals = "describe('a', () => { it('b', () => undefined); });";
const nodeTest = "import test from 'node:test';\ntest('a', () => undefined);";
const browser = "import { test } from '@playwright/test';\ntest('a', async () => undefined);";

describe('discover', () => {
  it.each<[string, Readonly<Record<string, string>>, Readonly<Record<string, readonly string[]>>]>([
    [
      'gives a test to the framework that it imports, whatever the package has beside',
      {
        'package.json': '{ "devDependencies": { "vitest": "1", "@playwright/test": "1", "jest": "1" } }',
        'a.test.ts': vitest,
        'tests/b.spec.ts': browser,
        'c.test.mjs': nodeTest,
        'd.test.ts': globals,
      },
      {
        'a.test.ts': ['unit vitest .'],
        'tests/b.spec.ts': ['e2e playwright .'],
        'c.test.mjs': ['unit node .'],
        'd.test.ts': ['unit jest .'],
      },
    ],
    [
      'takes what lies in the folder of a Playwright config for its tests, where the import does not say otherwise',
      {
        'package.json': '{ "devDependencies": { "vitest": "1" } }',
        'playwright.config.ts': "export default { testDir: './e2e' };",
        'e2e/a.spec.ts': "import { test } from './base';\ntest('a', async () => undefined);",
        'e2e/helpers.test.ts': vitest,
        'src/b.spec.ts': globals,
      },
      {
        'e2e/a.spec.ts': ['e2e playwright .'],
        'e2e/helpers.test.ts': ['e2e vitest .'],
        'src/b.spec.ts': ['unit vitest .'],
      },
    ],
    [
      'reads what Mocha is told to run',
      {
        'package.json': '{ "scripts": { "test": "mocha \'spec/**/*.js\'" }, "devDependencies": { "mocha": "1" } }',
        'spec/deep/a.js': globals,
        'spec/helper.js': 'exports.a = 1;',
        'lib/b.js': globals,
      },
      { 'spec/deep/a.js': ['unit mocha .'] },
    ],
    [
      'looks for pytest where its settings are, by the names that they give',
      {
        'services/a/pyproject.toml': '[tool.pytest.ini_options]\npython_files = ["check_*.py"]\n[tool.other]\n',
        'services/a/tests/check_a.py': 'def test_a(): pass',
        'services/a/tests/test_b.py': 'def test_b(): pass',
        'services/b/setup.py': '',
        'services/b/test_c.py': 'def test_c(): pass',
        'services/b/build/lib/test_c.py': 'def test_c(): pass',
        'test_d.py': 'def test_d(): pass',
        'services/b/test_helpers.py': 'LIMIT = 3',
      },
      {
        'services/a/tests/check_a.py': ['unit pytest services/a'],
        'services/b/test_c.py': ['unit pytest services/b'],
        'test_d.py': ['unit pytest .'],
      },
    ],
    [
      'runs each Go module by itself',
      {
        'go.mod': 'module a',
        'a_test.go': 'package a\nfunc TestA(t *testing.T) {}',
        'b/go.mod': 'module b',
        'b/b_integration_test.go': 'package b\nfunc TestB(t *testing.T) {}',
        'b/b_test.go': 'package b\nfunc TestB(t *testing.T) {}',
        'vendor/x/x_test.go': 'package x\nfunc TestX(t *testing.T) {}',
      },
      {
        'a_test.go': ['unit go .'],
        'b/b_integration_test.go': ['integration go b'],
        'b/b_test.go': ['unit go b'],
      },
    ],
    [
      'runs a Cargo workspace as one, and what it excludes by itself',
      {
        'Cargo.toml': '[workspace]\nmembers = ["a"]\nexclude = ["b"]',
        'a/Cargo.toml': '[package]\nname = "a"',
        'a/src/lib.rs': '#[test]\nfn a() {}',
        'b/Cargo.toml': '[package]\nname = "b"',
        'b/tests/b.rs': '#[tokio::test]\nasync fn b() {}',
        'c/src/lib.rs': 'fn c() {}',
      },
      { 'a/src/lib.rs': ['unit cargo .'], 'b/tests/b.rs': ['unit cargo b'], 'c/src/lib.rs': ['unit cargo .'] },
    ],
    [
      'leaves integration tests of Maven out where nothing would run them',
      {
        'pom.xml': '<modules><module>a</module></modules>',
        'a/pom.xml': '<project/>',
        'a/src/test/java/x/OneTest.java': 'class OneTest {}',
        'a/src/test/java/x/TwoIT.java': 'class TwoIT {}',
        'a/src/test/java/x/BaseTest.java': 'public abstract class BaseTest {}',
      },
      { 'a/src/test/java/x/OneTest.java': ['unit maven .'] },
    ],
    [
      'tells categories by the outermost folder that says what kind of test it is, then by the name, then by the component',
      {
        'package.json': '{ "devDependencies": { "vitest": "1" } }',
        'tests/unit/integration/a.test.ts': vitest,
        'tests/end-to-end/b.test.ts': vitest,
        'api/c.test.ts': vitest,
        'api/smoke/d.test.ts': vitest,
        'api/e.integration.test.ts': vitest,
        'src/f.test.ts': vitest,
      },
      {
        'tests/unit/integration/a.test.ts': ['unit vitest .'],
        'tests/end-to-end/b.test.ts': ['e2e vitest .'],
        'api/c.test.ts': ['api vitest .'],
        'api/smoke/d.test.ts': ['smoke vitest .'],
        'api/e.integration.test.ts': ['integration vitest .'],
        'src/f.test.ts': ['unit vitest .'],
      },
    ],
  ])('%s', (_, files, expected) => {
    expect(placesOf(found(files), Object.keys(files))).toEqual(expected);
  });

  it('leaves out what git ignores, and folders that are vendored, built, or data', () => {
    const files = {
      'package.json': '{ "devDependencies": { "vitest": "1" } }',
      'src/a.test.ts': vitest,
      'src/made/a.test.ts': vitest,
      'vendor/a.test.ts': vitest,
      'build/a.test.ts': vitest,
      'src/fixtures/a.test.ts': vitest,
      '.cache/a.test.ts': vitest,
    };
    const discovery = found(files, ['src/made/a.test.ts']);
    expect(Object.keys(placesOf(discovery, Object.keys(files)))).toEqual(['src/a.test.ts']);
  });

  it('says what looks like a test and is not run', () => {
    const { notes } = found({
      'package.json': '{ "scripts": { "test": "vitest" } }',
      'cypress/e2e/login.cy.ts': globals,
      'a.test.ts': "import test from 'ava';\ntest('a', () => undefined);",
      'b_test.go': 'package b',
      'c.test.ts': vitest,
    });
    expect(notes).toEqual([
      'a.test.ts and 1 more: no framework is known that runs it',
      'b_test.go: in no Go module (go.mod)',
    ]);
  });

  it('takes over what node:test needs to load the tests', () => {
    const { suites } = found({
      'package.json': '{ "scripts": { "test": "node --import tsx --test src/*.test.ts" } }',
      'src/a.test.ts': nodeTest,
    });
    expect(suites).toMatchObject([{ framework: 'node', args: ['--import', 'tsx'] }]);
  });

  it('names suites of equal folders after their paths', () => {
    const { suites } = found({
      'a/web/package.json': '{ "scripts": { "test": "vitest" } }',
      'a/web/a.test.ts': vitest,
      'b/web/package.json': '{ "scripts": { "test": "vitest" } }',
      'b/web/b.test.ts': vitest,
    });
    expect(suites.map(({ name }) => name)).toEqual(['a-web-vitest', 'b-web-vitest']);
  });

  it('puts every test of any tree into exactly one suite and one category', () => {
    const folder = fc.constantFrom('src', 'tests', 'unit', 'integration', 'api', 'e2e', 'a b', '[x]', 'web');
    const file = fc.constantFrom(
      'a.test.ts',
      'b.e2e.test.ts',
      'c.spec.ts',
      'test_d.py',
      'e_test.go',
      'f.smoke.spec.ts',
    );
    const path = fc
      .tuple(fc.array(folder, { maxLength: 4 }), file)
      .map(([folders, name]) => [...folders, name].join('/'));
    const text = (name: string): string =>
      name.endsWith('.py') ? 'def test_a(): pass' : name.endsWith('.go') ? 'func TestA(' : vitest;
    fc.assert(
      fc.property(fc.uniqueArray(path, { minLength: 1, maxLength: 20 }), (paths) => {
        const files = Object.fromEntries(paths.map((each) => [each, text(each)]));
        const all = { ...files, 'go.mod': 'module a', 'web/package.json': '{ "scripts": { "test": "vitest" } }' };
        const places = placesOf(found(all), Object.keys(all));
        expect(Object.keys(places).toSorted()).toEqual(paths.toSorted());
        expect(Object.values(places).filter(({ length }) => length !== 1)).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });
});
