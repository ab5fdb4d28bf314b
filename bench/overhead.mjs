// What it costs to run a task: 500 that do nothing and 50 that start Node, two at a time, beside xargs and everybody else.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare } from './support/compare.mjs';
import { profile } from './support/profile.mjs';
import { report } from './support/report.mjs';
import { taskRunners } from './support/task-runners.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const root = mkdtempSync(join(tmpdir(), 'runner-bench-overhead-'));
try {
  const many = await measure('many', 500, ['true'], 9);
  const few = await measure('few', 50, ['node', '-e', '0'], 9);
  const own = many.rows.find((row) => row.own);
  const floor = many.rows.find(({ name }) => name.startsWith('Node'));
  const quickest = many.rows
    .filter(({ name }) => /\d$/.test(name) && !name.includes(' -P'))
    .toSorted((a, b) => a.wallMs - b.wallMs)[0];
  report({
    name: 'overhead',
    title: 'Overhead of a task',
    method:
      'Two at a time, caches off, tools that start tasks by `npm run` with an npm that only starts the task; runner with logs, process groups and JUnit. ' +
      'Median of 9 interleaved rounds (peers 5); ratios within a round.',
    tables: [
      { title: '500 tasks that do nothing (true)', ...many },
      { title: '50 tasks that start Node (node -e 0)', ...few },
    ],
    bars: [
      { what: '500 x true, runner / xargs -P2', bar: 2.5, value: own.ratio, unit: 'x' },
      {
        what: `500 x true, runner / the quickest of the others (${quickest.name})`,
        bar: 1,
        value: Number((own.wallMs / quickest.wallMs).toFixed(2)),
        unit: 'x',
      },
      { what: '50 x node -e 0, runner / xargs -P2', bar: 1.2, value: few.rows.find((row) => row.own).ratio, unit: 'x' },
    ],
    notes: [
      `To start 500 processes from Node with a log file each, and nothing else, takes ${floor.ratio} x as long as xargs on this machine.`,
      profile([process.execPath, cli, '--progress', 'none'], { cwd: join(root, 'many/runner') }),
    ],
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

function measure(name, count, argv, rounds) {
  return compare(taskRunners(join(root, name), count, argv), { rounds });
}
