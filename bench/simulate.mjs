// How good orders, batches and shards are: the real planner and the real scheduler over made-up durations, 200 seeds each.
// "npm run bench -- simulate [seeds]". Nothing is started; times are simulated, so that the machine does not matter.
import { createSharder } from '../src/categories/sharding.ts';
import { cutTasks } from '../src/categories/plan.ts';
import { findWork } from '../src/categories/work.ts';
import { forecast } from '../src/execution/forecast.ts';
import { frameworks } from '../src/frameworks/index.ts';
import { createRandom } from './support/random.mjs';
import { report } from './support/report.mjs';

const seeds = Number(process.argv[2] ?? 200);
const startUpMs = 400;

const lists = ['categories', 'excludeCategories', 'layers', 'suites', 'components', 'patterns', 'files'];
const request = {
  ...Object.fromEntries(lists.map((name) => [name, []])),
  ...{ environment: 'local', mode: null, keyword: null, markers: null, withDependencies: true },
};

const machine = (given) => (seed) => makespan({ seed, slots: 2, suites: { py: 120 }, ...given });
const rows = [
  ['120 pytest files, 2 slots, history', machine({ history: 'noisy' }), 'history'],
  ['120 pytest files, 2 slots, exact history', machine({ history: 'exact' })],
  ['120 pytest files, 2 slots, no history', machine({ history: 'none' }), 'none'],
  ['120 pytest files, 8 slots, history', machine({ history: 'noisy', slots: 8 })],
  ['1,000 pytest files, 8 slots, history', machine({ history: 'noisy', slots: 8, suites: { py: 1000 } })],
  [
    'pytest and vitest, half each, 4 slots, history',
    machine({ history: 'noisy', slots: 4, suites: { py: 80, web: 80 } }),
  ],
  ['pytest and vitest 1:4, 4 slots, history', machine({ history: 'noisy', slots: 4, suites: { py: 40, web: 160 } })],
  [
    'pytest and three vitest suites, 4 slots, history',
    machine({ history: 'noisy', slots: 4, suites: { py: 60, web: 60, ui: 60, api: 60 } }),
  ],
  ['400 files in 4 shards: slowest / mean', (seed) => shards({ seed, files: 400, total: 4 }), 'shards'],
  ['400 files in 8 shards: slowest / mean', (seed) => shards({ seed, files: 400, total: 8 })],
  [
    '400 files in 4 shards, no history: slowest / mean',
    (seed) => shards({ seed, files: 400, total: 4, history: 'none' }),
  ],
];
const body = rows.map(([name, measure]) => {
  const values = Array.from({ length: seeds }, (_, seed) => measure(seed + 1)).sort((a, b) => a - b);
  return [name, ...[0.5, 0.95, 1].map((part) => quantile(values, part).toFixed(3))];
});
const medianOf = (bar) => Number(body[rows.findIndex(([, , id]) => id === bar)][1]);
report({
  name: 'simulate',
  title: 'Simulated orders and shards',
  method: `The real planner and the real scheduler over made-up durations: lognormal, known by a history that is off by 30 % and does not know every tenth file; ${seeds} seeds. Nothing is started.`,
  tables: [{ title: 'time / lower bound', head: ['', 'median', '95 %', 'worst'], body }],
  values: { history: medianOf('history'), none: medianOf('none'), shards: medianOf('shards') },
});

function quantile(sorted, part) {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}

/** The time that a plan takes, by the times that the tests really need, over what no plan could beat. */
function makespan({ seed, slots, suites, history }) {
  const world = createWorld({ seed, suites, history });
  const plan = { tasks: cutTasks(workOf(world, slots)), slots };
  const took = forecast(plan, (task) => realTime(task, world));
  const all = [...world.real.values()];
  const total = all.reduce((sum, ms) => sum + ms, 0);
  return took / Math.max(total / slots + startUpMs, Math.max(...all) + startUpMs);
}

/** The slowest shard over the mean of all, by the times that the tests really need. */
function shards({ seed, files, total, history = 'noisy' }) {
  const world = createWorld({ seed, suites: { py: files }, history });
  const { shards: cut } = createSharder(workOf(world, 2)).cut(total);
  const times = cut.map(({ work }) =>
    work.flatMap((one) => one.files).reduce((sum, file) => sum + world.real.get(file), 0),
  );
  return Math.max(...times) / (times.reduce((sum, ms) => sum + ms, 0) / total);
}

/** A process runs its files one after the other, or in workers of its own that take the next one when they are free. */
function realTime(task, { real }) {
  const workers = Array.from({ length: frameworks.get(task.framework).ownWorkers ? task.slots : 1 }, () => 0);
  for (const file of task.files) {
    workers.sort((a, b) => a - b);
    workers[0] += real.get(file);
  }
  return startUpMs + Math.max(...workers);
}

/** Files with lognormal times, half a second on average; the history is off by 30 % and does not know every tenth. */
function createWorld({ seed, suites, history }) {
  const random = createRandom(seed);
  const real = new Map();
  const known = new Map();
  const files = {};
  for (const [suite, count] of Object.entries(suites)) {
    files[suite] = Array.from({ length: count }, (_, index) => `${suite}/test_${String(index).padStart(4, '0')}.py`);
    for (const file of files[suite]) {
      const ms = 500 * Math.exp(1.1 * random.normal() - 1.1 ** 2 / 2);
      real.set(file, ms);
      if (history === 'exact') known.set(file, ms);
      else if (history === 'noisy' && random.uniform() >= 0.1) known.set(file, ms * Math.exp(0.3 * random.normal()));
    }
  }
  return { files, real, known, history };
}

function workOf({ files, known, history }, slots) {
  const names = Object.keys(files);
  const startUp = new Map(history === 'none' ? [] : names.map((name) => [name, startUpMs]));
  const selection = { categories: [{ name: 'unit', role: 'chosen', because: '', skip: null }], excluded: [] };
  return findWork({
    config: {
      ...{
        project: 'simulated',
        environment: 'local',
        settings: { slowAfterMs: 0 },
        layers: {},
        modes: {},
        quarantine: [],
      },
      suites: Object.fromEntries(names.map((name) => [name, suite(name)])),
      categories: { unit: category('unit', names) },
    },
    selection: { ...selection, request },
    facts: { files, durations: known, startUp, slots },
    traits: frameworks,
  });
}

function suite(name) {
  const framework = name === 'py' ? 'pytest' : 'vitest';
  return { name, framework, cwd: '.', files: ['**'], batch: 'auto', timeoutMs: null, component: null };
}

function category(name, suites) {
  return {
    ...{
      name,
      priority: 'normal',
      needs: [],
      dependsOn: [],
      after: [],
      conflicts: [],
      locks: [],
      slots: 1,
      retries: 0,
    },
    ...{ exclusive: false, timeoutMs: 0, slowAfterMs: null, missingService: 'fail', flaky: 'pass', allowEmpty: false },
    tests: suites.map((suite) => ({ suite, files: null, keyword: null, markers: null })),
  };
}
