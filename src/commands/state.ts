import { runTool } from '../io/tool.ts';
import { createProcesses } from '../io/node-io.ts';
import { sleep } from '../io/sleep.ts';
import type { Processes } from '../ports.ts';
import { createRunDocker } from '../services/docker/engine.ts';
import { removeProject } from '../services/docker/remove-project.ts';
import { createKeptStore } from '../services/kept-store.ts';
import type { KeptStore } from '../services/kept-store.ts';
import { recoverRuns } from '../services/recover.ts';
import type { Recovery } from '../services/recover.ts';
import { stateDirOf } from '../base/state-dir.ts';

/** What outlives the runs of one checkout. */
export interface State {
  /** Absolute. */
  readonly dir: string;
  readonly processes: Processes;
  readonly kept: KeptStore;
  /** Removes the containers of a compose project; resolves to what went wrong, or `null`. */
  readonly removeProject: (project: string) => Promise<string | null>;
}

export function openState(root: string, env: Readonly<Record<string, string>>): State {
  const dir = stateDirOf(root);
  const run = createRunDocker(runTool, { cwd: root, env });
  return {
    dir,
    processes: createProcesses(),
    kept: createKeptStore(dir),
    removeProject: async (project) => {
      const left = await removeProject(project, { run, clock: { sleep } });
      return left.length === 0 ? null : left.join('; ');
    },
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
