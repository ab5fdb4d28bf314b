// How long guards take over 21,000 files, beside ripgrep and grep with the same patterns.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { compare } from './support/compare.mjs';
import { pythonPeer, pythonPeers } from './support/peers.mjs';
import { profile } from './support/profile.mjs';
import { createRandom } from './support/random.mjs';
import { report } from './support/report.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const fileCount = 21_000;
const guards = {
  'extra-headers': {
    pattern: '\\bextra_headers\\s*=',
    every: 120,
    line: '    ws = connect(url, extra_headers=headers)',
  },
  'direct-connect': {
    pattern: '\\bwebsockets\\.connect\\(',
    every: 90,
    line: '    async with websockets.connect(url) as ws:',
  },
  sleep: { pattern: '\\btime\\.sleep\\(', every: 40, line: '    time.sleep(0.5)' },
  print: { pattern: '^\\s*print\\(', every: 25, line: '    print(answer)' },
  'staging-address': { pattern: 'https?://staging\\.', every: 300, line: '    url = "https://staging.example.com/ws"' },
};
const root = mkdtempSync(join(tmpdir(), 'runner-bench-audit-'));
try {
  const made = makeFiles();
  const patterns = Object.values(guards).map(({ pattern }) => pattern);
  const each = (option) => patterns.flatMap((pattern) => [option, pattern]);
  const rg = pythonPeer('ripgrep', 'rg');
  const counts = Object.entries(made.counts).map(([name, count]) => [name, count]);
  const matches = counts.reduce((sum, [, count]) => sum + count, 0);
  const finds = (result) => {
    const found = result.output().trimEnd().split('\n').length;
    if (found !== matches) throw new Error(`${found} lines found, ${matches} written`);
  };
  const argv = [process.execPath, cli, 'audit'];
  const { rows, failed } = await compare([
    { name: 'runner audit', own: true, cwd: root, argv, check: (result) => counted(result, counts) },
    ...(rg === null
      ? []
      : [
          {
            name: `ripgrep ${pythonPeers.ripgrep.version}`,
            cwd: root,
            argv: [rg, '-n', ...each('-e'), 'tests'],
            check: finds,
          },
        ]),
    { name: 'grep -rnE', cwd: root, argv: ['grep', '-rnE', ...each('-e'), 'tests'], check: finds },
  ]);
  report({
    name: 'audit',
    title: 'Guards',
    method: `${patterns.length} patterns over ${fileCount.toLocaleString('en-US')} Python files of ${made.megabytes} MB in all, ${matches} matches; the same patterns with ripgrep and grep, which print them. Median of 7 interleaved rounds.`,
    tables: [{ title: 'all files, a warm cache', rows, failed }],
    values: { files: rows[0].wallMs },
    notes: [profile(argv, { cwd: root })],
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

/** Files as tests are: most of them 1 to 4 KB, some ten times that. */
function makeFiles() {
  const { uniform: random } = createRandom(7);
  const counts = Object.fromEntries(Object.keys(guards).map((name) => [name, 0]));
  const folders = new Set();
  let bytes = 0;
  for (let index = 0; index < fileCount; index += 1) {
    const lines = ['import pytest', 'import websockets', ''];
    const length = Math.round((20 + 60 * random()) * (index % 50 === 0 ? 10 : 1));
    for (let line = 0; line < length; line += 1)
      lines.push(
        line % 12 === 0
          ? `async def test_case_${index}_${line}(client):`
          : `    assert client.value(${line}) == ${Math.floor(random() * 1e6)}`,
      );
    for (const [name, { every, line }] of Object.entries(guards)) {
      if (index % every !== every - 1) continue;
      lines.splice(3 + Math.floor(random() * length), 0, line);
      counts[name] += 1;
    }
    const path = join(root, `tests/group_${index % 150}/test_${index}.py`);
    const text = `${lines.join('\n')}\n`;
    if (!folders.has(dirname(path))) mkdirSync(dirname(path), { recursive: true });
    folders.add(dirname(path));
    writeFileSync(path, text);
    bytes += text.length;
  }
  const config = Object.entries(guards).map(
    ([name, { pattern }]) => `  ${name}: { pattern: '${pattern}', files: ['tests/**/*.py'], max: ${counts[name]} }`,
  );
  const suite = '{ framework: pytest }';
  writeFileSync(
    join(root, 'runner.config.yaml'),
    `version: 1\nproject: bench\nsuites: { backend: ${suite} }\ncategories: { unit: { tests: [{ suite: backend }] } }\nguards:\n${config.join('\n')}\n`,
  );
  execFileSync('git', ['init', '-q'], { cwd: root });
  return { counts, megabytes: (bytes / 1e6).toFixed(0) };
}

function counted(result, counts) {
  const output = result.output();
  for (const [name, count] of counts)
    if (!new RegExp(`${name}.*\\b${count}\\b`).test(output))
      throw new Error(`${count} of ${name} expected:\n${output}`);
}
