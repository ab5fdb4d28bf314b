import { describe, expect, it } from 'vitest';
import { select } from '../../../src/categories/select.ts';
import { UsageError } from '../../../src/errors.ts';
import type { SelectionRequest } from '../../../src/model/selection.ts';
import { category, config, layer, request, suite } from './fixture.ts';

// e2e -> api -> database        critical -> smoke        staging_only (staging)
const workspace = config(
  [suite('backend', { component: 'netra' }), suite('web', { component: 'frontend' })],
  [
    category('smoke', [{}]),
    category('unit', [{}]),
    category('database', [{}], { excludeEnvironments: ['prod'] }),
    category('api', [{}], { dependsOn: ['database'] }),
    category('e2e', [{}], { dependsOn: ['api'] }),
    category('critical', [{}], { dependsOn: ['smoke'] }),
    category('staging_only', [{}], { environments: ['staging'] }),
  ],
  {
    layers: { fast: layer({ categories: ['smoke', 'unit', 'staging_only'] }) },
    modes: {
      nightly: {
        name: 'nightly',
        description: '',
        layers: ['fast'],
        categories: ['e2e'],
        environment: null,
        progress: null,
      },
    },
  },
);

function chosen(rest: Partial<SelectionRequest>): readonly string[] {
  return select(workspace, request(rest)).categories.map(({ name, because }) => `${name}: ${because}`);
}

function because(rest: Partial<SelectionRequest>, name: string): string | undefined {
  return select(workspace, request(rest)).excluded.find(({ category }) => category === name)?.because;
}

it.each<[string, Partial<SelectionRequest>, readonly string[]]>([
  ['a category', { categories: ['unit'] }, ['unit: --category']],
  [
    'its dependencies, apart and first',
    { categories: ['e2e'] },
    ['database: dependency of api', 'api: dependency of e2e', 'e2e: --category'],
  ],
  ['no dependencies with --no-deps', { categories: ['e2e'], withDependencies: false }, ['e2e: --category']],
  ['no dependencies for explicit files', { categories: ['e2e'], files: ['a.py'] }, ['e2e: --category']],
  [
    'a dependency that was asked for as chosen',
    { categories: ['e2e', 'api'], withDependencies: false },
    ['api: --category', 'e2e: --category'],
  ],
  ['a layer', { layers: ['fast'] }, ['smoke: layer fast', 'unit: layer fast']],
  [
    'a mode',
    { mode: 'nightly', withDependencies: false },
    ['smoke: layer fast of mode nightly', 'unit: layer fast of mode nightly', 'e2e: mode nightly'],
  ],
  [
    'a union, each with its first reason',
    { categories: ['unit'], layers: ['fast'] },
    ['unit: --category', 'smoke: layer fast'],
  ],
])('selects %s', (_what, rest, expected) => {
  expect(chosen(rest)).toEqual(expected);
});

it.each([[{}], [{ categories: ['all'] }]])('selects everything allowed in the environment for %j', (rest) => {
  const names = select(workspace, request(rest)).categories.map(({ name }) => name);
  expect(names).toEqual(['smoke', 'unit', 'database', 'api', 'e2e', 'critical']);
  expect(because(rest, 'staging_only')).toBe('it may not run in local (only in staging)');
});

describe('a category that may not run in the environment', () => {
  it('is kept as skipped when it was named', () => {
    const { categories } = select(workspace, request({ categories: ['staging_only'] }));
    expect(categories[0]?.skip).toEqual({ kind: 'environment', environment: 'local', allowed: ['staging'] });
  });

  it('is left out with a reason when it was not', () => {
    expect(because({ layers: ['fast'] }, 'staging_only')).toBe('it may not run in local (only in staging)');
  });

  it('counts as passed for what depends on it', () => {
    expect(chosen({ categories: ['api'], environment: 'prod' })).toEqual(['api: --category']);
    expect(because({ categories: ['api'], environment: 'prod' }, 'database')).toBe(
      'api depends on it, but it may not run in prod (only in local, staging) and counts as passed',
    );
  });
});

it('takes --exclude-category as stronger than anything, and an excluded dependency as passed', () => {
  expect(chosen({ categories: ['e2e', 'unit'], excludeCategories: ['api', 'unit'] })).toEqual(['e2e: --category']);
  expect(because({ categories: ['e2e'], excludeCategories: ['api'] }, 'api')).toBe(
    '--exclude-category; e2e depends on it and takes it as passed',
  );
});

describe('a name that is not defined', () => {
  it.each<[Partial<SelectionRequest>, string, string | null]>([
    [{ categories: ['untit'] }, 'category "untit" is not defined (did you mean "unit"?)', null],
    [{ excludeCategories: ['smok'] }, 'category "smok" is not defined (did you mean "smoke"?)', null],
    [{ layers: ['fats'] }, 'layer "fats" is not defined (did you mean "fast"?)', 'layers: fast'],
    [{ mode: 'nightli' }, 'mode "nightli" is not defined (did you mean "nightly"?)', 'modes: nightly'],
    [{ suites: ['backnd'] }, 'suite "backnd" is not defined (did you mean "backend"?)', 'suites: backend, web'],
    [{ components: ['fronted'] }, 'component "fronted" is not defined (did you mean "frontend"?)', null],
    [{ environment: 'stagin' }, 'environment "stagin" is not defined (did you mean "staging"?)', null],
    [{ categories: ['constructor'] }, 'category "constructor" is not defined', null],
    [{ excludeCategories: ['all'] }, '--exclude-category all leaves nothing to run', null],
  ])('%j is refused with what was probably meant', (rest, message, hint) => {
    const attempt = (): unknown => select(workspace, request(rest));
    expect(attempt).toThrow(UsageError);
    expect(attempt).toThrow(message);
    if (hint !== null) expect(attempt).toThrow(expect.objectContaining({ hint }));
  });

  it('is told together with every other one', () => {
    expect(() => select(workspace, request({ categories: ['nope', 'neither'], suites: ['none'] }))).toThrow(
      'category "nope" is not defined\ncategory "neither" is not defined\nsuite "none" is not defined',
    );
  });

  it('gets the hint "use --file" when it is a path', () => {
    expect(() => select(workspace, request({ categories: ['tests/a.py'] }), (word) => word === 'tests/a.py')).toThrow(
      expect.objectContaining({ hint: 'to run a path, write it first, or use --file tests/a.py' }),
    );
  });
});
