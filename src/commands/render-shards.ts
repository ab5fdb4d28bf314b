import { formatDuration } from '../base/duration.ts';
import { oneLine, plural, wrap } from '../base/text.ts';
import type { PlannedShard } from '../model/plan.ts';

/** The shards of a plan for people, in lines of at most `columns`; with their files when `explained`. */
export function shardLines(
  shards: readonly PlannedShard[],
  { columns, explained }: { readonly columns: number; readonly explained: boolean },
): readonly string[] {
  const total = shards.length;
  return [
    'Shards:',
    ...shards.flatMap((shard) => oneShard(shard, { total, columns, explained })),
    ...balanceLine(shards),
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

/** Milliseconds until the last shard has ended; `null` when some of it was never measured. */
export function slowestOf(shards: readonly PlannedShard[]): number | null {
  const times = timesOf(shards);
  return times.length === 0 ? null : Math.max(...times);
}

function balanceLine(shards: readonly PlannedShard[]): readonly string[] {
  const times = timesOf(shards);
  if (times.length < 2) return [];
  const mean = times.reduce((sum, ms) => sum + ms, 0) / times.length;
  return [`  slowest ${formatDuration(Math.max(...times))}, on average ${formatDuration(mean)}`];
}

/** Of the shards with work; empty when one of them was never measured. */
function timesOf(shards: readonly PlannedShard[]): readonly number[] {
  const filled = shards.filter(({ work }) => work.length > 0);
  const times = filled.flatMap(({ expectedMs }) => expectedMs ?? []);
  return times.length === filled.length ? times : [];
}
