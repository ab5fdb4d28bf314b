import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { collecting } from '../../../src/frameworks/collecting.ts';
import { collect, listed, problems } from '../../support/collect.ts';
import { framework } from '../../support/framework.ts';
import { npmTools, workspaceWith } from '../../support/npm-tools.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';

const made: string[] = [];
afterEach(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })));

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

  it.skipIf(isMissing)('lists every test of the files and no other, and runs neither tests nor hooks', async () => {
    const root = workspace();
    const found = await runIn(root, { files: [all] });
    expect([found.outcome, listed(found)], found.log).toEqual([{ kind: 'passed' }, whole]);
    expect(hasRun(root)).toBe(false);
  });

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

describe('node, maven and command', () => {
  it.each(['node', 'maven', 'command'])('%s knows its tests only when they run', (name) => {
    expect(collecting(framework(name))).toBeNull();
  });
});
