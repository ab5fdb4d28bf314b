import { expect, test } from 'vitest';
import { runTarget } from '../../fuzz/run-target.ts';
import { targets } from '../../fuzz/targets.ts';

const seed = Date.now() % 2 ** 31;
console.log(`fuzzing ${targets.map(({ name, runsInCi }) => `${name} (${runsInCi})`).join(', ')} from seed ${seed}`);

test.each(targets.map((target) => [target.reads, target] as const))(
  '%s may hold anything: nothing throws, hangs, is lost or looks better than it is',
  async (_reads, target) => {
    expect(await runTarget(target, { runs: target.runsInCi, seed })).toBeNull();
  },
  120_000,
);
