import { expect, it } from 'vitest';
import { explain } from '../../../src/categories/explain.ts';
import { countFiles, idleSelectors } from '../../../src/categories/membership.ts';
import { planJson, renderPlan } from '../../../src/commands/render-plan.ts';
import { isListed, listedKinds, renderList } from '../../../src/commands/render-list.ts';
import { plan } from '../../../src/categories/plan.ts';
import { category, config, facts, inputOf, suite } from './fixture.ts';

const workspace = config(
  [suite('backend'), suite('web', { framework: 'vitest', cwd: 'web', files: ['**/*.test.ts'], component: 'frontend' })],
  [
    category('unit', [{ files: ['unit/**'] }], { priority: 'high', description: 'fast ones' }),
    category('websocket', [{ files: ['**/*websocket*'] }, { files: ['mispelt/**'] }], { priority: 'low' }),
    category('e2e', [{ files: ['e2e/**'] }], { dependsOn: ['unit'] }),
    category('live', [{ files: ['live/**'] }], { environments: ['prod'] }),
    category('frontend', [{ suite: 'web' }]),
  ],
  { switches: { 'real-llm': { name: 'real-llm', description: 'call the model', env: { USE_REAL_LLM: 'true' } } } },
);
const files = {
  backend: ['e2e/test_b.py', 'live/test_l.py', 'stray/test_s.py', 'unit/test_a.py', 'unit/test_websocket.py'],
  web: ['web/a.test.ts', 'web/b\u001b[2J.test.ts'],
};
const input = inputOf({
  config: workspace,
  facts: facts(files, { slots: 2 }),
  request: { categories: ['e2e', 'websocket', 'live'], patterns: ['test_'] },
});

it('says why each task is in and why each category and file is out', () => {
  const explanation = explain(plan(input), input);
  expect(explanation.tasks).toEqual([
    { task: 'unit/backend/1', because: 'unit: dependency of e2e; 1 of 2 files, so that they run side by side' },
    {
      task: 'unit/backend/2',
      because: 'unit: dependency of e2e; its files are also in websocket; 1 of 2 files, so that they run side by side',
    },
    { task: 'e2e/backend', because: 'e2e: --category; waits until unit passed' },
    { task: 'live', because: 'live: --category' },
  ]);
  expect(explanation.categories).toEqual([
    { category: 'frontend', because: 'not selected' },
    { category: 'websocket', because: 'all of its files run in unit' },
    { category: 'live', because: 'it may not run in local (only in prod)' },
  ]);
  expect(explanation.files.map(({ file, reason, because }) => [file, reason, because])).toEqual([
    ['live/test_l.py', 'category', 'only in live, which does not run'],
    ['stray/test_s.py', 'uncategorised', 'in no category'],
    ['web/a.test.ts', 'category', 'only in frontend, which does not run'],
    ['web/b\u001b[2J.test.ts', 'category', 'only in frontend, which does not run'],
  ]);
});

it('shows a plan in 80 columns, without anything that a terminal would obey', () => {
  const made = plan(input);
  const text = renderPlan(made, {
    explanation: explain(made, input),
    warnings: ['x: cannot be read'],
    width: 80,
    servicesOff: false,
  });
  expect(text.replace(made.id, '<id>')).toMatchInlineSnapshot(`
    "demo in local: 3 tasks, 3 test files, 2 slots
    plan <id> --category=e2e --category=websocket --category=live --pat…

      unit               high       2 files, 2 tasks       dependency of e2e
      e2e                normal     1 file, 1 task         --category
      websocket          low        0 files, 0 tasks       --category
      live               normal     skipped                --category

    In expected order of start:
      unit/backend/1: 1 file, dependency
        unit: dependency of e2e; 1 of 2 files, so that they run side by side
          unit/test_a.py
      unit/backend/2: 1 file
        unit: dependency of e2e; its files are also in websocket; 1 of 2 files, so
        that they run side by side
          unit/test_websocket.py
      e2e/backend: 1 file
        e2e: --category; waits until unit passed
          e2e/test_b.py
      live: 1 file, skipped: not allowed in local (only in prod)
        live: --category
          live/test_l.py

    Left out: 3 test files in categories that do not run; 1 test file in no category

    Categories that do not run:
      frontend: not selected
      websocket: all of its files run in unit
      live: it may not run in local (only in prod)

    Test files that do not run:
      live/test_l.py: only in live, which does not run
      stray/test_s.py: in no category
      web/a.test.ts: only in frontend, which does not run
      web/b.test.ts: only in frontend, which does not run
    warning: x: cannot be read
    "
  `);
  // eslint-disable-next-line no-control-regex
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f]/);
  for (const line of text.split('\n')) expect(line.length).toBeLessThanOrEqual(80);
});

it('writes a plan as JSON with whole paths, and the explanation only when it was asked for', () => {
  const made = plan(input);
  const bare: unknown = JSON.parse(planJson(made, { explanation: null, warnings: [] }));
  expect(bare).toEqual({ format: 1, ...made, warnings: [] });
  expect(JSON.parse(planJson(made, { explanation: explain(made, input), warnings: [] }))).toHaveProperty(
    'explanation.files.length',
    4,
  );
});

it('names selectors that take nothing from a suite that has files', () => {
  expect(idleSelectors(workspace, files)).toEqual(['category websocket: no file of suite backend matches mispelt/**']);
});

const firstLine = {
  categories: 'unit       2 files  high    timeout 1m 00s                                         fast ones',
  suites: 'backend  5 files  pytest  cwd .                      **/test_*.py',
  services: 'the config defines no services',
  environments: 'local',
  layers: 'the config defines no layers',
  modes: 'the config defines no modes',
  switches: '--real-llm  sets USE_REAL_LLM  call the model',
};

it.each(listedKinds)('lists %s for people and for programs', (what) => {
  const counts = { suites: { backend: 5, web: 2 }, categories: countFiles(workspace, files) };
  expect(renderList(what, workspace, { counts, json: false, columns: 200 }).split('\n')[0]).toBe(firstLine[what]);
  const entries: unknown = JSON.parse(renderList(what, workspace, { counts, json: true, columns: 200 }));
  expect(Array.isArray(entries)).toBe(true);
});

it('gives an entry several lines where the terminal is narrow, and loses nothing', () => {
  const counts = { suites: {}, categories: countFiles(workspace, files) };
  const wide = renderList('categories', workspace, { counts, json: false, columns: 200 });
  const narrow = renderList('categories', workspace, { counts, json: false, columns: 40 });
  for (const line of narrow.split('\n')) expect(line.length).toBeLessThanOrEqual(40);
  expect(narrow.split(/\s+/)).toEqual(wide.split(/\s+/));
});

it('knows what can be listed', () => {
  expect(isListed('categories')).toBe(true);
  expect(isListed('toString')).toBe(false);
});
