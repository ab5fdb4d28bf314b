// How good orders, batches and shards are: the real planner and the real scheduler over made-up durations, 200 seeds each.
// "npm run bench -- simulate [seeds]". Nothing is started; times are simulated, so that the machine does not matter.
import { createSharder } from '../src/categories/sharding.ts';
import { cutTasks } from '../src/categories/plan.ts';
import { findWork } from '../src/categories/work.ts';
import { forecast } from '../src/execution/forecast.ts';
import { frameworks } from '../src/frameworks/index.ts';

const seeds = Number(process.argv[2] ?? 200);
const startUpMs = 400;

const lists = ['categories', 'excludeCategories', 'layers', 'suites', 'components', 'patterns', 'files'];
const request = {
  ...Object.fromEntries(lists.map((name) => [name, []])),
  ...{ environment: 'local', mode: null, keyword: null, markers: null, withDependencies: true },
};

const machine = (given) => (seed) => makespan({ seed, slots: 2, suites: { py: 120 }, ...given });
const rows = [
  ['120 pytest files, 2 slots, history', machine({ history: 'noisy' }), 1.08],
  ['120 pytest files, 2 slots, exact history', machine({ history: 'exact' }), null],
  ['120 pytest files, 2 slots, no history', machine({ history: 'none' }), 1.25],
  ['120 pytest files, 8 slots, history', machine({ history: 'noisy', slots: 8 }), null],
  ['1,000 pytest files, 8 slots, history', machine({ history: 'noisy', slots: 8, suites: { py: 1000 } }), null],
  [
    'pytest and vitest, half each, 4 slots, history',
    machine({ history: 'noisy', slots: 4, suites: { py: 80, web: 80 } }),
    null,
  ],
  [
    'pytest and vitest 1:4, 4 slots, history',
    machine({ history: 'noisy', slots: 4, suites: { py: 40, web: 160 } }),
    null,
  ],
  [
    'pytest and three vitest suites, 4 slots, history',
    machine({ history: 'noisy', slots: 4, suites: { py: 60, web: 60, ui: 60, api: 60 } }),
    null,
  ],
  ['400 files in 4 shards: slowest / mean', (seed) => shards({ seed, files: 400, total: 4 }), 1.15],
  ['400 files in 8 shards: slowest / mean', (seed) => shards({ seed, files: 400, total: 8 }), null],
  [
    '400 files in 4 shards, no history: slowest / mean',
    (seed) => shards({ seed, files: 400, total: 4, history: 'none' }),
    null,
  ],
];
console.log(`${'time / lower bound'.padEnd(52)} median    p95    max   bar`);
for (const [name, measure, bar] of rows) {
  const values = Array.from({ length: seeds }, (_, seed) => measure(seed + 1)).sort((a, b) => a - b);
  const at = (part) => values[Math.min(values.length - 1, Math.floor(part * values.length))].toFixed(3);
  const verdict = bar === null ? '' : `${bar.toFixed(2)} ${Number(at(0.5)) <= bar ? 'met' : 'NOT MET'}`;
  console.log(`${name.padEnd(52)}  ${at(0.5)}  ${at(0.95)}  ${at(1)}   ${verdict}`);
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

/** mulberry32, and normal numbers by Box and Muller. */
function createRandom(seed) {
  let state = seed * 0x9e3779b9;
  const uniform = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  return { uniform, normal: () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform()) };
}
