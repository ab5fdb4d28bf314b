// What it costs that pytest tells of its tests while they run: tests that do nothing, with the plugin and without it, under pytest alone
// and under runner. `npm run bench -- stream 20000` takes another number of tests than 2,000.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare } from './support/compare.mjs';
import { report } from './support/report.mjs';
import { baseEnv } from './support/stopwatch.mjs';

const tests = Number(process.argv[2] ?? 2_000);
const rounds = 7;
const repository = resolve(import.meta.dirname, '..');
const without = ['-p', 'no:unified_test_runner'];

const root = mkdtempSync(join(tmpdir(), 'runner-bench-stream-'));
try {
  makeProject();
  const alone = await compare([pytest('pytest alone', false), pytest('pytest with the plugin', true)], { rounds });
  const under = await compare([runner('runner, no plugin', false), runner('runner', true)], { rounds });
  const ratio = ({ rows }) => rows[1].cpuRatio;
  report({
    name: 'stream',
    title: 'Tests that are told while they run',
    method: `${tests.toLocaleString('en-US')} tests that do nothing, which makes the share the largest there is. Median of ${rounds} interleaved rounds.`,
    tables: [
      { title: 'pytest', ...alone },
      { title: 'under runner', ...under },
    ],
    values: { pytest: ratio(alone), runner: ratio(under) },
  });
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

function pytest(name, isOn) {
  const stream = join(root, 'stream.jsonl');
  const plugin = join(repository, 'src/frameworks/plugins/python');
  const args = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '--junitxml', join(root, 'junit.xml')];
  return {
    ...{ name, own: isOn, cwd: root, argv: ['python3', ...args, ...(isOn ? [] : without)] },
    env: { ...baseEnv(), PYTHONPATH: plugin, RUNNER_STREAM: stream },
    prepare: () => rmSync(stream, { force: true }),
    check: () => {
      const told = isOn ? readFileSync(stream, 'utf8').split('{"kind":"finished"').length - 1 : tests;
      if (told !== tests) throw new Error(`the plugin told of ${told} tests`);
    },
  };
}

function runner(name, isOn) {
  const cli = join(repository, 'dist/runner.js');
  return {
    ...{ name, own: isOn, cwd: root },
    argv: [process.execPath, cli, '--progress', 'none', ...(isOn ? [] : ['--', ...without])],
    check: () => {
      const { totals } = JSON.parse(readFileSync(join(root, 'reports/summary.json'), 'utf8'));
      if (totals.passed !== tests) throw new Error(`runner counts ${totals.passed} tests`);
    },
  };
}
