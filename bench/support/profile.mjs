import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { baseEnv } from './stopwatch.mjs';

/** Where a command of Node's spends its time: lines such as `spawn 41 %`, the functions that take most themselves, as notes for a report. */
export function profile([node, ...args], { cwd, top = 8 }) {
  const folder = mkdtempSync(join(tmpdir(), 'runner-bench-profile-'));
  try {
    spawnSync(node, ['--cpu-prof', `--cpu-prof-dir=${folder}`, ...args], { cwd, env: baseEnv(), stdio: 'ignore' });
    const [file] = readdirSync(folder);
    const { nodes, samples, timeDeltas } = JSON.parse(readFileSync(join(folder, file), 'utf8'));
    const names = new Map(nodes.map(({ id, callFrame }) => [id, nameOf(callFrame)]));
    const times = new Map();
    for (const [index, id] of samples.entries()) {
      const name = names.get(id);
      times.set(name, (times.get(name) ?? 0) + timeDeltas[index]);
    }
    times.delete('(idle)');
    const total = [...times.values()].reduce((sum, time) => sum + time, 0);
    const most = [...times].sort((a, b) => b[1] - a[1]).slice(0, top);
    return `Of the time of its main thread: ${most.map(([name, time]) => `${name} ${Math.round((time / total) * 100)} %`).join(', ')}.`;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function nameOf({ functionName, url }) {
  if (functionName === 'spawn' && url === 'node:internal/child_process') return 'fork and exec';
  const file = /\/dist\/(.*)$/.exec(url)?.[1];
  const name = functionName === '' ? '(anonymous)' : functionName.slice(0, 40);
  return file === undefined ? name : `\`${name}\``;
}
