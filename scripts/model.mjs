// `npm run model -- [--seeds n] [--seed s] [--tasks n]`: random runs through the real loop, in scripted time, against an oracle.
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { play } from '../test/model/play.ts';
import { stories } from '../test/model/story.ts';

const { values } = parseArgs({
  options: { seeds: { type: 'string' }, seed: { type: 'string' }, tasks: { type: 'string' } },
});
const numRuns = Number(values.seeds ?? 1000);
const seed = Number(values.seed ?? Date.now() % 2 ** 31);
const most = Number(values.tasks ?? 100);
console.log(`${numRuns} stories of up to ${most} tasks from seed ${seed}`);
const startedAt = performance.now();
const details = await fc.check(fc.asyncProperty(stories(most), play), {
  seed,
  numRuns,
  interruptAfterTimeLimit: 3_600_000,
});
console.log(`${details.numRuns} stories in ${((performance.now() - startedAt) / 1000).toFixed(1)} s`);
if (details.failed) {
  console.log(fc.stringify(details.counterexample).slice(0, 20_000));
  console.log(`npm run model -- --seeds ${numRuns} --seed ${seed} --tasks ${most}\n${details.errorInstance?.stack}`);
}
process.exit(details.failed ? 1 : 0);
