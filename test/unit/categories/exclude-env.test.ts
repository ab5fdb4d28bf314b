import { expect, test } from 'vitest';
import { select } from '../../../src/categories/select.ts';
import { category, config, request, suite } from './fixture.ts';

const workspace = config(
  [suite('backend')],
  [
    category('unit', [{}]),
    category('remote', [{}], { environments: ['staging', 'local'] }),
    category('live', [{}], { environments: ['local', 'prod'], dependsOn: ['remote'] }),
  ],
);

test('--exclude-env leaves out categories that are meant for an environment, also dependencies, and says so', () => {
  const { categories, excluded } = select(workspace, request({ excludeEnvironments: ['staging'] }));
  expect(categories.map(({ name }) => name)).toEqual(['unit', 'live']);
  expect(excluded).toEqual([
    { category: 'remote', because: expect.stringMatching(/^--exclude-env staging/) as string },
  ]);
});

test('a category for every environment is meant for none in particular', () => {
  const { categories } = select(workspace, request({ excludeEnvironments: ['staging', 'prod', 'local'] }));
  expect(categories.map(({ name }) => name)).toEqual(['unit']);
});

test('an unknown environment is refused', () => {
  expect(() => select(workspace, request({ excludeEnvironments: ['stagin'] }))).toThrow(
    'environment "stagin" is not defined (did you mean "staging"?)',
  );
});
