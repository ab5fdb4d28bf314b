import { spawnSync } from 'node:child_process';
import { cachedFolder } from './cached-folder.ts';
import type { CachedFolder } from './cached-folder.ts';

const installTimeoutMs = 180_000;

/**
 * Installs a Python package (`websockets==13.1`), without what it depends on, once per machine: the folder is for PYTHONPATH.
 *
 * @throws Error where it cannot be had although RUNNER_TESTS_REQUIRE_TOOLS is set
 */
export function pipPackage(requirement: string): CachedFolder {
  const made = cachedFolder([requirement], (folder) => install(requirement, folder));
  if (made.kind === 'missing' && process.env['RUNNER_TESTS_REQUIRE_TOOLS'] !== undefined) throw new Error(made.reason);
  return made;
}

function install(requirement: string, folder: string): string | null {
  const quiet = [
    '--quiet',
    '--disable-pip-version-check',
    '--no-input',
    '--no-deps',
    '--retries=0',
    '--root-user-action=ignore',
  ];
  const { status, error, stderr } = spawnSync(
    'python3',
    ['-m', 'pip', 'install', ...quiet, '--target', folder, '--upgrade', requirement],
    { encoding: 'utf8', timeout: installTimeoutMs },
  );
  return status === 0 ? null : `pip cannot install ${requirement}: ${error?.message ?? stderr.trim()}`;
}
