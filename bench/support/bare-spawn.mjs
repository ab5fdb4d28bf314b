// node bare-spawn.mjs <count> <program> [arguments]: starts it so often, two at a time, each in a group of its own with a log file and a
// timer. What is not in here, a test runner in Node can save; what is, it cannot.
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const [, , count, program, ...args] = process.argv;
const logs = mkdtempSync(join(tmpdir(), 'runner-bench-bare-'));
let started = 0;
await Promise.all([worker(), worker()]);
rmSync(logs, { recursive: true });

async function worker() {
  while (started < Number(count)) {
    const log = openSync(join(logs, String(started++)), 'a');
    const child = spawn(program, args, { detached: true, stdio: ['ignore', log, log] });
    closeSync(log);
    const timer = setTimeout(() => child.kill(), 60_000);
    await new Promise((resolve, reject) => child.once('exit', resolve).once('error', reject));
    clearTimeout(timer);
  }
}
