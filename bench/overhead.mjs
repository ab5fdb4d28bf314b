// What it costs to run a task: 500 that do nothing and 50 that start Node, two at a time, beside xargs and everybody else. `--all` gives
// the 500 to nx and moon too, which takes them minutes.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare } from './support/compare.mjs';
import { profile } from './support/profile.mjs';
import { report } from './support/report.mjs';
import { taskRunners } from './support/task-runners.mjs';

const rounds = 5;
const all = process.argv.includes('--all');
const cli = resolve(import.meta.dirname, '../dist/runner.js');
const root = mkdtempSync(join(tmpdir(), 'runner-bench-overhead-'));
try {
  const many = await measure('many', 500, ['true']);
  const few = await measure('few', 50, ['node', '-e', '0']);
  const own = many.rows.find((row) => row.own);
  const floor = many.rows.find(({ name }) => name.startsWith('Node'));
  const peers = many.rows.filter(({ name }) => / \d+\.\d/.test(name));
  report({
    name: 'overhead',
    title: 'Overhead of a task',
    method:
      'Two at a time, caches off, tools that start tasks by `npm run` with an npm that only starts the task; runner with logs, process groups and JUnit. ' +
      `Median of ${rounds} interleaved rounds (peers 3; nx, moon and lage 1); ratios within a round.`,
    tables: [
      { title: '500 tasks that do nothing (true)', ...many },
      { title: '50 tasks that start Node (node -e 0)', ...few },
    ],
    values: {
      ...{ nothing: own.ratio, files: many.rows.findLast((row) => row.own).ratio },
      ...{ node: few.rows.find((row) => row.own).ratio },
      ...Object.fromEntries(peers.map((row) => [row.name.split(' ')[0], Number((own.wallMs / row.wallMs).toFixed(2))])),
    },
    notes: [
      `To start 500 processes from Node with a log file each, and nothing else, takes ${floor.ratio} x as long as xargs on this machine.`,
      profile([process.execPath, cli, '--progress', 'none'], { cwd: join(root, 'many/runner') }),
    ],
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

function measure(name, count, argv) {
  const contenders = taskRunners(join(root, name), count, argv);
  const left = all || count < 500 ? [] : ['nx', '@moonrepo/cli'];
  return compare(
    contenders.filter((one) => !left.includes(one.name.split(' ')[0])),
    { rounds },
  );
}
