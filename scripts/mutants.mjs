// `npm run mutants [-- text]`: small defects in what decides whether a run is green, one after the other; each must fail a test.
import { spawnSync } from 'node:child_process';
import { mutantTable } from '../test/mutants/table.ts';

const only = process.argv[2] ?? '';
const survivors = [];
const startedAt = performance.now();
let tried = 0;
for (const [index, { file, from, to, tests }] of mutantTable.entries()) {
  if (!file.includes(only)) continue;
  tried += 1;
  const argv = ['run', '--root', '.', '--config', 'test/mutants/vitest.config.ts', '--reporter', 'json', ...tests];
  const env = { ...process.env, MUTANT: String(index) };
  const { stdout, stderr } = spawnSync('node_modules/.bin/vitest', argv, { env, encoding: 'utf8', maxBuffer: 1e9 });
  const failed = failuresOf(stdout);
  const caught = failed.length > 0;
  if (!caught) survivors.push(file);
  console.log(`${caught ? 'caught  ' : 'SURVIVED'} ${file}: ${from} -> ${to === '' ? 'nothing' : to}`);
  console.log(caught ? `         by ${failed[0]}` : stderr.slice(-2000));
}
const seconds = ((performance.now() - startedAt) / 1000).toFixed(0);
console.log(`${tried - survivors.length} of ${tried} mutants caught in ${seconds} s`);
process.exit(survivors.length === 0 ? 0 : 1);

/** Names of tests that ran and failed: a mutant that keeps them from running is no finding of theirs. */
function failuresOf(report) {
  const at = report.indexOf('{"numTotal');
  if (at === -1) return [];
  const { testResults } = JSON.parse(report.slice(at));
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.filter(({ status }) => status === 'failed').map(({ fullName }) => fullName),
  );
}
