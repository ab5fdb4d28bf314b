// `npm run fuzz -- [--target name] [--runs n] [--seed s]`: damaged and hostile input for everything that reads what others wrote.
import { parseArgs } from 'node:util';
import { runTarget } from '../test/fuzz/run-target.ts';
import { targets } from '../test/fuzz/targets.ts';

const { values } = parseArgs({
  options: { target: { type: 'string' }, runs: { type: 'string' }, seed: { type: 'string' } },
});
const runs = Number(values.runs ?? 10_000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const chosen = targets.filter(({ name }) => values.target === undefined || name === values.target);
if (chosen.length === 0 || !Number.isSafeInteger(runs) || runs < 1 || !Number.isSafeInteger(seed)) {
  console.error('usage: npm run fuzz -- [--target <name>] [--runs <n>] [--seed <s>]');
  for (const { name, reads } of targets) console.error(`  ${name.padEnd(12)} ${reads}`);
  process.exit(2);
}

let findings = 0;
for (const target of chosen) {
  const startedAt = performance.now();
  const seconds = () => ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${target.name}: ${runs} executions from seed ${seed}`);
  const onBatch = (done) => {
    if (done % Math.max(10_000, runs / 10) === 0)
      console.log(`${target.name}: ${done} executions in ${seconds()} s, no finding`);
  };
  const finding = await runTarget(target, { runs, seed, onBatch });
  if (finding !== null) {
    findings += 1;
    console.log(finding);
  }
  console.log(`${target.name}: ${finding === null ? 'no finding' : 'a finding'} after ${seconds()} s`);
}
process.exit(findings === 0 ? 0 : 1);
