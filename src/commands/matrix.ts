import { resolve } from 'node:path';
import { formatDuration } from '../base/duration.ts';
import { exitCodes, NothingSelectedError, UsageError } from '../errors.ts';
import type { PlannedShard } from '../model/plan.ts';
import { configDigest } from './choose-shard.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { cutAsAsked } from './cut-shards.ts';
import { describeError } from './describe-error.ts';
import type { MatrixFlags } from './options.ts';
import { savePlan } from './plan.ts';
import { prepare } from './prepare.ts';
import { planJson } from './render-plan.ts';
import { filesOfShard } from './render-shards.ts';

/** What a matrix is made for, with the number of jobs that may be in one. */
interface Target {
  readonly limit: number;
  readonly why: string;
  print(matrix: Matrix): string;
}

interface Matrix {
  readonly planId: string | null;
  readonly total: number;
  /** Those with work. */
  readonly shards: readonly PlannedShard[];
}

/**
 * `runner matrix`: the jobs that a CI system is to start, one for each shard with work. When nothing is selected there is still one job, since
 * no CI system takes a matrix without any, and the exit code is 4, as that job's will be.
 * @throws UsageError, ConfigError
 */
export async function matrix(input: {
  readonly files: readonly string[];
  readonly flags: MatrixFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { context } = input;
  // What services run where does not matter here.
  const flags = { ...input.flags, docker: true, services: true, color: false };
  const target = targetOf(input.flags);
  try {
    const prepared = await prepare({ files: input.files, flags, context });
    const cut = cutAsAsked(prepared, flags, target);
    if (cut === null)
      throw new UsageError('matrix has to know how many shards to make', 'write --shards 4, or --target 8m');
    const { sharded } = cut;
    const notes = [...prepared.warnings, ...cut.warnings].map((warning) => `warning: ${warning}`);
    const masked = (text: string): string => prepared.masker?.text(text) ?? text;
    if (flags.out !== undefined) {
      const origin = { request: prepared.selection.request, config: configDigest(prepared.loaded.config) };
      const extra = { explanation: null, warnings: cut.warnings, origin };
      savePlan(resolve(context.cwd, flags.out), masked(planJson({ ...prepared.plan, ...sharded }, extra)));
    }
    const shards = sharded.shards.filter(({ work }) => work.length > 0);
    const text = target.print({ planId: sharded.id, total: sharded.shards.length, shards });
    return { text, exitCode: exitCodes.passed, notes: notes.map(masked) };
  } catch (error) {
    if (!(error instanceof NothingSelectedError)) throw error;
    const { text, exitCode } = describeError(error);
    return { text: target.print({ planId: null, total: 1, shards: [] }), exitCode, notes: [text] };
  }
}

const github: Target = {
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

const gitlab: Target = {
  limit: 200,
  why: 'parallel: matrix of GitLab CI may have',
  print: ({ total, shards }) => {
    const names = jobs(shards).map(({ index }) => `'${index}/${total}'`);
    return ['.runner-shards:', '  parallel:', '    matrix:', `      - SHARD: [${names.join(', ')}]`, ''].join('\n');
  },
};

const json: Target = {
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

function targetOf(flags: MatrixFlags): Target {
  const asked = [
    ...(flags.github === true ? [{ name: '--github', target: github }] : []),
    ...(flags.gitlab === true ? [{ name: '--gitlab', target: gitlab }] : []),
    ...(flags.json === true ? [{ name: '--json', target: json }] : []),
  ];
  const [first, second] = asked;
  if (first !== undefined && second !== undefined) {
    throw new UsageError(`${first.name} and ${second.name} contradict each other`, 'leave one of them out');
  }
  return first?.target ?? json;
}
