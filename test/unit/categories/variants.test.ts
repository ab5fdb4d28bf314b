import { describe, expect, test } from 'vitest';
import { plan } from '../../../src/categories/plan.ts';
import { select } from '../../../src/categories/select.ts';
import { NothingSelectedError, UsageError } from '../../../src/errors.ts';
import type { Suite } from '../../../src/model/config.ts';
import type { Plan } from '../../../src/model/plan.ts';
import type { SelectionRequest } from '../../../src/model/selection.ts';
import { explain } from '../../../src/categories/explain.ts';
import { category, config, request, suite, traits } from './fixture.ts';

const variant = (of: string, name: string, rest: Partial<Suite> = {}): Suite =>
  suite(`${of}[${name}]`, { variantOf: { suite: of, variant: name }, ...rest });

const workspace = config(
  [variant('api', 'py38'), variant('api', 'py313'), variant('web', 'py313'), suite('plain')],
  [
    category('smoke', [{ suite: 'api', files: ['smoke/**'] }], { priority: 'critical' }),
    category('unit', [{ suite: 'api' }, { suite: 'web[py313]' }, { suite: 'plain' }]),
  ],
);
const api = ['smoke/test_s.py', 'unit/test_a.py'];
const facts = {
  files: { 'api[py38]': api, 'api[py313]': api, 'web[py313]': ['web/test_w.py'], plain: ['plain/test_p.py'] },
  durations: new Map<string, number>(),
  slots: 1,
};

function planned(rest: Partial<SelectionRequest>): Plan {
  return plan({ config: workspace, facts, traits, selection: select(workspace, request(rest)) });
}

function idsOf({ tasks }: Plan): readonly string[] {
  return tasks.map(({ id }) => id).sort();
}

describe('variants in a plan', () => {
  test('each run every file of theirs once, whatever categories the file is in', () => {
    const { tasks } = planned({});
    expect(tasks.map(({ id, files, alsoIn }) => [id, files, alsoIn]).sort()).toEqual([
      ['smoke/api[py313]', ['smoke/test_s.py'], ['unit']],
      ['smoke/api[py38]', ['smoke/test_s.py'], ['unit']],
      ['unit/api[py313]', ['unit/test_a.py'], []],
      ['unit/api[py38]', ['unit/test_a.py'], []],
      ['unit/plain', ['plain/test_p.py'], []],
      ['unit/web[py313]', ['web/test_w.py'], []],
    ]);
  });

  test.each<[string, Partial<SelectionRequest>, readonly string[]]>([
    ['the suite: all of them', { suites: ['api'] }, ['unit/api[py313]', 'unit/api[py38]']],
    ['one by its full name', { suites: ['api[py38]'] }, ['unit/api[py38]']],
    ['--variant, over all suites', { variants: ['py313'] }, ['unit/api[py313]', 'unit/web[py313]']],
    ['--variant and --suite', { variants: ['py313'], suites: ['api'] }, ['unit/api[py313]']],
    ['several', { variants: ['py313', 'py38'] }, ['unit/api[py313]', 'unit/api[py38]', 'unit/web[py313]']],
  ])('are chosen by %s', (_how, rest, ids) => {
    expect(idsOf(planned({ categories: ['unit'], excludeCategories: ['smoke'], ...rest }))).toEqual(ids);
  });

  test('are named by the command line that makes the plan again', () => {
    const { selection } = planned({ suites: ['api'], variants: ['py38'] });
    expect(selection).toEqual(['--suite=api', '--variant=py38']);
  });

  test('that are left out show why', () => {
    const selection = select(workspace, request({ variants: ['py313'] }));
    const input = { config: workspace, selection, facts, traits };
    expect(explain(plan(input), input).files).toEqual([
      { file: 'plain/test_p.py', suite: 'plain', reason: 'suite', because: 'not in variant py313' },
    ]);
  });

  test('of frameworks that build into their folder share its lock', () => {
    const inMaven = config(
      [
        variant('java', 'j17', { framework: 'maven', cwd: 'java' }),
        variant('java', 'j21', { framework: 'maven', cwd: 'java' }),
      ],
      [category('unit', [{ suite: 'java' }])],
    );
    const files = { 'java[j17]': ['java/ATest.java'], 'java[j21]': ['java/ATest.java'] };
    const { tasks } = plan({
      ...{ config: inMaven, facts: { ...facts, files }, traits, selection: select(inMaven, request()) },
    });
    expect(tasks.map(({ locks }) => locks)).toEqual([['maven:java'], ['maven:java']]);
  });
});

describe('a variant that is not there', () => {
  test('is an error with what was meant', () => {
    const chosen = (): unknown => select(workspace, request({ variants: ['py318'], suites: ['api[py39]'] }));
    expect(chosen).toThrow(UsageError);
    expect(chosen).toThrow('suite "api[py39]" is not defined (did you mean "api[py38]"?)');
    expect(chosen).toThrow('variant "py318" is not defined (did you mean "py38"?)');
  });

  test('in a suite of that name leaves nothing, which is no pass', () => {
    expect(() => planned({ suites: ['web'], variants: ['py38'] })).toThrow(NothingSelectedError);
  });
});
