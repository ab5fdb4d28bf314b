import fc from 'fast-check';
import { test } from 'vitest';
import { play } from '../../model/play.ts';
import { stories } from '../../model/story.ts';

const seed = Date.now() % 2 ** 31;
console.log(`the model from seed ${seed}: npm run model -- --seeds 100 --seed ${seed} --tasks 20`);

test('whatever a run is made of, the loop does what an oracle says that must come of it, and never what must not be', async () => {
  await fc.assert(fc.asyncProperty(stories(20), play), { seed, numRuns: 100 });
}, 120_000);
