import { formatDuration } from '../base/duration.ts';
import { oneLine, plural, wrap } from '../base/text.ts';
import type { Plan, PlannedShard } from '../model/plan.ts';

/** The shards of a plan for people, in lines of at most `columns`; with their files when `explained`. */
export function shardLines(
  plan: Pick<Plan, 'slots'> & { readonly shards: readonly PlannedShard[] },
  { columns, explained }: { readonly columns: number; readonly explained: boolean },
): readonly string[] {
  const total = plan.shards.length;
  return [
    `Shards, each with ${plural(plan.slots, 'slot')}:`,
    ...plan.shards.flatMap((shard) => oneShard(shard, { total, columns, explained })),
    ...balanceLine(plan.shards),
  ];
}

/** Test files of a shard, without what they wait for. */
export function filesOfShard({ work }: PlannedShard): readonly string[] {
  return [...new Set(work.flatMap(({ files }) => files))].sort();
}

function oneShard(
  shard: PlannedShard,
  { total, columns, explained }: { readonly total: number; readonly columns: number; readonly explained: boolean },
): readonly string[] {
  const name = `  ${`${shard.index}/${total}`.padStart(`${total}/${total}`.length)}  `;
  const files = filesOfShard(shard);
  const categories = [...new Set(shard.work.map(({ category }) => category))];
  const facts = [
    ...(shard.expectedMs === undefined || shard.work.length === 0 ? [] : [`about ${formatDuration(shard.expectedMs)}`]),
    ...(files.length === 0 ? [] : [plural(files.length, 'file')]),
  ];
  const text = shard.work.length === 0 ? 'nothing to do' : [...facts, categories.join(', ')].join('; ');
  const lines = wrap(oneLine(text), columns - name.length);
  return [
    ...lines.map((line, index) => `${index === 0 ? name : ' '.repeat(name.length)}${line}`),
    ...(explained ? files.map((file) => `      ${oneLine(file)}`) : []),
  ];
}

function balanceLine(shards: readonly PlannedShard[]): readonly string[] {
  const times = shards.flatMap(({ work, expectedMs }) => (work.length === 0 ? [] : (expectedMs ?? [])));
  const filled = shards.filter(({ work }) => work.length > 0).length;
  if (times.length < 2 || times.length < filled) return [];
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  const slowest = Math.max(...times);
  return [`  slowest ${formatDuration(slowest)}, on average ${formatDuration(mean)}`];
}
