import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { FuzzTarget } from './target.ts';

/** How much is tried, and from where. */
export interface Budget {
  readonly runs: number;
  readonly seed: number;
  /** Is told of each batch that found nothing. */
  readonly onBatch?: (done: number) => void;
}

/** Few enough to be tried again with the seed of the batch alone. */
const batchRuns = 10_000;

/**
 * Tries a target as often as the budget says. Each batch has a seed of its own, the first that of the budget.
 * @returns what was found, with the seed and the smallest input that shows it, or `null`
 */
export async function runTarget(target: FuzzTarget, { runs, seed, onBatch }: Budget): Promise<string | null> {
  const folder = mkdtempSync(join(tmpdir(), `runner-fuzz-${target.name}-`));
  try {
    const property = await target.property(folder);
    for (let done = 0; done < runs; done += batchRuns) {
      const numRuns = Math.min(batchRuns, runs - done);
      const batch = { numRuns, seed: (seed + done / batchRuns) | 0 };
      const details = await fc.check(property, batch);
      if (details.failed) {
        const again = `npm run fuzz -- --target ${target.name} --seed ${batch.seed} --runs ${numRuns}`;
        const input = fc.stringify(details.counterexample);
        return `${target.name}: found by ${again}\n${input}\n${String(details.errorInstance)}`;
      }
      onBatch?.(done + numRuns);
    }
    return null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
