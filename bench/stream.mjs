// What it costs that pytest tells of its tests while they run: 2,000 tests that do nothing, with the plugin and without it, pytest alone
// and under the built runner. Both sides alternate in one run; prints median and spread of 7 and the ratio; fails where tests are missing.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, release, tmpdir, type } from 'node:os';
import { join, resolve } from 'node:path';
import { performance } from 'node:perf_hooks';

const runs = 7;
const tests = Number(process.argv[2] ?? 2_000);
const repository = resolve(import.meta.dirname, '..');
const plugin = join(repository, 'src/frameworks/plugins/python');
const cli = join(repository, 'dist/runner.js');
const without = ['-p', 'no:unified_test_runner'];

const root = mkdtempSync(join(tmpdir(), 'runner-bench-stream-'));
try {
  console.log(
    `${cpus()[0]?.model ?? 'unknown cpu'}, ${cpus().length} cores, ${type()} ${release()}, Node ${process.version}, ` +
      spawnSync('python3', ['-m', 'pytest', '--version'], { encoding: 'utf8' }).stdout.trim(),
  );
  console.log(`${tests.toLocaleString('en-US')} tests that pass; median of ${runs} [min - max]`);
  makeProject();
  compare('pytest', (isOn) => pytest(isOn));
  if (existsSync(cli)) compare('runner', (isOn) => runner(isOn));
  else console.log('dist/ is not built: runner is not measured');
} finally {
  rmSync(root, { recursive: true, force: true });
}

function makeProject() {
  const perFile = 500;
  for (let file = 0; file * perFile < tests; file += 1) {
    const count = Math.min(perFile, tests - file * perFile);
    const lines = Array.from({ length: count }, (_, index) => `def test_${index}(): pass`);
    writeFileSync(join(root, `test_${file}.py`), `${lines.join('\n')}\n`);
  }
  writeFileSync(
    join(root, 'runner.config.yaml'),
    'version: 1\nproject: bench\nsuites: { lib: { framework: pytest, batch: all } }\ncategories: { unit: { tests: [{ suite: lib }] } }\n',
  );
}

function compare(name, run) {
  const sides = { on: [], off: [] };
  for (let round = 0; round < runs; round += 1) {
    for (const side of round % 2 === 0 ? ['on', 'off'] : ['off', 'on']) sides[side].push(run(side === 'on'));
  }
  for (const kind of ['cpu', 'wall']) {
    const [on, off] = [sides.on, sides.off].map((times) => times.map((time) => time[kind]).toSorted((a, b) => a - b));
    show(`${name} with the plugin, ${kind}`, on);
    show(`${name} without it, ${kind}`, off);
    console.log(`ratio ${name} with / without, ${kind}: ${(median(on) / median(off)).toFixed(3)}`);
  }
}

function show(name, sorted) {
  const [first, last] = [sorted[0], sorted.at(-1)].map((time) => time.toFixed(0));
  console.log(`${name.padEnd(34)} ${median(sorted).toFixed(0).padStart(6)} ms  [${first} - ${last}]`);
}

function median(sorted) {
  return sorted[Math.floor(sorted.length / 2)];
}

function pytest(isOn) {
  const stream = join(root, 'stream.jsonl');
  rmSync(stream, { force: true });
  const args = [
    '-m',
    'pytest',
    '-q',
    '-p',
    'no:cacheprovider',
    '--junitxml',
    join(root, 'junit.xml'),
    ...(isOn ? [] : without),
  ];
  const elapsed = measure('python3', args, { PYTHONPATH: plugin, RUNNER_STREAM: stream });
  const told = isOn ? readFileSync(stream, 'utf8').split('{"kind":"finished"').length - 1 : tests;
  if (told !== tests) throw new Error(`the plugin told of ${told} tests`);
  return elapsed;
}

function runner(isOn) {
  const elapsed = measure(process.execPath, [cli, '--progress', 'none', ...(isOn ? [] : ['--', ...without])], {});
  const { totals } = JSON.parse(readFileSync(join(root, 'reports/summary.json'), 'utf8'));
  if (totals.passed !== tests) throw new Error(`runner counts ${totals.passed} tests`);
  return elapsed;
}

/** Processor time of all processes and wall time, in ms. */
function measure(program, args, env) {
  const start = performance.now();
  const timed = ['-c', '"$@" >out.txt 2>&1; code=$?; times; exit $code', 'sh', program, ...args];
  const { status, stdout } = spawnSync('sh', timed, { cwd: root, env: { ...process.env, ...env }, encoding: 'utf8' });
  const wall = performance.now() - start;
  if (status !== 0) throw new Error(`${program} ended with ${status}\n${readFileSync(join(root, 'out.txt'), 'utf8')}`);
  const [user = 0, system = 0] = [...stdout.split('\n')[1].matchAll(/(\d+)m([\d.]+)s/g)].map(
    ([, minutes, seconds]) => (Number(minutes) * 60 + Number(seconds)) * 1000,
  );
  return { wall, cpu: user + system };
}
