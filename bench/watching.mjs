// A day of `--watch`: a file is written, what it concerns runs, 500 times in one process; memory and open files while it waits.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { report } from './support/report.mjs';
import { baseEnv } from './support/stopwatch.mjs';
import { lookAt, phaseHead, phaseRow, phasesOf } from './support/watch-process.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const rounds = Number(process.argv[2] ?? 500);
const root = mkdtempSync(join(tmpdir(), 'runner-bench-watching-'));
try {
  writeWorkspace();
  const { looks, wallMs } = await watchDay();
  const phases = phasesOf(looks);
  report({
    name: 'watching',
    title: 'A day of watching',
    method: `One \`runner --watch\` with a service that stays up; ${rounds} times a file is written and ten tasks run for it. Memory (RSS) and open files are looked at while it waits after each.`,
    tables: [{ title: 'memory and open files', head: phaseHead, body: [phaseRow(`${rounds} runs`, wallMs, phases)] }],
    values: {
      memory: Number((phases.end.rssMiB / phases.middle.rssMiB).toFixed(2)),
      files: phases.end.files - phases.middle.files,
    },
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

function writeWorkspace() {
  mkdirSync(join(root, 'src'));
  mkdirSync(join(root, 'tests'));
  writeFileSync(join(root, 'src/a.mjs'), '');
  for (let index = 0; index < 10; index += 1) writeFileSync(join(root, `tests/t${index}`), '');
  writeFileSync(
    join(root, 'runner.config.yaml'),
    `version: 1
project: bench
workers: 2
suites:
  all: { framework: command, command: ["true", "{files}"], files: ["tests/*"], batch: file }
categories:
  unit: { tests: [{ suite: all }], affects: ["src/**"], needs: [web] }
services:
  web: { process: { command: [sleep, "100000"] }, health: [{ command: { command: ["true"] } }] }
`,
  );
}

async function watchDay() {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [cli, '--watch', '--progress', 'lines'], {
    ...{ cwd: root, env: baseEnv(), stdio: ['ignore', 'pipe', 'pipe'] },
  });
  let [text, wake] = ['', () => undefined];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => ((text += chunk), wake()));
  const ended = new Promise((done) => child.on('close', done));
  const waits = async () => {
    while (!text.includes('Waiting for changes.')) {
      const more = new Promise((next) => (wake = () => next(false)));
      const isOver = await Promise.race([more, ended.then(() => true), sleep(60_000, true, { ref: false })]);
      if (isOver) throw new Error(`it ended, or does nothing:\n${text.slice(-2000)}`);
    }
    if (!text.includes('10 passed')) throw new Error(text.slice(-2000));
    text = '';
  };
  const looks = [];
  try {
    await waits();
    for (let round = 0; round < rounds; round += 1) {
      // The file system's clock is some milliseconds late: what is written sooner looks as if the run had written it.
      await sleep(20);
      writeFileSync(join(root, 'src/a.mjs'), `${round}\n`);
      await waits();
      looks.push(lookAt(child.pid));
    }
  } finally {
    child.kill('SIGTERM');
    await ended;
  }
  return { looks, wallMs: performance.now() - startedAt };
}
