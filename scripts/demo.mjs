// `npm start`: builds, then runs the example's most important tests as a user would.
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';

const run = (args, cwd) => spawnSync(process.execPath, args, { cwd, stdio: 'inherit' }).status ?? 1;

if (run(['scripts/build.mjs'], '.') !== 0) process.exit(1);
const example = 'examples/chat-platform';
console.log(`\n$ cd ${example} && runner --category mission_critical --no-docker\n`);
process.exit(run([resolve('dist/runner.js'), '--category', 'mission_critical', '--no-docker'], example));
