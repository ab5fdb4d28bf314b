// `node scripts/on-node.mjs 22.13.0 24.21.0`: the unit tests on each of these versions of Node.js, which npm installs into a folder outside the repository.
// `node scripts/on-node.mjs 24.21.0 -- test/e2e/usage.test.ts` runs these tests instead; their processes use the same Node.js.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const args = process.argv.slice(2);
const end = args.includes('--') ? args.indexOf('--') : args.length;
const [versions, tests] = [args.slice(0, end), args.slice(end + 1)];
if (versions.length === 0) {
  console.error('usage: node scripts/on-node.mjs <version...> [-- <test files...>]');
  process.exit(2);
}
const failed = versions.filter((version) => !passesOn(version));
if (failed.length > 0) console.error(`failed on Node.js ${failed.join(', ')}`);
process.exit(failed.length === 0 ? 0 : 1);

function passesOn(version) {
  const startedAt = performance.now();
  const bin = install(version);
  const env = { ...process.env, PATH: `${bin}${delimiter}${process.env.PATH}` };
  const argv = [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=dot',
    ...(tests.length === 0 ? ['test/unit'] : tests),
  ];
  const { status } = spawnSync(join(bin, 'node'), argv, { stdio: 'inherit', env });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  console.log(`${status === 0 ? 'ok    ' : 'FAILED'} Node.js ${version} (${seconds}s)`);
  return status === 0;
}

/** The folder of its program. The package for this platform has nothing to run when it is installed. */
function install(version) {
  const name = `node-${process.platform}-${process.arch}`;
  const folder = join(tmpdir(), 'runner-test-tools', `on-node-${version}`);
  const bin = join(folder, 'node_modules', name, 'bin');
  if (existsSync(join(bin, 'node'))) return bin;
  mkdirSync(folder, { recursive: true });
  const quiet = ['--no-save', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', ['install', '--prefix', folder, ...quiet, `${name}@${version}`], {
    stdio: 'inherit',
  });
  if (status !== 0) throw new Error(`npm cannot install ${name}@${version}`);
  return bin;
}
