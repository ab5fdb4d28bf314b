// `npm run mutants [-- text]`: small defects in what decides whether a run is green, one after the other; each must fail a test.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mutantTable } from '../test/mutants/table.ts';

const only = process.argv[2] ?? '';
const folder = mkdtempSync(join(tmpdir(), 'runner-mutants-'));
const survivors = [];
const startedAt = performance.now();
let tried = 0;
for (const [index, { file, from, to, tests }] of mutantTable.entries()) {
  if (!file.includes(only)) continue;
  tried += 1;
  const report = join(folder, `${index}.json`);
  const reporter = ['--reporter', 'json', '--outputFile', report];
  const argv = ['run', '--root', '.', '--config', 'test/mutants/vitest.config.ts', ...reporter, ...tests];
  const env = { ...process.env, MUTANT: String(index) };
  const { stdout, stderr } = spawnSync('node_modules/.bin/vitest', argv, { env, encoding: 'utf8', maxBuffer: 1e9 });
  const failed = failuresOf(report, stdout + stderr);
  const caught = failed.length > 0;
  if (!caught) survivors.push(file);
  console.log(`${caught ? 'caught  ' : 'SURVIVED'} ${file}: ${from} -> ${to === '' ? 'nothing' : to}`);
  if (caught) console.log(`         by ${failed[0]}`);
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
console.log(`${tried - survivors.length} of ${tried} mutants caught in ${seconds} s`);
rmSync(folder, { recursive: true });
process.exit(survivors.length === 0 ? 0 : 1);

/** Names of tests that ran and failed. Tests that could not run say nothing about a mutant. */
function failuresOf(report, output) {
  const { testResults } = existsSync(report) ? JSON.parse(readFileSync(report, 'utf8')) : { testResults: [] };
  const results = testResults.flatMap(({ assertionResults }) => assertionResults);
  if (results.length === 0) throw new Error(`no test has run:\n${output.slice(-4000)}`);
  return results.flatMap(({ status, fullName }) => (status === 'failed' ? [fullName] : []));
}
