import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { collecting } from '../../../src/frameworks/collecting.ts';
import { framework } from '../../support/framework.ts';
import { npmTools, workspaceWith } from '../../support/npm-tools.ts';
import { repository, runFramework } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';
import { describeWith } from '../../support/tools.ts';

const made: string[] = [];
afterEach(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })));

/** Lists the tests of a framework for real. */
async function collect(name: string, options: RunFrameworkOptions): Promise<FrameworkRun> {
  const lister = collecting(framework(name));
  if (lister === null) throw new Error(`${name} cannot list its tests`);
  return runFramework(lister, options);
}

/** `file::name` of what was listed, sorted; of equal names, each. */
function listed({ statuses }: FrameworkRun): readonly string[] {
  return Object.entries(statuses)
    .flatMap(([id, status]) => status.split('+').flatMap((one) => (one === 'error' || one === 'failed' ? [] : [id])))
    .sort();
}

/** The first line of what is wrong, by file. */
function problems({ cases }: FrameworkRun): Readonly<Record<string, string | undefined>> {
  const bad = cases.filter(({ status }) => status === 'error' || status === 'failed');
  return Object.fromEntries(bad.map(({ name, problems: [first] }) => [name, first?.message.split('\n')[0]]));
}

/** Tests that would be seen if they ran, hooks that would, and one file that cannot be loaded. */
interface JsFixture {
  readonly name: string;
  readonly packages: readonly string[];
  readonly extension: string;
  readonly head: string;
}

const scripted: readonly JsFixture[] = [
  { name: 'jest', packages: ['jest@30.5.2'], extension: 'test.cjs', head: 'const ran = require("./ran.cjs");' },
  {
    name: 'mocha',
    packages: ['mocha@12.0.3'],
    extension: 'spec.cjs',
    head: 'const ran = require("./ran.cjs"); const test = it; const beforeAll = before;',
  },
  {
    name: 'vitest',
    packages: [],
    extension: 'test.ts',
    head: 'import { beforeAll, describe, test } from "vitest"; import { createRequire } from "node:module"; const ran = createRequire(import.meta.url)("./ran.cjs");',
  },
  {
    name: 'playwright',
    packages: ['@playwright/test@1.65.1'],
    extension: 'spec.mjs',
    head: 'import { test } from "@playwright/test"; import ran from "./ran.cjs"; const { beforeAll, describe } = test;',
  },
];

function filesOf({ extension, head }: JsFixture): Readonly<Record<string, string>> {
  const all = `${head}
beforeAll(() => ran());
test('adds two numbers', () => ran());
describe('outer', () => {
  beforeAll(() => ran());
  for (const word of ['a b', 'ü<x>']) test('takes ' + word, () => ran());
  test.skip('later', () => ran());
});
`;
  return {
    'package.json': '{}',
    'jest.config.cjs': 'module.exports = {};',
    'playwright.config.mjs': 'export default {};',
    'ran.cjs': 'module.exports = () => require("node:fs").appendFileSync(__dirname + "/ran.txt", "x");',
    [`all.${extension}`]: all,
    [`more.${extension}`]: `${head}\ntest('alone', () => ran());\n`,
  };
}

describe.each(scripted)('$name', { timeout: 60_000 }, (fixture) => {
  const { name, packages, extension } = fixture;
  // Vitest is the repository's own.
  const tools = packages.length === 0 ? null : npmTools(...packages);
  const isMissing = tools?.kind === 'missing';
  const workspace = (more: Readonly<Record<string, string>> = {}): string => {
    const root = workspaceWith(tools ?? { kind: 'missing', reason: '' }, { ...filesOf(fixture), ...more });
    made.push(root);
    return root;
  };
  const runIn = (root: string, options: Partial<RunFrameworkOptions>): Promise<FrameworkRun> =>
    collect(name, { root, pathPrefix: [join(root, 'node_modules/.bin')], ...options });
  const [all, more, broken] = [`all.${extension}`, `more.${extension}`, `broken.${extension}`];
  const whole = [
    `${all}::adds two numbers`,
    `${all}::outer > later`,
    `${all}::outer > takes a b`,
    `${all}::outer > takes ü<x>`,
  ];
  const hasRun = (root: string): boolean => {
    try {
      return readFileSync(join(root, 'ran.txt')).length > 0;
    } catch {
      return false;
    }
  };

  it.skipIf(isMissing)(
    'lists every test of the files and no other, and runs neither tests nor hooks',
    async () => {
      const root = workspace();
      const found = await runIn(root, { files: [all] });
      expect([found.outcome, listed(found)], found.log).toEqual([{ kind: 'passed' }, whole]);
      expect(hasRun(root)).toBe(false);
    },
  );

  it.skipIf(isMissing)('lists what a keyword or ids choose', async () => {
    const root = workspace();
    const chosen = await runIn(root, { files: [all, more], keyword: 'takes and not "a b"' });
    expect([chosen.outcome, listed(chosen)]).toEqual([{ kind: 'passed' }, [`${all}::outer > takes ü<x>`]]);
    const named = await runIn(root, { files: [all], tests: { [all]: ['outer > takes a b'] } });
    expect([named.outcome, listed(named)]).toEqual([{ kind: 'passed' }, [`${all}::outer > takes a b`]]);
    const none = await runIn(root, { files: [all], keyword: 'nothing' });
    expect([none.outcome, listed(none)]).toEqual([{ kind: 'no-tests' }, []]);
    expect(hasRun(root)).toBe(false);
  });

  it.skipIf(isMissing)('tells of a file that cannot be loaded', async () => {
    const root = workspace({ [broken]: "test('is never seen', () => {\n" });
    const found = await runIn(root, { files: [all, broken] });
    expect([found.outcome, Object.keys(problems(found))]).toEqual([{ kind: 'tests-failed' }, [broken]]);
    // Playwright lists nothing then.
    expect(listed(found)).toEqual(name === 'playwright' ? [] : whole);
    expect(hasRun(root)).toBe(false);
  });
});

