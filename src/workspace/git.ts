import { UsageError } from '../errors.ts';

/** Runs git with these arguments in the root of the workspace. */
export type RunGit = (args: readonly string[]) => Promise<{
  readonly kind: 'ok' | 'failed' | 'missing' | 'timed-out';
  readonly stdout: string;
  readonly stderr: string;
}>;

/** What has changed in a working tree. */
export interface Changes {
  /** The ref that was compared with, and its newest common commit with HEAD. */
  readonly since: { readonly ref: string; readonly commit: string };
  /** Root-relative, new and changed ones, those that git does not know yet included; not those it ignores. Sorted. */
  readonly files: readonly string[];
}

/** Without a ref, the first of these that exists: what a branch is usually merged into. */
const usualRefs = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];

/**
 * The files that differ between the working tree and where it branched off from `ref` (the usual ones when `null`).
 * @throws UsageError where there is no git, no repository, no such ref, or no common commit, as in a shallow clone
 */
export async function changedSince(ref: string | null, runGit: RunGit): Promise<Changes> {
  const git = (args: readonly string[]): ReturnType<RunGit> => runGit([...safely, ...args]);
  await refuseNoRepository(git);
  const found = await findRef(ref, git);
  const base = await git(['merge-base', '--end-of-options', found, 'HEAD']);
  if (base.kind !== 'ok') throw await noCommonCommit(found, git);
  const commit = base.stdout.trim();
  const paths = [
    ['diff', '--name-only', '-z', '--relative', '--no-renames', '--no-ext-diff', '--diff-filter=d', commit, '--'],
    ['ls-files', '-z', '--others', '--exclude-standard'],
  ];
  const lists = await Promise.all(paths.map(async (args) => splitPaths(await must(git(args)))));
  return { since: { ref: found, commit }, files: [...new Set(lists.flat())].sort() };
}

/** A repository must not make git start programs of its choice. */
const safely = ['-c', 'core.fsmonitor=false', '--no-optional-locks'];

async function refuseNoRepository(git: RunGit): Promise<void> {
  const inside = await git(['rev-parse', '--is-inside-work-tree']);
  if (inside.kind === 'missing')
    throw new UsageError('what has changed cannot be told: there is no git on the PATH', 'install git');
  if (inside.kind !== 'ok' || inside.stdout.trim() !== 'true') {
    const why = lastLine(inside.stderr);
    throw new UsageError(
      `what has changed cannot be told: the workspace is not in a git repository${why === '' ? '' : ` (${why})`}`,
      'name the test files instead',
    );
  }
}

async function findRef(ref: string | null, git: RunGit): Promise<string> {
  for (const candidate of ref === null ? usualRefs : [ref]) {
    const found = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${candidate}^{commit}`]);
    if (found.kind === 'ok') return candidate;
  }
  const shallow = await shallowHint(git);
  if (ref === null)
    throw new UsageError(
      `what has changed cannot be told: there is none of ${usualRefs.join(', ')} to compare with`,
      shallow ?? 'name a branch, tag or commit',
    );
  throw new UsageError(
    `what has changed cannot be told: git knows no commit ${JSON.stringify(ref)}`,
    shallow ?? 'name a branch, tag or commit; a file goes before the option or after --file',
  );
}

async function noCommonCommit(ref: string, git: RunGit): Promise<UsageError> {
  return new UsageError(
    `what has changed cannot be told: HEAD and ${ref} have no common commit here`,
    (await shallowHint(git)) ?? 'name a branch that this one comes from',
  );
}

async function shallowHint(git: RunGit): Promise<string | null> {
  const shallow = await git(['rev-parse', '--is-shallow-repository']);
  if (shallow.stdout.trim() !== 'true') return null;
  return 'the clone is shallow: fetch the history first (git fetch --unshallow; in GitHub Actions fetch-depth: 0)';
}

async function must(running: ReturnType<RunGit>): Promise<string> {
  const { kind, stdout, stderr } = await running;
  if (kind === 'ok') return stdout;
  throw new UsageError(
    `what has changed cannot be told: git ended with ${JSON.stringify(lastLine(stderr))}`,
    'git status shows what git finds wrong here',
  );
}

function splitPaths(text: string): readonly string[] {
  return text.split('\0').filter((path) => path !== '');
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
