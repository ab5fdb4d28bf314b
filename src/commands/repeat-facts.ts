import type { PlanFacts } from '../model/plan.ts';
import { changedSince } from '../workspace/git.ts';
import { gitIn } from './changed-facts.ts';
import { repeatOf } from './check-flags.ts';
import type { CommandContext } from './context.ts';
import type { RunFlags } from './options.ts';

const usualTimes = 5;

/** What `--repeat` and `--detect-flakes` say is run several times, and what is to be said about it. @throws UsageError */
export async function repeatFacts(
  flags: RunFlags,
  given: {
    readonly root: string;
    readonly context: CommandContext;
    readonly testFiles: Readonly<Record<string, readonly string[]>>;
  },
): Promise<{ readonly facts: Pick<PlanFacts, 'repeat'>; readonly warnings: readonly string[] }> {
  const times = repeatOf(flags);
  if (flags.detectFlakes === undefined)
    return { facts: times === null ? {} : { repeat: { times, files: null } }, warnings: [] };
  const { root, context } = given;
  const ref = typeof flags.detectFlakes === 'string' ? flags.detectFlakes : null;
  const { since, paths } = await changedSince(ref, gitIn(root, context));
  const tests = new Set(Object.values(given.testFiles).flat());
  const changed = new Set(paths.map(({ path }) => path).filter((file) => tests.has(file)));
  const none = `--detect-flakes: no test file has changed since ${since.ref} (${since.commit.slice(0, 8)}), so nothing is repeated`;
  return {
    facts: { repeat: { times: times ?? usualTimes, files: changed } },
    warnings: changed.size === 0 ? [none] : [],
  };
}
