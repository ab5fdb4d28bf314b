import type { RunGit } from './git.ts';

/** Root-relative files and folders that git ignores, a folder for all that is in it; nothing where there is no git. */
export async function listIgnored(runGit: RunGit): Promise<ReadonlySet<string>> {
  const listed = await runGit(['ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--directory']);
  if (listed.kind !== 'ok') return new Set();
  return new Set(listed.stdout.split('\0').flatMap((path) => (path === '' ? [] : [path.replace(/\/$/, '')])));
}

/** A command line has to hold them. */
const mostPaths = 500;

/** Which of these root-relative paths git ignores by now; none where there is no git. */
export async function findIgnored(paths: readonly string[], runGit: RunGit): Promise<ReadonlySet<string>> {
  const ignored = new Set<string>();
  for (let at = 0; at < paths.length; at += mostPaths) {
    const some = paths.slice(at, at + mostPaths);
    const { kind, stdout } = await runGit(['--literal-pathspecs', 'check-ignore', '-z', '--', ...some]);
    if (kind === 'ok') for (const path of stdout.split('\0')) if (path !== '') ignored.add(path);
  }
  return ignored;
}
