/**
 * What a benchmark has to reach, in the order in which docs/performance.md lists it: `bar` is the most that is allowed, with `atLeast` the
 * least. A benchmark hands its values to `report` by `id`.
 */
export const bars = [
  bar('start-up', 'version', '`runner --version` / `node -e 0`', 1.4, 'x'),
  bar('start-up', 'help', '`runner --help` / `node -e 0`', 1.6, 'x'),
  bar('plan', 'cold', 'plan of 21,000 test files, cold', 1000, 'ms'),
  bar('plan', 'second', 'plan of 21,000 test files, second time', 500, 'ms'),
  bar('plan', 'memory', 'plan of 21,000 test files, memory', 150, 'MiB'),
  bar('plan', 'files', 'plan of 500 files / turbo --dry=json of 500 packages', 1, 'x'),
  bar('plan', 'suites', 'plan of 500 suites / turbo --dry=json of 500 packages', 1, 'x'),
  bar('history', 'plan', 'what a history of 1,000,000 results adds to a plan', 100, 'ms'),
  bar('overhead', 'nothing', '500 tasks that do nothing, 2 at a time / xargs -P2', 2.5, 'x'),
  bar('overhead', 'files', '500 files of one suite, each a task that does nothing / xargs -P2', 2.5, 'x'),
  ...['turbo', 'wireit', 'concurrently', 'npm-run-all2', 'nx', 'lage', '@moonrepo/cli'].map((peer) =>
    bar('overhead', peer, `500 tasks that do nothing / ${peer}`, 1, 'x'),
  ),
  bar('overhead', 'node', '50 tasks `node -e 0` / xargs -P2', 1.2, 'x'),
  bar('makespan', 'history', '120 pytest files, 2 slots, with a history / lower bound', 1.08, 'x'),
  bar('makespan', 'none', '120 pytest files, 2 slots, no history / lower bound', 1.25, 'x'),
  bar('makespan', 'load', 'with a history / pytest -n 2 --dist load', 0.95, 'x'),
  bar('makespan', 'worksteal', 'with a history / pytest -n 2 --dist worksteal', 0.95, 'x'),
  bar('waiting', 'sequential', 'tests that wait: one after the other / runner -j 5', 2.5, 'x', true),
  bar('waiting', 'pytest', 'tests that wait: one process of pytest / runner -j 5', 2.5, 'x', true),
  bar('kept-services', 'start-up', "services left running: saved of the services' start-up", 90, '%', true),
  bar('kept-services', 'wall', 'services left running: saved of the run', 40, '%', true),
  bar('simulate', 'history', 'simulated: 120 files, 2 slots, noisy history / lower bound', 1.08, 'x'),
  bar('simulate', 'none', 'simulated: 120 files, 2 slots, no history / lower bound', 1.25, 'x'),
  bar('simulate', 'shards', 'simulated: slowest of 4 shards / mean, 400 files', 1.15, 'x'),
  bar('merge', 'large', 'merge of 1,000,000 cases in 200 files', 4000, 'ms'),
  bar('merge', 'memory', 'merge of 1,000,000 cases, memory', 150, 'MiB'),
  bar('merge', 'small', 'merge of 5,000 cases in 50 files', 250, 'ms'),
  bar('audit', 'files', 'guards over 21,000 files', 2000, 'ms'),
  bar('load', 'flood', 'memory for a child that prints 2 GB', 30, 'MiB'),
  bar('load', 'tree', 'CPU for 500 tasks on a terminal, beyond that of xargs', 2000, 'ms'),
  bar('load', 'long', 'memory in a run of 5,000 tasks', 120, 'MiB'),
  bar('growth', 'tests', 'memory of 1,000 tasks of 100 tests, end / middle', 1.1, 'x'),
  bar('growth', 'tasks', 'memory that each of 10,000 tasks leaves behind while they run', 6, 'KiB'),
  bar('growth', 'results', 'memory for each result in a merge of 1,000,000', 600, 'bytes'),
  bar('growth', 'files', 'open files at the end of these runs beyond those in the middle', 0, ''),
  bar('growth', 'services', 'open files for each of 200 services', 3, ''),
  bar('watching', 'memory', 'memory of a watch, after 500 runs / after 250', 1.1, 'x'),
  bar('watching', 'files', 'open files of a watch after 500 runs beyond those after 250', 0, ''),
  bar('queue', 'efficiency', '400 files on 4 machines, one late and one slow: ideal / actual', 0.95, '', true),
  bar('queue', 'batch', 'what a queue adds to a batch', 5, 'ms'),
  bar('queue', 'growth', '100,000 batches / 10,000 batches, time for each', 1.5, 'x'),
  bar('recording', 'on', '120 pytest files, recording on / off', 1.03, 'x'),
  bar('stream', 'pytest', 'pytest with the plugin / without, CPU', 1.15, 'x'),
  bar('stream', 'runner', 'runner with the plugin / without, CPU', 1.15, 'x'),
  bar('report-html', 'overview-10000', 'report.html of 10,000 tests, overview', 1000, 'ms'),
  bar('report-html', 'list-10000', 'report.html of 10,000 tests, all tests', 1000, 'ms'),
  bar('report-html', 'overview-100000', 'report.html of 100,000 tests, overview', 3000, 'ms'),
  bar('report-html', 'list-100000', 'report.html of 100,000 tests, all tests', 3000, 'ms'),
];

function bar(bench, id, what, limit, unit, atLeast = false) {
  return { bench, id, what, bar: limit, unit, atLeast };
}

/** Those of a benchmark, with what was measured; a value of `null` was not. */
export function judge(bench, values) {
  const own = bars.filter((one) => one.bench === bench);
  for (const id of Object.keys(values))
    if (!own.some((one) => one.id === id)) throw new Error(`there is no bar ${id} of ${bench}`);
  return own.map((one) => ({ ...one, value: values[one.id] ?? null, met: isMet(one, values[one.id]) }));
}

function isMet({ bar: limit, atLeast }, value) {
  if (value == null) return null;
  return atLeast ? value >= limit : value <= limit;
}
