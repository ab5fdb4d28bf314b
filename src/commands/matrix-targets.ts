import { formatDuration } from '../base/duration.ts';
import type { PlannedShard } from '../model/plan.ts';
import { filesOfShard } from './render-shards.ts';

/** What a matrix is made for, with the number of jobs that may be in one. */
export interface MatrixTarget {
  readonly limit: number;
  readonly why: string;
  print(matrix: Matrix): string;
}

/** The jobs that a CI system is to start. */
export interface Matrix {
  readonly planId: string | null;
  readonly total: number;
  /** Those with work. */
  readonly shards: readonly PlannedShard[];
}

export const github: MatrixTarget = {
  limit: 256,
  why: 'a matrix of GitHub Actions may have',
  print: ({ total, shards }) =>
    JSON.stringify({
      include: jobs(shards).map(({ index, expectedMs }) => ({
        shard: `${index}/${total}`,
        index,
        total,
        ...(expectedMs === undefined ? {} : { expected: formatDuration(expectedMs) }),
      })),
    }),
};

export const gitlab: MatrixTarget = {
  limit: 200,
  why: 'parallel: matrix of GitLab CI may have',
  print: ({ total, shards }) => {
    const names = jobs(shards).map(({ index }) => `'${index}/${total}'`);
    return ['.runner-shards:', '  parallel:', '    matrix:', `      - SHARD: [${names.join(', ')}]`, ''].join('\n');
  },
};

export const json: MatrixTarget = {
  limit: 256,
  why: 'most CI systems start for one step',
  print: ({ planId, total, shards }) =>
    JSON.stringify(
      {
        planId,
        total,
        shards: shards.map((shard) => ({
          shard: `${shard.index}/${total}`,
          index: shard.index,
          total,
          files: filesOfShard(shard).length,
          categories: [...new Set(shard.work.map(({ category }) => category))],
          expectedMs: shard.expectedMs ?? null,
        })),
      },
      null,
      2,
    ),
};

/** A job without work says so by its exit code. */
function jobs(shards: readonly PlannedShard[]): readonly PlannedShard[] {
  return shards.length === 0 ? [{ index: 1, work: [] }] : shards;
}
