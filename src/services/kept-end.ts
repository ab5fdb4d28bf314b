import type { Processes } from '../ports.ts';
import type { KeptService, KeptStore } from './kept-store.ts';

/** Ends a kept service and forgets it; resolves to what went wrong, or `null`. */
export async function endKept(
  kept: KeptService,
  options: {
    readonly store: KeptStore;
    readonly processes: Processes;
    readonly removeProject: (project: string) => Promise<string | null>;
    readonly kill: AbortSignal;
  },
): Promise<string | null> {
  const problem = await end(kept, options);
  if (problem === null) options.store.remove(kept);
  return problem;
}

async function end(
  { id, handle, stop }: KeptService,
  { store, processes, removeProject, kill }: Parameters<typeof endKept>[1],
): Promise<string | null> {
  if (handle.kind === 'process') {
    const { complete } = await processes.end(
      { groups: [handle], markPrefixes: [], spare: [] },
      { signal: stop.signal, graceMs: stop.graceMs, kill },
    );
    return complete ? null : 'it survived SIGKILL';
  }
  // Services of one compose file share a project, which goes with the last of them.
  const isShared = store
    .all()
    .some((other) => other.id !== id && other.handle.kind === 'compose' && other.handle.project === handle.project);
  return isShared ? null : removeProject(handle.project);
}
