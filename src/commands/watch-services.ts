import { compileGlobs } from '../base/glob.ts';
import type { ChangedPath } from '../model/changes.ts';
import type { KeptService } from '../services/kept-store.ts';
import type { RunFlags } from './options.ts';
import type { ReadyRun } from './prepared.ts';
import { isOf } from './service-names.ts';
import { endInOrder } from './services-down.ts';
import { openState } from './state.ts';

/** The services that the runs of a watch leave to each other. */
export interface WatchedServices {
  /** Ends those that may be made of what has changed, and what needs them. */
  endStale(prepared: ReadyRun, changed: readonly ChangedPath[], kill: AbortSignal): Promise<void>;
  /** Ends what was started since the watch began, unless it is to be kept. */
  endAll(kill: AbortSignal): Promise<void>;
}

/** Services that run already were started by somebody else, and are left alone. */
export function createWatchedServices(
  root: string,
  { flags, env }: { readonly flags: RunFlags; readonly env: Readonly<Record<string, string>> },
): WatchedServices {
  const state = openState(root, env);
  const before = new Set(state.kept.all().map(({ id }) => id));
  const ours = (): readonly KeptService[] => state.kept.all().filter(({ id }) => !before.has(id));
  return {
    async endStale({ config, facts }, changed, kill) {
      const kept = ours();
      if (kept.length === 0 || changed.length === 0) return;
      const isStale = (name: string): boolean => {
        // What no rule is known for may be part of any of them.
        if (facts.changes?.everything != null) return true;
        const affects = config.services[name]?.affects ?? [];
        return affects.length > 0 && changed.some(({ path }) => compileGlobs(affects)(path));
      };
      const stale = new Set(Object.keys(config.services).filter(isStale));
      for (const one of stale)
        for (const { name, needs } of Object.values(config.services)) if (needs.includes(one)) stale.add(name);
      const ending = kept.filter(({ service }) => [...stale].some((name) => isOf(service, name)));
      await endInOrder(ending, state, kill);
    },
    async endAll(kill) {
      if (flags.keepServices !== true) await endInOrder(ours(), state, kill);
    },
  };
}
