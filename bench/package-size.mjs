// What installing runner brings, beside other tools that run tests: packages, files and bytes. Needs the npm registry for the others.
import { spawnSync } from 'node:child_process';
import { lstatSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '..');
const others = ['mocha', 'vitest', 'jest', '@playwright/test', 'turbo', 'nx'];
const root = mkdtempSync(join(tmpdir(), 'package-size-'));
try {
  npm(repository, 'pack', '--ignore-scripts', '--pack-destination', root);
  const [tarball] = readdirSync(root);
  const packed = lstatSync(join(root, tarball)).size;
  const rows = [
    { own: true, ...install('unified-test-runner', join(root, tarball)) },
    ...others.map((name) => install(name, name)),
  ];
  const measured = { packed, node: process.version, platform: `${process.platform} ${process.arch}`, rows };
  writeFileSync(join(import.meta.dirname, 'package-size.json'), `${JSON.stringify(measured, null, 2)}\n`);
  console.table(rows);
} finally {
  rmSync(root, { recursive: true });
}

function install(name, what) {
  const folder = mkdtempSync(join(root, 'project-'));
  writeFileSync(join(folder, 'package.json'), '{"private":true}');
  npm(folder, 'install', '--ignore-scripts', '--no-audit', '--no-fund', what);
  const lock = npm(folder, 'ls', '--all', '--parseable').trim().split('\n').slice(1);
  const files = readdirSync(join(folder, 'node_modules'), { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  const bytes = files.reduce((sum, entry) => sum + lstatSync(join(entry.parentPath, entry.name)).size, 0);
  const { version } = JSON.parse(npm(folder, 'ls', '--json', '--depth=0')).dependencies[name];
  return { name, version, packages: new Set(lock).size, files: files.length, bytes };
}

function npm(cwd, ...args) {
  const { status, stdout, stderr } = spawnSync('npm', args, {
    cwd,
    encoding: 'utf8',
    env: { ...process.env, NODE_USE_SYSTEM_CA: '1' },
  });
  if (status !== 0) throw new Error(`npm ${args.join(' ')} ended with ${status}: ${stderr}`);
  return stdout;
}
