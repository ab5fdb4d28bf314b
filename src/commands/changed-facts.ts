import { relative, resolve, sep } from 'node:path';
import { findAffected } from '../categories/affected.ts';
import type { LoadedConfig } from '../config/load.ts';
import { UsageError } from '../errors.ts';
import { allFrameworks } from '../frameworks/index.ts';
import { runTool } from '../io/tool.ts';
import type { ChangedPath, PlannedChanges } from '../model/changes.ts';
import type { Config } from '../model/config.ts';
import type { PlanFacts } from '../model/plan.ts';
import { changedSince, shallowHint } from '../workspace/git.ts';
import type { Changes, RunGit } from '../workspace/git.ts';
import { findNaming } from '../workspace/naming.ts';
import type { CommandContext } from './context.ts';
import type { RunFlags } from './options.ts';

const gitTimeoutMs = 60_000;

/** The names of a hundred thousand files. */
const mostGitBytes = 64 * 1024 * 1024;

/** What changes are looked for in. */
export interface ChangedWhere {
  readonly loaded: LoadedConfig;
  readonly config: Config;
  readonly context: CommandContext;
  readonly testFiles: PlanFacts['files'];
  /** What it was found to be elsewhere or before; absent = it is to be found here. */
  readonly known?: PlannedChanges;
  /** What somebody who watches has seen changing. */
  readonly watched?: readonly ChangedPath[];
}

/** What `--changed` restricts a plan to. @throws UsageError where what has changed cannot be told */
export async function changedFacts(
  flags: Pick<RunFlags, 'changed' | 'reports'>,
  where: ChangedWhere,
): Promise<Pick<PlanFacts, 'changes'>> {
  if (where.known !== undefined) return { changes: where.known };
  if (where.watched !== undefined) return { changes: { since: null, ...affectedBy(where.watched, where) } };
  if (flags.changed === undefined) return {};
  const { context, loaded } = where;
  const ref = flags.changed === true ? null : flags.changed;
  const found = await changedSince(ref, gitIn(loaded.root, context));
  const own = ['.runner', 'reports', ...(flags.reports === undefined ? [] : [ownFolder(flags.reports, where)])];
  const isOwn = ({ path, isNew }: Changes['paths'][number]): boolean =>
    isNew === true && own.some((folder) => path.startsWith(`${folder}/`));
  const paths = found.paths.filter((changed) => !isOwn(changed));
  if (paths.length === 0 && found.isShallow) {
    throw new UsageError(
      `nothing seems to have changed since ${found.since.ref}, but the history is cut off, so that this cannot be known`,
      shallowHint,
    );
  }
  return { changes: { since: found.since, ...affectedBy(paths, where) } };
}

/** Runs git in a folder, bounded in time and output, and asks nobody for a password. */
export function gitIn(root: string, { env }: Pick<CommandContext, 'env'>): RunGit {
  const own = Object.entries(env).filter(([name]) => !ofHooks.includes(name) || env['GIT_WORK_TREE'] !== undefined);
  const gitEnv = { ...Object.fromEntries(own), LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0' };
  const signal = new AbortController().signal;
  return (args) =>
    runTool(['git', ...args], { cwd: root, env: gitEnv, timeoutMs: gitTimeoutMs, signal, maxBytes: mostGitBytes });
}

/** A hook of git is told where its repository is as seen from the top of it, and about an index of its own. */
const ofHooks: readonly string[] = ['GIT_DIR', 'GIT_INDEX_FILE', 'GIT_PREFIX', 'GIT_LITERAL_PATHSPECS'];

function affectedBy(
  paths: readonly ChangedPath[],
  { loaded, config, testFiles }: ChangedWhere,
): Omit<PlannedChanges, 'since'> {
  const { root } = loaded;
  return findAffected(paths, {
    config,
    files: testFiles,
    traits: allFrameworks,
    configFiles: [
      toRoot(loaded.path, root),
      ...Object.values(config.environments).flatMap(({ envFile }) => envFile ?? []),
      ...Object.values(config.services).flatMap(({ docker }) => docker?.compose ?? []),
    ],
    naming: (changed) => findNaming(root, changed, Object.values(testFiles).flat()),
  });
}

function ownFolder(reports: string, { context, loaded }: ChangedWhere): string {
  return toRoot(resolve(context.cwd, reports), loaded.root);
}

function toRoot(path: string, root: string): string {
  return relative(root, path).split(sep).join('/');
}
