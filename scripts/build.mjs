// Compiles src/ to dist/ and copies what runs inside the frameworks.
import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, renameSync, rmSync } from 'node:fs';

// Built beside and swapped in, so that a test that is running the built program never sees half of it.
const fresh = `dist.${process.pid}`;
rmSync(fresh, { recursive: true, force: true });
const { status } = spawnSync(
  process.execPath,
  ['node_modules/typescript/bin/tsc', '-p', 'tsconfig.build.json', '--outDir', fresh],
  {
    stdio: 'inherit',
  },
);
if (status !== 0) process.exit(status ?? 1);
if (existsSync('src/frameworks/plugins'))
  cpSync('src/frameworks/plugins', `${fresh}/frameworks/plugins`, { recursive: true });
chmodSync(`${fresh}/runner.js`, 0o755);
rmSync('dist', { recursive: true, force: true });
renameSync(fresh, 'dist');