describeWith(['go', 'version'], 'go', () => {
  const folder = 'test/fixtures/frameworks/go';
  const id = (file: string, test: string): string => `${folder}/${file}::${test}`;
  const run = (files: readonly string[], options: Partial<RunFrameworkOptions> = {}): Promise<FrameworkRun> =>
    collect('go', { root: repository, suiteCwd: folder, files, ...options });

  it('lists the test functions that the files declare', async () => {
    const found = await run(['plain/plain_test.go', 'plain/helper_test.go']);
    expect([found.outcome, listed(found)], found.log).toEqual([
      { kind: 'passed' },
      ['FuzzSeeds', 'TestAdds', 'TestTable'].map((test) => id('plain/plain_test.go', test)),
    ]);
    expect(found.cases[0]).toMatchObject({ className: 'example.com/fixture/plain', line: 5 });
  });

  it('lists what a keyword or ids choose', async () => {
    const plain = 'plain/plain_test.go';
    expect(listed(await run([plain, 'plain/other_test.go'], { keyword: 'adds or other' }))).toEqual([
      id('plain/other_test.go', 'TestOther'),
      id(plain, 'TestAdds'),
    ]);
    expect(listed(await run([plain], { tests: { [plain]: ['TestTable/a/b'] } }))).toEqual([id(plain, 'TestTable')]);
  });

  it('tells of packages that cannot be built, and lists the others', async () => {
    const found = await run(['broken/broken_test.go', 'plain/other_test.go']);
    expect(found.outcome).toEqual({ kind: 'tests-failed' });
    expect(problems(found)).toEqual({
      'broken/broken_test.go':
        'its package cannot be built or listed: broken/broken_test.go:5:32: undefined: undefined',
    });
    expect(listed(found)).toEqual(['Example', 'TestOther'].map((test) => id('plain/other_test.go', test)));
  });
});

describeWith(['cargo', '--version'], 'cargo', () => {
  beforeAll(() => {
    process.env['CARGO_TARGET_DIR'] = join(tmpdir(), 'runner-cargo-fixture');
  });
  const folder = 'test/fixtures/frameworks/cargo';
  const id = (file: string, test: string): string => `${folder}/${file}::${test}`;
  const run = (files: readonly string[], options: Partial<RunFrameworkOptions> = {}): Promise<FrameworkRun> =>
    collect('cargo', { root: repository, suiteCwd: folder, files, slots: 2, ...options });
  const lib = 'plain/src/lib.rs';

  it('lists unit, integration and documentation tests, and starts no harness of its own', async () => {
    const found = await run([lib, 'plain/tests/works.rs', 'plain/tests/own.rs', 'plain/tests/extra.rs']);
    expect([found.outcome, listed(found)], found.log).toEqual([
      { kind: 'passed' },
      [
        id(lib, 'plain/src/lib.rs - (line 1)'),
        id(lib, 'plain/src/lib.rs - add (line 5)'),
        id(lib, 'tests::adds'),
        id(lib, 'tests::overflows'),
        id('plain/tests/works.rs', 'adds'),
        id('plain/tests/works.rs', 'adds_more'),
      ],
    ]);
    expect(found.log).not.toContain('a harness of its own');
  });

  it('lists what a keyword or ids choose', async () => {
    expect(listed(await run([lib, 'plain/tests/works.rs'], { keyword: 'adds and not more' }))).toEqual([
      id(lib, 'tests::adds'),
      id('plain/tests/works.rs', 'adds'),
    ]);
    expect(listed(await run([lib], { tests: { [lib]: ['tests::overflows'] } }))).toEqual([id(lib, 'tests::overflows')]);
  });

  it('tells of targets that cannot be built, and lists the others', async () => {
    const found = await run(['broken/src/lib.rs', 'plain/tests/works.rs', 'plain/tests/gone.rs']);
    expect(found.outcome).toEqual({ kind: 'tests-failed' });
    expect(Object.keys(problems(found))).toEqual(['plain/tests/gone.rs', 'fixture-broken']);
    expect(listed(found)).toEqual([id('plain/tests/works.rs', 'adds'), id('plain/tests/works.rs', 'adds_more')]);
  });
});

describe('node, maven and command', () => {
  it.each(['node', 'maven', 'command'])('%s knows its tests only when they run', (name) => {
    expect(collecting(framework(name))).toBeNull();
  });
});
