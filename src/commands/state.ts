import { runTool } from '../io/tool.ts';
import { createProcesses } from '../io/node-io.ts';
import type { Processes } from '../ports.ts';
import { createKeptStore } from '../services/kept-store.ts';
import type { KeptStore } from '../services/kept-store.ts';
import { recoverRuns } from '../services/recover.ts';
import type { Recovery } from '../services/recover.ts';
import { removeProject } from '../services/remove-project.ts';
import { stateDirOf } from '../services/state-dir.ts';

/** What outlives the runs of one checkout. */
export interface State {
  /** Absolute. */
  readonly dir: string;
  readonly processes: Processes;
  readonly kept: KeptStore;
  /** Removes the containers of a compose project; resolves to what went wrong, or `null`. */
  readonly removeProject: (project: string) => Promise<string | null>;
}

const never = new AbortController().signal;

export function openState(root: string, env: Readonly<Record<string, string>>): State {
  const dir = stateDirOf(root);
  return {
    dir,
    processes: createProcesses(),
    kept: createKeptStore(dir),
    removeProject: (project) => removeProject(project, { runTool, cwd: root, env, signal: never }),
  };
}

/** Time that processes of a killed run are given to end by themselves. */
const graceMs = 5000;

/** Ends what killed runs of this checkout left, and says so, a line for each run; silent when nothing was left. */
export async function recover(state: State, kill: AbortSignal): Promise<readonly string[]> {
  const recoveries = await recoverRuns({ ...state, stateDir: state.dir, graceMs, kill });
  return recoveries.flatMap(describe);
}

const maxNames = 10;

function describe({ runId, ended, problems }: Recovery): readonly string[] {
  const names = ended.slice(0, maxNames).join(', ');
  const more = ended.length > maxNames ? ` and ${ended.length - maxNames} more` : '';
  return [
    ...(ended.length === 0 ? [] : [`run ${runId} was killed; ended what it had left: ${names}${more}`]),
    ...problems.map((problem) => `run ${runId} was killed: ${problem}`),
  ];
}
