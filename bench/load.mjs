// What a run costs runner itself: memory in a long run and while a child floods its log, CPU for the live tree.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compare } from './support/compare.mjs';
import { report } from './support/report.mjs';
import { runnerContender } from './support/task-runners.mjs';

const root = mkdtempSync(join(tmpdir(), 'runner-bench-load-'));
try {
  const flood = await measureFlood();
  const long = await compare([{ ...named('5,000 tasks', files('long', 5000, ['true']), 5000), cold: true }], {
    rounds: 1,
  });
  const tree = await measureTree();
  const [quiet, loud] = flood.rows;
  report({
    name: 'load',
    title: 'What a run costs runner itself',
    method: 'CPU includes that of the tasks. Memory: the peak of the largest process, which is runner.',
    tables: [
      { title: 'a child that prints', ...flood },
      { title: 'a long run of tasks that do nothing, 2 at a time', ...long },
      { title: '500 tasks of 20 ms, 2 at a time, on a terminal', ...tree },
    ],
    values: {
      flood: Number((loud.rssMiB - quiet.rssMiB).toFixed(1)),
      long: long.rows[0].rssMiB,
      tree: Number((tree.rows[2].cpuMs - tree.rows[0].cpuMs).toFixed(1)),
    },
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

function measureFlood() {
  const flood = 'yes "ok 1 - some test line of a moderate length" | head -c 2000000000';
  return compare(
    [named('nothing', files('quiet', 1, ['true']), 1), named('2 GB', files('loud', 1, ['sh', '-c', flood]), 1)],
    { rounds: 3 },
  );
}

function measureTree() {
  const folder = files('tree', 500, ['sleep', '0.02']);
  return compare(
    [
      { name: 'xargs -P2', argv: ['sh', '-c', 'seq 500 | xargs -P2 -I{} sleep 0.02'] },
      named('no progress', folder, 500),
      { ...named('live tree', folder, 500, ['--progress', 'tree']), terminal: true },
    ],
    { rounds: 3 },
  );
}

function named(name, folder, count, more = []) {
  return { ...runnerContender(folder, count, more), name };
}

/** A workspace of one suite with a task for each of its files. */
function files(name, count, command) {
  const folder = join(root, name);
  mkdirSync(join(folder, 'tests'), { recursive: true });
  for (let index = 0; index < count; index += 1) writeFileSync(join(folder, `tests/t${index}`), '');
  const suite = `{ framework: command, command: ${JSON.stringify(command)}, files: ["tests/*"], batch: file }`;
  writeFileSync(
    join(folder, 'runner.config.yaml'),
    `version: 1\nproject: bench\nworkers: 2\nsuites:\n  all: ${suite}\ncategories:\n  unit: { tests: [{ suite: all }] }\n`,
  );
  return folder;
}
