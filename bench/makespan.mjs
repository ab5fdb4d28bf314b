// How close a run comes to the shortest time that is possible: 120 pytest files on two slots, with a history and without one, beside
// pytest-xdist on the same tests. Each round has other files. `npm run bench -- makespan [rounds]`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare, median } from './support/compare.mjs';
import { pythonPeer, pythonPeers } from './support/peers.mjs';
import { makePytestFiles } from './support/pytest-files.mjs';
import { report } from './support/report.mjs';
import { baseEnv, openStopwatch } from './support/stopwatch.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const rounds = Number(process.argv[2] ?? 3);
const [slots, count, totalSeconds] = [2, 120, 60];

const python = pythonPeer('pytest-xdist', 'python');
if (python === null) throw new Error('pytest-xdist cannot be installed: nothing to compare with');
const root = mkdtempSync(join(tmpdir(), 'runner-bench-makespan-'));
const history = join(root, 'history.sqlite');
/** In the round that is under way. */
let tests = 0;
try {
  writeConfig();
  const startUpMs = await measureStartUp();
  const ratios = new Map();
  const contenders = [
    { ...runner('runner, no history', ['--history', history]), prepare: nextFiles },
    runner('runner, history of one run', ['--history', history]),
    xdist('load'),
    xdist('worksteal'),
  ].map((contender) => ({ ...contender, check: (result) => check(contender, result, { ratios, startUpMs }) }));
  const { rows } = await compare(contenders, { rounds });
  const toBound = ({ name }) => Number(median(ratios.get(name).map(({ toBound }) => toBound)).toFixed(3));
  const toPeer = ({ name }) => {
    const [own, peer] = [ratios.get(contenders[1].name), ratios.get(name)];
    return Number(median(own.map(({ wallMs }, round) => wallMs / peer[round].wallMs)).toFixed(3));
  };
  report({
    name: 'makespan',
    title: 'Order and batches',
    method:
      `${count} pytest files with lognormal times (sigma 1.1) that add up to ${totalSeconds} s, each of one to six equal tests, which compute for a fifth of their time and wait for the rest; other files in each of ${rounds} rounds. ` +
      `The lower bound is max(total / ${slots}, longest file), by the times of the tests in that very run, and one start of pytest (${startUpMs.toFixed(0)} ms). The history is that of the run without one.`,
    tables: [{ title: `${count} files, ${slots} at a time`, rows }],
    values: {
      ...{ none: toBound(contenders[0]), history: toBound(contenders[1]) },
      ...{ load: toPeer(contenders[2]), worksteal: toPeer(contenders[3]) },
    },
    notes: [
      `The lower bound / what xdist took for the same tests, which nobody can go below: ${contenders
        .slice(2)
        .map(({ name }) => `${name} ${(1 / toBound({ name })).toFixed(3)}`)
        .join(', ')}.`,
      `Time / lower bound, round by round: ${[...ratios].map(([name, all]) => `${name} ${all.map((one) => one.toBound.toFixed(3)).join(', ')}`).join('; ')}.`,
    ],
    versions: { 'pytest-xdist': pythonPeers['pytest-xdist'].version },
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

function writeConfig() {
  const suite = `{ framework: pytest, command: [${JSON.stringify(python)}, -m, pytest], files: ["tests/test_*.py"] }`;
  writeFileSync(
    join(root, 'runner.config.yaml'),
    `version: 1\nproject: bench\nworkers: ${slots}\nsuites:\n  backend: ${suite}\ncategories:\n  unit: { tests: [{ suite: backend }] }\n`,
  );
}

/** What one start of pytest takes: a file with a test that does nothing. */
async function measureStartUp() {
  const folder = join(root, 'start-up');
  mkdirSync(folder);
  writeFileSync(join(folder, 'test_nothing.py'), 'def test_nothing():\n    pass\n');
  const stopwatch = openStopwatch();
  const times = [];
  for (let run = 0; run < 8; run += 1) {
    const { wallMs } = await stopwatch.run({ argv: [python, '-m', 'pytest', '-q', 'test_nothing.py'], cwd: folder });
    if (run > 0) times.push(wallMs);
  }
  stopwatch.close();
  return median(times);
}

/** Everybody finds the files compiled: who comes first shall not pay for the others. */
function nextFiles(round) {
  const files = makePytestFiles(root, { seed: round, count, totalSeconds });
  const collected = spawnSync(python, ['-m', 'pytest', '--collect-only', '-q', 'tests'], {
    cwd: root,
    env: baseEnv(),
    encoding: 'utf8',
  });
  tests = files.reduce((sum, file) => sum + file.tests, 0);
  if (!collected.stdout.includes(`${tests} tests collected`)) throw new Error(collected.stdout + collected.stderr);
  ['', '-wal', '-shm'].forEach((part) => rmSync(history + part, { force: true }));
}

function runner(name, more) {
  const argv = [process.execPath, cli, '--progress', 'none', ...more];
  return { name, own: true, cwd: root, cold: true, argv, junit: 'reports/junit.xml' };
}

function xdist(dist) {
  const argv = [python, '-m', 'pytest', '-q', '-n', String(slots), '--dist', dist, '--junitxml=xdist.xml', 'tests'];
  return { name: `pytest -n ${slots} --dist ${dist}`, cwd: root, cold: true, argv, junit: 'xdist.xml' };
}

function check({ name, junit }, { wallMs }, { ratios, startUpMs }) {
  const report = readFileSync(join(root, junit), 'utf8');
  const cases = [...report.matchAll(/<testcase [^>]*classname="(?:backend\.)?tests\.(\w+)[^>]* time="([\d.]+)"/g)];
  if (cases.length !== tests || /<(failure|error|skipped)/.test(report))
    throw new Error(`${name}: ${cases.length} tests passed of ${tests}`);
  const files = new Map();
  for (const [, file, seconds] of cases) files.set(file, (files.get(file) ?? 0) + Number(seconds) * 1000);
  const total = [...files.values()].reduce((sum, ms) => sum + ms, 0);
  const bound = Math.max(total / slots, ...files.values()) + startUpMs;
  ratios.set(name, [...(ratios.get(name) ?? []), { wallMs, toBound: wallMs / bound }]);
}
