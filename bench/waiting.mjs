// Tests that wait for something else (a network, a database): one after the other, and five at a time. "npm run bench -- waiting [rounds]".
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare } from './support/compare.mjs';
import { report } from './support/report.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const rounds = Number(process.argv[2] ?? 3);
const [count, waitSeconds] = [40, 0.4];
const root = mkdtempSync(join(tmpdir(), 'runner-bench-waiting-'));
try {
  makeProject();
  const { rows } = await compare(
    [
      runner('runner -j 5', '5'),
      runner('runner -j 1', '1'),
      { name: 'pytest', cwd: root, argv: ['python3', '-m', 'pytest', '-q', '-p', 'no:cacheprovider', 'tests'] },
    ],
    { rounds },
  );
  const [, sequential, pytest] = rows;
  report({
    name: 'waiting',
    title: 'Tests that wait',
    method: `${count} pytest files with a test that waits ${waitSeconds} s. Median of ${rounds} interleaved rounds; ratios within a round. No history.`,
    tables: [{ title: 'one after the other, and five at a time', rows }],
    values: { sequential: sequential.ratio, pytest: pytest.ratio },
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

function makeProject() {
  mkdirSync(join(root, 'tests'));
  for (let index = 0; index < count; index += 1) {
    const test = `import time\n\n\ndef test_waits():\n    time.sleep(${waitSeconds})\n`;
    writeFileSync(join(root, `tests/test_${index}.py`), test);
  }
  writeFileSync(
    join(root, 'runner.config.yaml'),
    'version: 1\nproject: bench\nsuites:\n  backend: { framework: pytest, files: ["tests/test_*.py"] }\ncategories:\n  unit: { tests: [{ suite: backend }] }\n',
  );
}

function runner(name, workers) {
  return {
    ...{ name, own: true, cwd: root },
    argv: [process.execPath, cli, '--progress', 'none', '--history', 'none', '-j', workers],
    check: () => {
      const { totals } = JSON.parse(readFileSync(join(root, 'reports/summary.json'), 'utf8'));
      if (totals.passed !== count) throw new Error(`${totals.passed} tests passed of ${count}`);
    },
  };
}
