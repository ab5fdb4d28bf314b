import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { digest } from '../categories/digest.ts';
import { shardedPlanId } from '../categories/sharding.ts';
import type { ShardedPlan } from '../categories/sharding.ts';
import { UsageError } from '../errors.ts';
import type { PlannedChanges } from '../model/changes.ts';
import type { PlannedShard } from '../model/plan.ts';
import type { SelectionRequest } from '../model/selection.ts';
import { changesShape, shardShape } from '../results/plan-shape.ts';

/** Packed, a file of a few kilobytes can stand for any number of them. */
const mostUnpackedBytes = 256 * 1024 * 1024;

/** Raised when a field of the plan as JSON changes its meaning. */
export const planFormat = 1;

/** What a run takes from a plan that was made elsewhere: who runs what. How that is run, only the config says. */
export interface PlanFile extends ShardedPlan {
  readonly request: SelectionRequest;
  /** Digest of the config that it was made with. */
  readonly config: string;
  /** What `--changed` was found to concern where it was made. */
  readonly changes?: PlannedChanges;
}

/** A plan that was given to a run. */
export interface GivenPlan extends PlanFile {
  /** What messages call it. */
  readonly name: string;
}

/** The text of a plan file with nothing but what another machine needs of it. */
export function planFileText(file: PlanFile): string {
  const { id, request, shards, config, changes } = file;
  return `${JSON.stringify({ format: planFormat, id, seal: sealOf(file), request, config, changes, shards })}\n`;
}

/** A digest of what the id does not cover: which tests of a file were asked for is in no shard. */
export function sealOf({ id, request, config, changes }: Omit<PlanFile, 'shards'>): string {
  return digest({ id, request, config, changes });
}

/**
 * Reads what `runner plan --out` wrote, also when it was packed with gzip.
 * @throws UsageError when it cannot be read, is of a later format, or is not as it was written
 */
export function readPlanFile(path: string, cwd: string): PlanFile {
  const refuse = (problem: string, hint = 'make it again: runner plan --shards <n> --out <file>'): never => {
    throw new UsageError(`--plan ${path}: ${problem}`, hint);
  };
  const document = parse(resolve(cwd, path), refuse);
  if (!isRecord(document)) return refuse('is not a plan');
  const { format, id, seal, request, shards, config, changes } = document;
  if (typeof format !== 'number') return refuse('is not a plan');
  if (format > planFormat) {
    const hint = 'use the version of runner that wrote it, or a later one';
    return refuse(`is a plan of format ${format}; this version reads up to format ${planFormat}`, hint);
  }
  if (!Array.isArray(shards)) return refuse('says nothing of shards');
  if (typeof id !== 'string' || typeof config !== 'string' || !isRequest(request) || !shards.every(isShard)) {
    return refuse('is damaged');
  }
  if (changes !== undefined && !isChanges(changes)) return refuse('is damaged');
  const files = [...request.files, ...shards.flatMap(({ work }) => work.flatMap((one) => one.files))];
  const outside = files.find((file) => !isInside(file));
  if (outside !== undefined) return refuse(`names ${JSON.stringify(outside)}, which is outside of the workspace`);
  // Plans of earlier versions have no seal.
  const file = { id, request, shards, config, ...(changes === undefined ? {} : { changes }) };
  const isSealed = seal === undefined || seal === sealOf(file);
  if (
    !isSealed ||
    shards.some(({ index }, at) => index !== at + 1) ||
    shardedPlanId(request.environment, shards) !== id
  ) {
    return refuse('was changed after it was made');
  }
  return file;
}

function parse(path: string, refuse: (problem: string, hint?: string) => never): unknown {
  let text: string;
  try {
    const bytes = readFileSync(path);
    const isPacked = bytes[0] === 0x1f && bytes[1] === 0x8b;
    text = (isPacked ? gunzipSync(bytes, { maxOutputLength: mostUnpackedBytes }) : bytes).toString('utf8');
  } catch (error) {
    return refuse(`cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  try {
    return JSON.parse(text);
  } catch {
    return refuse('is not JSON');
  }
}

/** A path that stays below the folder it is taken from. */
export function isInside(path: string): boolean {
  return !path.startsWith('/') && !path.includes('\0') && !path.split(/[/\\]/).includes('..');
}

/** What JSON calls an object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

/** A list of texts. */
export function isTexts(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every(isText);
}

function isTextOrNull(value: unknown): value is string | null {
  return value === null || isText(value);
}

const requestLists = [
  'categories',
  'excludeCategories',
  'layers',
  'suites',
  'components',
  'patterns',
  'files',
] as const;

/** Whether a selection was written here. What later versions add to it is a word, a list of words, a number or a yes or no. */
export function isRequest(value: unknown): value is SelectionRequest {
  if (!isRecord(value)) return false;
  return (
    isText(value['environment']) &&
    typeof value['withDependencies'] === 'boolean' &&
    requestLists.every((name) => isTexts(value[name])) &&
    ['mode', 'keyword', 'markers'].every((name) => isTextOrNull(value[name])) &&
    Object.values(value).every(
      (one) => isTextOrNull(one) || isTexts(one) || typeof one === 'boolean' || typeof one === 'number',
    )
  );
}

function isChanges(value: unknown): value is PlannedChanges {
  return changesShape(value);
}

function isShard(value: unknown): value is PlannedShard {
  return shardShape(value);
}
