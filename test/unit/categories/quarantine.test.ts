import { expect, it } from 'vitest';
import { lostQuarantine } from '../../../src/categories/quarantine.ts';
import type { SelectionRequest } from '../../../src/model/selection.ts';
import { category, config, e2eFiles, inputOf, planOf, suite, unitFiles, workspace } from './fixture.ts';

const entry = (test: string, until = '2026-09-01') => ({ test, owner: 'team', until, reason: '#1' });

/** For one entry on 2026-08-20: its tasks, and whether it can be stale; empty where it does not concern the run. */
function planned(test: string, request: Partial<SelectionRequest> = {}, until = '2026-09-01'): readonly string[] {
  const made = planOf({
    ...workspace,
    config: { ...workspace.config, quarantine: [entry(test, until)] },
    facts: { ...workspace.facts, today: '2026-08-20' },
    request,
  });
  return (made.quarantine ?? []).map(
    ({ tasks, isWhole, expired }) =>
      `${tasks.join(' ')}${isWhole ? ', whole' : ''}${expired === true ? ', expired' : ''}`,
  );
}

const [unitFile = ''] = unitFiles;

it.each<[string, string, Partial<SelectionRequest>, readonly string[]]>([
  ['a file that runs whole', `${unitFile}::test_x`, { categories: ['unit'] }, ['unit/backend/1, whole']],
  ['a file of another category', `${e2eFiles[0] ?? ''}::test_x`, { categories: ['unit'] }, []],
  ['a file that is left out', `${unitFile}::test_x`, { patterns: ['*websocket*'] }, []],
  ['one test of its file', `${unitFile}::test_x`, { files: [`${unitFile}::test_y`] }, ['unit/backend']],
  ['by keyword', `${unitFile}::test_x`, { files: [unitFile], keyword: 'y' }, ['unit/backend']],
  [
    'a file that is gone',
    'tests/unit/test_gone.py::x',
    { categories: ['unit'] },
    ['unit/backend/1 unit/backend/2, whole'],
  ],
  ['a gone file, of another category', 'tests/unit/test_gone.py::x', { categories: ['performance'] }, []],
  ['a gone file, narrowed', 'tests/unit/test_gone.py::x', { patterns: ['*websocket*'] }, ['unit/backend']],
  ['what has no file', 'performance::load', { categories: ['performance'] }, ['performance/load']],
  ['what has no file and does not run', 'performance::load', { categories: ['unit'] }, []],
])('%s', (_title, test, request, expected) => {
  expect(planned(test, request)).toEqual(expected);
});

it.each([
  ['2026-08-19', ', expired'],
  ['2026-08-20', ''],
])('until %s it counts%s', (until, expired) => {
  expect(planned(`${unitFile}::x`, { files: [unitFile] }, until)).toEqual([`unit/backend, whole${expired}`]);
});

it('a file that two suites have is whole only when both run', () => {
  const twice = {
    ...workspace,
    config: config([suite('py312'), suite('py313')], [category('unit', [{ suite: 'py312' }, { suite: 'py313' }])], {
      quarantine: [entry(`${unitFile}::x`)],
    }),
    facts: { ...workspace.facts, files: { py312: [unitFile], py313: [unitFile] } },
  };
  expect(planOf(twice).quarantine).toMatchObject([{ tasks: ['unit/py312', 'unit/py313'], isWhole: true }]);
  expect(planOf({ ...twice, request: { suites: ['py312'] } }).quarantine).toMatchObject([
    { tasks: ['unit/py312'], isWhole: false },
  ]);
});

it('an entry that no suite can ever tell of is said to be lost', () => {
  const given = (tests: readonly string[], suites = [suite('backend')]): readonly string[] =>
    lostQuarantine(
      inputOf({
        ...workspace,
        config: config(suites, [category('unit', [{}])], { quarantine: tests.map((test) => entry(test)) }),
      }),
    );
  expect(given([`${unitFile}::x`, 'tests/unit/test_gone.py::x', 'src/app.py::x'])).toEqual([
    'quarantine: src/app.py::x: no suite has a file src/app.py; correct the entry or remove it',
  ]);
  expect(given(['src/app.py::x'], [suite('backend'), suite('load', { framework: 'command', files: [] })])).toEqual([]);
});

it('a plan says nothing of a quarantine that it does not need', () => {
  expect(planOf(workspace)).not.toHaveProperty('quarantine');
});
