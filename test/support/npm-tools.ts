import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cachedFolder } from './cached-folder.ts';

/** Packages of the npm registry in a folder outside the repository, or why they cannot be had. */
export type NpmTools =
  { readonly kind: 'ready'; readonly modules: string } | { readonly kind: 'missing'; readonly reason: string };

const installTimeoutMs = 180_000;

/**
 * Installs packages (`jest@30.5.2`) once per machine.
 *
 * @throws Error where they cannot be had although RUNNER_TESTS_REQUIRE_TOOLS is set
 */
export function npmTools(...packages: readonly string[]): NpmTools {
  const made = cachedFolder(packages, (folder) => install(packages, folder));
  return made.kind === 'missing' ? missing(made.reason) : { kind: 'ready', modules: join(made.folder, 'node_modules') };
}

/** Says that a tool is missing. @throws Error where RUNNER_TESTS_REQUIRE_TOOLS is set */
export function missing(reason: string): NpmTools {
  if (process.env['RUNNER_TESTS_REQUIRE_TOOLS'] !== undefined) throw new Error(reason);
  return { kind: 'missing', reason };
}

/** A throw-away workspace of the given files, or a copy of a folder, in which the tools are installed. */
export function workspaceWith(tools: NpmTools | null, content: string | Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'runner-workspace-'));
  if (typeof content === 'string') cpSync(content, root, { recursive: true });
  else {
    for (const [path, text] of Object.entries(content)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
  }
  if (tools?.kind === 'ready') symlinkSync(tools.modules, join(root, 'node_modules'));
  return root;
}

function install(packages: readonly string[], folder: string): string | null {
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=0', '--ignore-scripts'];
  const env = { ...process.env, NODE_USE_SYSTEM_CA: '1' };
  const options = { cwd: folder, env, encoding: 'utf8', timeout: installTimeoutMs } as const;
  const { status, error, stderr } = spawnSync('npm', ['install', ...quiet, ...packages], options);
  if (status === 0) return null;
  return `npm cannot install ${packages.join(' ')}: ${error?.message ?? stderr.trim()}`;
}
