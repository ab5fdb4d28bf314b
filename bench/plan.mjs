// How long it takes to plan: 21,000 test files, with the machine's caches emptied and again; 500 tasks beside `turbo --dry=json`.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare } from './support/compare.mjs';
import { makeMonorepo } from './support/monorepo.mjs';
import { report } from './support/report.mjs';
import { taskRunners } from './support/task-runners.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const root = mkdtempSync(join(tmpdir(), 'runner-bench-plan-'));
try {
  const large = await planLarge(join(root, 'large'));
  const dry = await planMany(join(root, 'many'));
  const [cold, second] = large.rows;
  const ratioOf = (name) => dry.rows.find((row) => row.name === name).ratio;
  const turbo = dry.rows[0].name.startsWith('turbo') ? dry.rows[0] : null;
  report({
    name: 'plan',
    title: 'Planning',
    method:
      'Median of 7 interleaved rounds. Cold: after the caches of the file system were emptied, where that is permitted.',
    tables: [
      { title: '21,000 test files of pytest in 7 categories', ...large },
      { title: '500 tasks', ...dry },
    ],
    values: {
      ...{ cold: cold.wallMs, second: second.wallMs, memory: second.rssMiB },
      ...(turbo === null
        ? {}
        : { files: ratioOf('runner plan, 500 files'), suites: ratioOf('runner plan, 500 suites') }),
    },
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

function planLarge(folder) {
  makeMonorepo(folder, 21_000);
  const contender = { own: true, cwd: folder, argv: [process.execPath, cli, 'plan'], check: plansTests };
  return compare([
    { ...contender, name: 'runner plan, cold', prepare: emptyCaches },
    { ...contender, name: 'runner plan, second time' },
  ]);
}

async function planMany(folder) {
  const contenders = taskRunners(folder, 500, ['true']);
  const turbo = contenders.find(({ name }) => name.startsWith('turbo'));
  const runner = contenders.find(({ own }) => own);
  const files = join(folder, 'files');
  mkdirSync(join(files, 'tests'), { recursive: true });
  for (let index = 0; index < 500; index += 1) writeFileSync(join(files, `tests/test_${index}.py`), '');
  const suite = '{ framework: pytest, files: ["tests/test_*.py"], batch: file }';
  writeFileSync(
    join(files, 'runner.config.yaml'),
    `version: 1\nproject: bench\nsuites:\n  backend: ${suite}\ncategories:\n  unit: { tests: [{ suite: backend }] }\n`,
  );
  const argv = [process.execPath, cli, 'plan'];
  return compare([
    ...(turbo === undefined
      ? []
      : [
          {
            ...turbo,
            name: `${turbo.name} --dry=json`,
            argv: [...turbo.argv, '--dry=json'],
            rounds: 7,
            check: undefined,
          },
        ]),
    { name: 'runner plan, 500 files', own: true, cwd: files, argv, check: plansTests },
    { name: 'runner plan, 500 suites', own: true, cwd: runner.cwd, argv, check: plansTests },
  ]);
}

function plansTests(result) {
  if (!/500 tasks|21,000 (test )?files/.test(result.output())) throw new Error(result.output().slice(0, 500));
}

function emptyCaches() {
  try {
    execFileSync('sync');
    writeFileSync('/proc/sys/vm/drop_caches', '3');
  } catch {
    // Only root may; what is measured is then the same as the second time.
  }
}
