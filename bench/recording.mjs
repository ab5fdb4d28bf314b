// What it costs to write down what happens: the events, the record for reruns and the history, with them and without.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare } from './support/compare.mjs';
import { makePytestFiles } from './support/pytest-files.mjs';
import { report } from './support/report.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const without = join(import.meta.dirname, 'support/no-recording.mjs');
const [rounds, count, totalSeconds] = [3, 120, 60];
const root = mkdtempSync(join(tmpdir(), 'runner-bench-recording-'));
try {
  const files = makePytestFiles(root, { seed: 1, count, totalSeconds });
  const tests = files.reduce((sum, file) => sum + file.tests, 0);
  writeFileSync(
    join(root, 'runner.config.yaml'),
    'version: 1\nproject: bench\nworkers: 2\nsuites:\n  backend: { framework: pytest, files: ["tests/test_*.py"] }\ncategories:\n  unit: { tests: [{ suite: backend }] }\n',
  );
  const { rows } = await compare([runner('off', tests), runner('on', tests)], { rounds });
  report({
    name: 'recording',
    title: 'Recording',
    method:
      `${count} pytest files that take ${totalSeconds} s, two at a time, with an empty history: events.jsonl, the record of the run and the history are written, or none of them. ` +
      `Median of ${rounds} interleaved rounds; ratios within a round.`,
    tables: [{ title: 'a run, and what it records', rows }],
    values: { on: rows[1].ratio },
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

function runner(name, tests) {
  const isOn = name === 'on';
  const history = join(root, 'history.sqlite');
  return {
    ...{ name: `recording ${name}`, own: isOn, cwd: root, cold: true },
    argv: [process.execPath, ...(isOn ? [] : ['--import', without]), cli, '--progress', 'none', '--history'].concat(
      isOn ? history : 'none',
    ),
    prepare: () => [history, join(root, '.runner'), join(root, 'reports')].forEach(remove),
    check: () => {
      const { totals } = JSON.parse(readFileSync(join(root, 'reports/summary.json'), 'utf8'));
      if (totals.passed !== tests) throw new Error(`${totals.passed} tests passed of ${tests}`);
      const records = readdirSync(root, { recursive: true }).filter((path) =>
        /events\.jsonl|history\.sqlite$/.test(path),
      );
      if (records.filter((path) => statSync(join(root, path)).size > 0).length !== (isOn ? 3 : 0))
        throw new Error(`recording ${name}, but there is ${records.join(', ') || 'nothing'}`);
    },
  };
}

function remove(path) {
  rmSync(path, { recursive: true, force: true });
}
