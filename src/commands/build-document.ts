import { UsageError } from '../errors.ts';
import type { Plan } from '../model/plan.ts';
import { planShape } from '../results/plan-shape.ts';
import { isInside, isRecord, isRequest, isTexts } from './plan-file.ts';
import type { PlanFile } from './plan-file.ts';

/** What all machines of a build have to agree on: what is run, and with what. */
export interface BuildDocument {
  /** Of runner, on the machine that wrote it. */
  readonly version: string;
  readonly plan: Plan;
  readonly request: PlanFile['request'];
  /** Digest of the config that the plan was made with. */
  readonly config: string;
  /** After `--`, for the frameworks. */
  readonly extraArgs: readonly string[];
  readonly switches: readonly string[];
}

/** Raised when a field changes its meaning. */
const format = 1;

export function writeBuildDocument(document: BuildDocument): string {
  return JSON.stringify({ format, ...document });
}

/** @throws UsageError when another version wrote it, or something else did */
export function readBuildDocument(text: string, build: string): BuildDocument {
  const refuse = (problem: string, hint: string): never => {
    throw new UsageError(`what the queue holds of build ${JSON.stringify(build)} ${problem}`, hint);
  };
  const damaged = 'use a build id, and a prefix of the keys, that nothing else uses';
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refuse('is no plan', damaged);
  }
  if (!isRecord(value)) return refuse('is no plan', damaged);
  const { format: written, version, plan, request, config, extraArgs, switches } = value;
  if (written !== format) return refuse(`is of format ${String(written)}`, 'use one version of runner on all machines');
  if (
    typeof version !== 'string' ||
    !isPlan(plan) ||
    !isRequest(request) ||
    typeof config !== 'string' ||
    !isTexts(extraArgs) ||
    !isTexts(switches)
  ) {
    return refuse('is no plan', damaged);
  }
  if (plan.environment !== request.environment) return refuse('is of two environments', damaged);
  const outside = plan.tasks.flatMap(({ files }) => files).find((file) => !isInside(file));
  if (outside !== undefined) return refuse(`names ${JSON.stringify(outside)}, outside of the workspace`, damaged);
  return { version, plan, request, config, extraArgs, switches };
}

function isPlan(value: unknown): value is Plan {
  return planShape(value) && isRecord(value) && value['shards'] !== undefined;
}
