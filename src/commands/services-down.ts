import { dirname } from 'node:path';
import { readConfigFile } from '../config/read-file.ts';
import { exitCodes } from '../errors.ts';
import { endKept } from '../services/kept-end.ts';
import type { KeptService } from '../services/kept-store.ts';
import { livingRuns } from '../services/recover.ts';
import type { CommandResult } from './context.ts';
import { load } from './prepare.ts';
import { checkServiceNames, isOf } from './service-names.ts';
import type { ServicesInput } from './services.ts';
import { openState, recover } from './state.ts';
import type { State } from './state.ts';

/**
 * `runner services down [names...]`: ends what was left running and what killed runs left; there being nothing is no error.
 *
 * @throws UsageError, ConfigError when there is no config to tell which checkout this is
 */
export async function servicesDown({ names, flags, context, signals }: ServicesInput): Promise<CommandResult> {
  // Only the folder of the config counts: one that became invalid must not keep anything running.
  const root = dirname(readConfigFile(context.cwd, flags.config ?? null).path);
  const state = openState(root, context.env);
  const kept = state.kept.all();
  const missing = names.filter((name) => !kept.some(({ service }) => isOf(service, name)));
  if (missing.length > 0) checkServiceNames(missing, Object.keys((await load(flags, context)).config.services));
  const lines = [...(await recover(state, signals.kill))];
  const chosen = names.length === 0 ? kept : kept.filter(({ service }) => names.some((name) => isOf(service, name)));
  const ends = await endInOrder(chosen, state, signals.kill);
  lines.push(...ends.map(({ line }) => line));
  for (const run of livingRuns(state.dir, state.processes)) {
    lines.push(`run ${run.runId} (pid ${run.runner.pid}) is going on and was left alone`);
  }
  const isComplete = ends.every(({ isEnded }) => isEnded);
  if (lines.length === 0) lines.push('nothing was left running');
  return { text: lines.join('\n'), exitCode: isComplete ? exitCodes.passed : exitCodes.infrastructure };
}

export interface End {
  readonly line: string;
  readonly isEnded: boolean;
}

/** Ends services that were left running; what needs a service ends before it. */
export async function endInOrder(
  kept: readonly KeptService[],
  state: State,
  kill: AbortSignal,
): Promise<readonly End[]> {
  const ends: End[] = [];
  for (let left = kept; left.length > 0;) {
    const needed = left.flatMap(({ needs }) => needs);
    const free = left.filter(({ service }) => !needed.some((name) => isOf(service, name)));
    const wave = free.length > 0 ? free : left;
    ends.push(...(await Promise.all(wave.map((one) => end(one, state, kill)))));
    left = left.filter((one) => !wave.includes(one));
  }
  return ends;
}

async function end(kept: KeptService, state: State, kill: AbortSignal): Promise<End> {
  const wasAlive = kept.handle.kind === 'compose' || state.processes.liveness(kept.handle.leader) === 'alive';
  const problem = await endKept(kept, { ...state, store: state.kept, kill });
  if (problem !== null) return { line: `${kept.service} could not be ended: ${problem}`, isEnded: false };
  return { line: wasAlive ? `${kept.service} stopped` : `${kept.service} had ended already`, isEnded: true };
}
