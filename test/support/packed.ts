import { spawnSync } from 'node:child_process';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/** The variables of a shell in which `node` is the one that runs the tests, and npm asks no registry. */
export function offlineEnv(home: string): Record<string, string> {
  const { PATH = '' } = process.env;
  return {
    HOME: home,
    PATH: [dirname(process.execPath), PATH].join(delimiter),
    npm_config_cache: join(home, '.npm'),
    npm_config_offline: 'true',
    npm_config_audit: 'false',
    npm_config_fund: 'false',
    npm_config_update_notifier: 'false',
  };
}

/** Packs the built program as it would be published; gives the path of the tarball. */
export function packRunner(folder: string): string {
  const options = { cwd: repository, encoding: 'utf8', env: offlineEnv(folder) } as const;
  // What `prepack` would do has been done: the tests run what was built.
  const { status, stdout, stderr } = spawnSync(
    'npm',
    ['pack', '--ignore-scripts', '--json', '--pack-destination', folder],
    options,
  );
  if (status !== 0) throw new Error(`npm pack ended with ${String(status)}: ${stderr}`);
  const name = /"filename": "([^"]+)"/.exec(stdout)?.[1] ?? '';
  renameSync(join(folder, name), join(folder, 'runner.tgz'));
  return join(folder, 'runner.tgz');
}

interface Lock {
  readonly packages: Readonly<Record<string, object>>;
}

/** Adds to a lock file that was made without a registry what one would have told of the optional packages of runner: `npm ci` wants it whole. */
export function lockOptionalPackages(folder: string): void {
  const path = join(folder, 'package-lock.json');
  const read = (file: string): Lock => JSON.parse(readFileSync(file, 'utf8')) as Lock;
  const optional = Object.entries(read(join(repository, 'package-lock.json')).packages)
    .filter(([name]) => name.startsWith('node_modules/@koromix/'))
    .map(([name, about]) => [name, { ...about, dev: true }] as const);
  const lock = read(path);
  const packages = Object.fromEntries([...Object.entries(lock.packages), ...optional]);
  writeFileSync(path, JSON.stringify({ ...lock, packages }));
}
