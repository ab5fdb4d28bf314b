// Rounds of a build on a queue under attack: workers killed and replaced, one frozen past its lease, Redis killed and started again.
// What counts is what `runner merge` says afterwards: each file once, and never green where a test fails.
// What is given up must be so by the rule: three machines were killed, or were frozen for longer than their lease, while they ran it.
// npm run chaos:queue -- --rounds 20 --seed 1 [--first 1] [--files 60]
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { readLosses } from './chaos-losses.mjs';
import { createRandom } from '../bench/support/random.mjs';
import { freePort, startRedis } from '../bench/support/redis.mjs';

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '20' },
    seed: { type: 'string', default: '1' },
    first: { type: 'string', default: '1' },
    files: { type: 'string', default: '60' },
  },
});
const [rounds, seed, first, files] = [values.rounds, values.seed, values.first, values.files].map(Number);
const cli = resolve(import.meta.dirname, '../dist/runner.js');
const machines = 4;
const killEveryMs = 2000;
const leaseMs = 1000;
const longestRoundMs = 180_000;

const rows = [];
for (let round = first; round < first + rounds; round += 1) {
  const { row, losses } = await playRound(round, createRandom(seed * 1000 + round).uniform);
  rows.push(row);
  console.log(
    Object.entries(row)
      .map(([name, value]) => `${name} ${value}`)
      .join('  '),
  );
  for (const line of losses) console.log(`  ${line}`);
}
const sum = (name) => rows.reduce((total, row) => total + row[name], 0);
console.log(
  `${rounds} rounds: ${sum('lost')} lost, ${sum('twice')} counted twice, ${sum('falseGreen')} false green, ${sum('wrong')} wrong verdicts, ${sum('givenUp')} given up, ${sum('unfounded')} of them without three kills`,
);
const bad = ['lost', 'twice', 'falseGreen', 'wrong', 'unfounded', 'hung'].map(sum);
process.exit(bad.every((count) => count === 0) ? 0 : 1);

async function playRound(round, next) {
  const root = mkdtempSync(join(tmpdir(), 'runner-queue-chaos-'));
  const failing = round % 2 === 0;
  const port = await freePort();
  let redis = await startRedis(join(root, 'redis'), port);
  const started = [];
  const start = () =>
    started.push(startWorker(join(root, `m${started.length}`), { port, build: `round ${round}`, failing }));
  for (let index = 0; index < machines; index += 1) start();
  const begun = Date.now();
  const counts = { killed: 0, frozen: 0, restarts: 0 };
  const alive = () => started.filter(({ child }) => child.exitCode === null && child.signalCode === null);
  let frozen = null;
  const restartAt = 1 + Math.floor(next() * 3);
  for (let step = 1; alive().length > 0 && Date.now() - begun < longestRoundMs; step += 1) {
    await Promise.race([delay(killEveryMs), Promise.all(alive().map(({ ended }) => ended))]);
    const targets = alive().filter((one) => one !== frozen);
    if (targets.length === 0 && frozen === null) break;
    if (frozen !== null) {
      frozen.child.kill('SIGCONT');
      frozen.thawedAt = Date.now();
      frozen = null;
    } else if (counts.frozen === 0 && targets.length > 1) {
      frozen = targets[Math.floor(next() * targets.length)];
      frozen.child.kill('SIGSTOP');
      frozen.frozenAt = Date.now();
      counts.frozen += 1;
    }
    const victims = targets.filter((one) => one !== frozen);
    if (victims.length > 0 && counts.killed < 12) {
      const victim = victims[Math.floor(next() * victims.length)];
      victim.child.kill('SIGKILL');
      victim.killedAt = Date.now();
      counts.killed += 1;
      start();
    }
    if (step === restartAt) {
      redis.kill('SIGKILL');
      await new Promise((done) => redis.once('exit', done));
      redis = await startRedis(join(root, 'redis'), port);
      counts.restarts += 1;
    }
  }
  if (frozen !== null) frozen.child.kill('SIGCONT');
  const hung = alive().length;
  for (const { child } of alive()) child.kill('SIGKILL');
  await Promise.all(started.map(({ ended }) => ended));
  redis.kill('SIGKILL');
  // Every third round, the reports of machines that were killed are gone with them.
  const kept = started.filter(({ child, folder }) => {
    const isThere = existsSync(join(folder, 'reports/events.jsonl'));
    return isThere && (round % 3 !== 0 || child.signalCode === null);
  });
  const losses = readLosses(started, { begun, leaseMs });
  const merged = await merge(
    kept.map(({ folder }) => join(folder, 'reports')),
    root,
  );
  const found = new Map();
  for (const [, file] of merged.junit.matchAll(/<testcase [^>]*?\bfile="(test\/[^"]*)"/g))
    found.set(file, (found.get(file) ?? 0) + 1);
  // What three machines were lost with is reported, and makes the build red; one file is a task here.
  const givenUp = (merged.junit.match(/<error message="[^"]*three machines were lost/g) ?? []).length;
  const lost = files - found.size - givenUp;
  const expected = failing && found.has(`test/part-${files - 1}.test.mjs`) ? 1 : givenUp > 0 ? 3 : 0;
  const row = {
    round,
    seconds: ((Date.now() - begun) / 1000).toFixed(1),
    machines: started.length,
    ...counts,
    hung,
    files: found.size,
    givenUp,
    unfounded: losses.filter(({ isFounded }) => !isFounded).length + Math.abs(losses.length - givenUp),
    lost,
    twice: [...found.values()].filter((count) => count > 1).length,
    falseGreen: merged.exitCode === 0 && (failing || found.size < files) ? 1 : 0,
    wrong: merged.exitCode === expected ? 0 : 1,
    verdict: merged.exitCode,
  };
  if (row.lost + row.twice + row.falseGreen + row.wrong + row.unfounded + hung > 0)
    console.log(`${root} is kept\n${merged.text}`);
  else rmSync(root, { recursive: true, force: true, maxRetries: 5 });
  return { row, losses: losses.map(({ line }) => line) };
}

function startWorker(folder, { port, build, failing }) {
  mkdirSync(join(folder, 'test'), { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  writeFileSync(
    join(folder, 'runner.config.yaml'),
    `version: 1
project: chaos
workers: 1
suites: { lib: { framework: node, files: ['test/*.test.mjs'], batch: file } }
categories: { unit: { tests: [{ suite: lib }] } }
`,
  );
  for (let index = 0; index < files; index += 1) {
    const body =
      failing && index === files - 1
        ? `throw new Error('fails');`
        : `await new Promise((done) => setTimeout(done, ${200 + (index % 7) * 100}));`;
    writeFileSync(
      join(folder, `test/part-${index}.test.mjs`),
      `import { test } from 'node:test';\ntest('part ${index}', async () => { ${body} });\n`,
    );
  }
  const words = [
    'run',
    '--queue',
    `redis://127.0.0.1:${port}/0`,
    '--build',
    build,
    '--lease',
    `${leaseMs}ms`,
    '--progress',
    'none',
  ];
  const child = spawn(process.execPath, [cli, ...words], { cwd: folder, stdio: 'ignore' });
  return { folder, child, ended: new Promise((done) => child.once('exit', done)) };
}

function merge(folders, root) {
  const child = spawn(process.execPath, [cli, 'merge', ...folders, '--reports', join(root, 'merged')], { cwd: root });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  return new Promise((done) => {
    child.once('close', (exitCode) =>
      done({ exitCode, text, junit: readFileSync(join(root, 'merged/junit.xml'), 'utf8') }),
    );
  });
}
