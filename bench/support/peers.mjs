import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const cache = join(tmpdir(), 'runner-bench-peers');

/** The versions that runner is compared with. */
export const npmPeers = {
  turbo: '2.11.11',
  wireit: '0.14.13',
  concurrently: '10.0.7',
  'npm-run-all2': '9.0.4',
  nx: '24.0.6',
  lage: '2.17.0',
  '@moonrepo/cli': '2.5.5',
  'junit-merge': '2.0.0',
  'junit-report-merger': '9.0.4',
};
export const pythonPeers = {
  junitparser: { version: '5.0.0' },
  ripgrep: { version: '15.1.0' },
  'pytest-xdist': { version: '3.8.0', with: ['pytest==9.2.0'] },
};

/** Installs a package from npm into a cache outside the repository; gives its `node_modules`, or `null` when it cannot be had. */
export function npmPeer(name) {
  const folder = join(cache, `npm-${name.replace(/[^a-z0-9]/gi, '_')}-${npmPeers[name]}`);
  const done = join(folder, 'installed');
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"private":true}');
    const args = ['install', '--no-audit', '--no-fund', '--loglevel=error', `${name}@${npmPeers[name]}`];
    if (spawnSync('npm', args, { cwd: folder, stdio: 'ignore' }).status !== 0) return null;
    writeFileSync(done, '');
  }
  return join(folder, 'node_modules');
}

/** The same for a program of a package from PyPI, in an environment of its own; gives the path of the program. */
export function pythonPeer(name, program = name) {
  const { version, with: others = [] } = pythonPeers[name];
  const folder = join(cache, `pip-${name}-${version}`);
  const done = join(folder, 'installed');
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(cache, { recursive: true });
    if (spawnSync('python3', ['-m', 'venv', folder], { stdio: 'ignore' }).status !== 0) return null;
    const args = ['install', '-q', `${name}==${version}`, ...others];
    if (spawnSync(join(folder, 'bin/pip'), args, { stdio: 'ignore' }).status !== 0) return null;
    writeFileSync(done, '');
  }
  return join(folder, 'bin', program);
}

/** A program of a package from npm, or `null`. */
export function npmProgram(name, program = name) {
  const modules = npmPeer(name);
  const path = modules === null ? null : join(modules, '.bin', program);
  return path !== null && existsSync(path) ? path : null;
}
