import { UsageError } from '../errors.ts';
import type { ChangedPath } from '../model/changes.ts';

/** Runs git with these arguments in the root of the workspace. */
export type RunGit = (args: readonly string[]) => Promise<{
  readonly kind: 'ok' | 'failed' | 'missing' | 'timed-out';
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}>;

/** What has changed in a working tree. */
export interface Changes {
  /** The ref that was compared with, and its newest common commit with HEAD. */
  readonly since: { readonly ref: string; readonly commit: string };
  /** The history is cut off, so that a branch may seem to begin later than it does. */
  readonly isShallow: boolean;
  /** What is new, changed or gone, that which git does not know yet included; not what it ignores. Sorted, a renamed file under both names. */
  readonly paths: readonly (ChangedPath & { /** git does not know it yet. */ readonly isNew?: true })[];
}

/** Without a ref, the first of these that exists: what a branch is usually merged into. */
const usualRefs = ['origin/HEAD', 'origin/main', 'origin/master', 'main', 'master'];

/**
 * What differs between the working tree and where it branched off from `ref` (the usual ones when `null`), in the whole repository.
 * @throws UsageError where there is no git, no repository, no such ref, or no common commit, as in a shallow clone
 */
export async function changedSince(ref: string | null, runGit: RunGit): Promise<Changes> {
  const git = (args: readonly string[]): ReturnType<RunGit> => runGit([...safely, ...args]);
  const { isShallow, prefix } = await findRepository(git);
  const found = await findRef(ref, { git, isShallow });
  const commit = await commonCommit(found, { git, isShallow });
  const [diff, others] = await Promise.all([
    must(git(['diff', '--raw', '-z', '--no-abbrev', '--no-renames', '--no-ext-diff', wholeSubmodules, commit, '--'])),
    must(git(['ls-files', '-z', '--full-name', '--others', '--exclude-standard', '--', ':/'])),
  ]);
  const changed = [...readDiff(diff), ...readOthers(others)];
  const byPath = new Map(changed.map((one) => [one.path, { ...one, path: fromRoot(one.path, prefix) }]));
  const paths = [...byPath.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
  return { since: { ref: found, commit }, isShallow, paths };
}

/** A repository must not make git start programs of its choice, or tell less than there is. */
const safely = ['-c', 'core.fsmonitor=false', '-c', 'diff.relative=false', '--no-optional-locks'];
const wholeSubmodules = '--ignore-submodules=none';

async function findRepository(git: RunGit): Promise<{ readonly isShallow: boolean; readonly prefix: string }> {
  const found = await git(['rev-parse', '--is-inside-work-tree', '--is-shallow-repository', '--show-prefix']);
  if (found.kind === 'missing')
    throw new UsageError('what has changed cannot be told: there is no git on the PATH', 'install git');
  if (found.kind === 'timed-out') throw gitEnded(found.stderr);
  const [inside, shallow, ...prefix] = found.stdout.split('\n');
  if (found.kind !== 'ok' || inside !== 'true') {
    const why = lastLine(found.stderr);
    throw new UsageError(
      `what has changed cannot be told: the workspace is not in a git repository${why === '' ? '' : ` (${why})`}`,
      'name the test files instead',
    );
  }
  // The folder's own name may hold line breaks; the last one is git's.
  return { isShallow: shallow === 'true', prefix: prefix.join('\n').replace(/\n$/, '') };
}

interface Repository {
  readonly git: RunGit;
  readonly isShallow: boolean;
}

async function findRef(ref: string | null, { git, isShallow }: Repository): Promise<string> {
  for (const candidate of ref === null ? usualRefs : [ref]) {
    const found = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${candidate}^{commit}`]);
    if (found.kind === 'ok') return candidate;
    if (found.exitCode === null) throw gitEnded(found.stderr);
  }
  if (ref === null)
    throw new UsageError(
      `what has changed cannot be told: there is none of ${usualRefs.join(', ')} to compare with`,
      isShallow ? shallowHint : 'name a branch, tag or commit',
    );
  throw new UsageError(
    `what has changed cannot be told: git knows no commit ${JSON.stringify(ref)}`,
    isShallow ? shallowHint : 'name a branch, tag or commit; a file goes before the option or after --file',
  );
}

async function commonCommit(ref: string, { git, isShallow }: Repository): Promise<string> {
  const base = await git(['merge-base', '--end-of-options', ref, 'HEAD']);
  if (base.kind === 'ok') return base.stdout.trim();
  if (base.exitCode === null) throw gitEnded(base.stderr);
  throw new UsageError(
    `what has changed cannot be told: HEAD and ${ref} have no common commit here`,
    isShallow ? shallowHint : 'name a branch that this one comes from',
  );
}

/** What to do about a history that is cut off. */
export const shallowHint =
  'the clone is shallow: fetch the history first (git fetch --unshallow; in GitHub Actions fetch-depth: 0)';

async function must(running: ReturnType<RunGit>): Promise<string> {
  const { kind, stdout, stderr } = await running;
  if (kind === 'ok') return stdout;
  throw gitEnded(stderr);
}

function gitEnded(stderr: string): UsageError {
  return new UsageError(
    `what has changed cannot be told: git ended with ${JSON.stringify(lastLine(stderr))}`,
    'git status shows what git finds wrong here',
  );
}

/** `:100644 160000 <id> <id> M`, then the path, each ended by NUL; 160000 is a commit of another repository. */
function readDiff(text: string): readonly ChangedPath[] {
  const words = text.split('\0');
  const changes: ChangedPath[] = [];
  for (let at = 0; at + 1 < words.length; at += 2) {
    const [, before, after, status] = /^:(\d+) (\d+) \S+ \S+ (\w)/.exec(words[at] ?? '') ?? [];
    const path = words[at + 1] ?? '';
    const isRepository = before === '160000' || after === '160000';
    changes.push({ path, kind: isRepository ? 'repository' : status === 'D' ? 'deleted' : 'present' });
  }
  return changes;
}

/** A folder stands for a repository of its own, into which git does not look. */
function readOthers(text: string): Changes['paths'] {
  return text
    .split('\0')
    .filter((path) => path !== '')
    .map((path) => ({ path, kind: path.endsWith('/') ? 'repository' : 'present', isNew: true }));
}

/** From the top of the repository to the root of the workspace, `prefix` is the way from the one to the other. */
function fromRoot(path: string, prefix: string): string {
  const [own, root] = [path.split('/'), prefix.split('/').slice(0, -1)];
  let common = 0;
  while (common < root.length && own[common] === root[common]) common += 1;
  return [...root.slice(common).map(() => '..'), ...own.slice(common)].join('/');
}

function lastLine(text: string): string {
  return text.trim().split('\n').at(-1) ?? '';
}
