import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { clearInterval, setInterval } from 'node:timers';
import { median } from './compare.mjs';
import { baseEnv } from './stopwatch.mjs';

/** Memory and open files of a process at this moment; `null` = it is not there any more. Linux only. */
export function lookAt(pid) {
  try {
    const rssKiB = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
    return { rssMiB: rssKiB / 1024, files: readdirSync(`/proc/${pid}/fd`).length };
  } catch {
    return null;
  }
}

/**
 * Runs a command, looks at its process ten times a second, and gives `{ output, wallMs, looks }`.
 * @throws when the exit code is not `expect` (0)
 */
export async function runWatched(argv, { cwd, expect = 0 }) {
  const startedAt = performance.now();
  const child = spawn(argv[0], argv.slice(1), { cwd, env: baseEnv(), stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
  const looks = [];
  const timer = setInterval(() => {
    const look = lookAt(child.pid);
    if (look !== null && look.rssMiB > 0) looks.push({ ...look, atMs: performance.now() - startedAt });
  }, 100);
  const exitCode = await new Promise((done) => child.on('close', done));
  clearInterval(timer);
  if (exitCode !== expect) throw new Error(`${argv.join(' ')} ended with ${exitCode}:\n${output.slice(-2000)}`);
  return { output, wallMs: performance.now() - startedAt, looks };
}

/** What it was like in the beginning, in the middle and at the end: medians of a twentieth each, since memory goes up and down between collections. */
export function phasesOf(looks) {
  const around = (part) => {
    const size = Math.max(1, Math.floor(looks.length / 20));
    const from = Math.min(looks.length - size, Math.floor(looks.length * part));
    const few = looks.slice(from, from + size);
    return { rssMiB: median(few.map(({ rssMiB }) => rssMiB)), files: median(few.map(({ files }) => files)) };
  };
  return {
    ...{ start: around(0.05), middle: around(0.5), end: around(0.95) },
    peakMiB: Math.max(...looks.map(({ rssMiB }) => rssMiB)),
    mostFiles: Math.max(...looks.map(({ files }) => files)),
  };
}

export const phaseHead = ['', 'seconds', 'MiB at the start', 'middle', 'end', 'most', 'open files', 'middle', 'end', 'most']; // prettier-ignore

/** A row of the table under `phaseHead`. */
export function phaseRow(name, wallMs, { start, middle, end, peakMiB, mostFiles }) {
  const memory = [start.rssMiB, middle.rssMiB, end.rssMiB, peakMiB].map((mebibytes) => mebibytes.toFixed(0));
  const files = [start.files, middle.files, end.files, mostFiles].map(String);
  return [name, (wallMs / 1000).toFixed(1), ...memory, ...files];
}
