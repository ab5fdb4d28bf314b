// Machines that share a queue: how even they end, what a batch costs there, and how it grows. `--only efficiency|batch|growth`.
import { spawn } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openBuildQueue } from '../src/queue/build-queue.ts';
import { parseQueueUrl } from '../src/queue/queue-url.ts';
import { freePort, startRedis } from './support/redis.mjs';
import { report } from './support/report.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const root = mkdtempSync(join(tmpdir(), 'runner-bench-queue-'));
const port = await freePort();
const redis = await startRedis(join(root, 'redis'), port, { safe: false });
const url = `redis://127.0.0.1:${port}/0`;
const only = process.argv[process.argv.indexOf('--only') + 1];
const wanted = (name) => !process.argv.includes('--only') || only === name;
try {
  const [efficiency, batch, growth] = [
    wanted('efficiency') ? await measureEfficiency() : null,
    wanted('batch') ? await measureBatch() : null,
    wanted('growth') ? await measureGrowth() : null,
  ];
  const tables = [efficiency, batch, growth].flatMap((one) => one?.table ?? []);
  const values = { efficiency: efficiency?.value ?? null, batch: batch?.value ?? null, growth: growth?.value ?? null };
  report({
    name: 'queue',
    title: 'A queue',
    method:
      '4 machines of 2 slots as processes in separate checkouts, 400 files of node:test that sleep 1 to 5 s, one machine 40 % late and one at half the speed; ' +
      'ideal: all sleeping divided by what the machines can, starts of processes not counted. A batch: 300 that do nothing, one slot, with and without a queue, median of 7 interleaved rounds.',
    tables,
    values,
  });
} finally {
  redis.kill('SIGKILL');
  rmSync(root, { recursive: true, force: true, maxRetries: 5 });
}

async function measureEfficiency() {
  const [count, slots] = [400, 2];
  const seconds = Array.from({ length: count }, (_, index) => 1 + ((index * 37) % 81) / 20);
  const total = seconds.reduce((sum, one) => sum + one, 0);
  const project = (folder) => {
    mkdirSync(join(folder, 'test'), { recursive: true });
    writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
    writeFileSync(
      join(folder, 'runner.config.yaml'),
      `version: 1\nproject: even\nworkers: ${slots}\nsuites: { lib: { framework: node, files: ['test/*.test.mjs'] } }\ncategories: { unit: { tests: [{ suite: lib }] } }\n`,
    );
    for (const [index, one] of seconds.entries()) {
      const wait = `await new Promise((done) => setTimeout(done, ${one * 1000} * Number(process.env.SLOWNESS ?? 1)));`;
      writeFileSync(
        join(folder, `test/part-${index}.test.mjs`),
        `import { test } from 'node:test';\ntest('part', async () => { ${wait} });\n`,
      );
    }
    return folder;
  };
  const first = project(join(root, 'm0'));
  await run(first, ['-j', '80', '--set', 'suites.lib.batch=file']);
  const folders = [first, ...[1, 2, 3].map((index) => project(join(root, `m${index}`)))];
  for (const folder of folders.slice(1)) cpSync(join(first, '.runner'), join(folder, '.runner'), { recursive: true });
  // M for which what all can do until then is the work: two at full speed, one at half, one from 0.4 M on.
  const idealMs = (total * 1000) / (slots * (1 + 1 + 0.5 + 0.6));
  const args = ['--queue', url, '--build', 'efficiency'];
  const begun = Date.now();
  await Promise.all([
    run(folders[0], args),
    run(folders[1], args),
    run(folders[2], args, { SLOWNESS: '2' }),
    delay(0.4 * idealMs).then(() => run(folders[3], args)),
  ]);
  const merged = await run(root, [
    'merge',
    ...folders.map((folder) => join(folder, 'reports')),
    '--reports',
    join(root, 'merged'),
  ]);
  const junit = readFileSync(join(root, 'merged/junit.xml'), 'utf8');
  const files = [...junit.matchAll(/<testcase [^>]*?\bfile="([^"]*)"/g)].map(([, file]) => file);
  if (merged !== 0 || files.length !== count || new Set(files).size !== count)
    throw new Error(`merge: ${merged}, ${files.length} cases`);
  const ends = folders.flatMap((folder) => {
    const lines = readFileSync(join(folder, 'reports/events.jsonl'), 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line)).flatMap((event) => (event.type === 'task-finished' ? [event.at] : []));
  });
  const makespanMs = Math.max(...ends) - begun;
  const value = Number((idealMs / makespanMs).toFixed(3));
  const body = [
    [`${(idealMs / 1000).toFixed(1)} s`, `${(makespanMs / 1000).toFixed(1)} s`, `${value}`, `${ends.length}`],
  ];
  return {
    value,
    table: {
      title: '400 files on 4 machines',
      head: ['ideal', 'actual, first start to last test', 'efficiency', 'batches'],
      body,
    },
  };
}

async function measureBatch() {
  const count = 300;
  const folder = join(root, 'batches');
  mkdirSync(folder, { recursive: true });
  const names = Array.from({ length: count }, (_, index) => `s${index}`);
  writeFileSync(
    join(folder, 'runner.config.yaml'),
    `version: 1\nproject: nothing\nworkers: 1\nsuites:\n${names.map((name) => `  ${name}: { framework: command, command: ['true'] }\n`).join('')}categories:\n  unit: { tests: [${names.map((name) => `{ suite: ${name} }`).join(', ')}] }\n`,
  );
  const alone = [];
  const queued = [];
  for (let round = 0; round < 7; round += 1) {
    alone.push(await gaps(folder, []));
    queued.push(await gaps(folder, ['--queue', url, '--build', `batch ${round}`]));
  }
  const [without, within] = [median(alone.map(median)), median(queued.map(median))];
  const value = Number((within - without).toFixed(2));
  const body = [[`${without.toFixed(2)} ms`, `${within.toFixed(2)} ms`, `${value} ms`]];
  return {
    value,
    table: {
      title: 'from the start of one batch to that of the next',
      head: ['without', 'with a queue', 'more'],
      body,
    },
  };
}

async function gaps(folder, args) {
  await run(folder, ['--progress', 'none', '--history', 'none', ...args]);
  const lines = readFileSync(join(folder, 'reports/events.jsonl'), 'utf8').trim().split('\n');
  const starts = lines
    .map((line) => JSON.parse(line))
    .flatMap((event) => (event.type === 'task-started' ? [event.at] : []));
  return starts.slice(1).map((at, index) => at - starts[index]);
}

async function measureGrowth() {
  const rows = [];
  for (const count of [10_000, 100_000]) {
    const before = await memory();
    const queue = await openBuildQueue({ address: parseQueueUrl(url), build: `growth ${count}`, leaseMs: 30_000 });
    const tasks = Array.from({ length: count }, (_, index) => ({ index, blockedBy: null }));
    const begun = performance.now();
    await queue.add(tasks, { ordered: false });
    const added = performance.now();
    const drain = async (worker) => {
      for (let claim = await queue.claim(worker); claim !== null; claim = await queue.claim(worker)) {
        await claim.finish({ worker, satisfies: true }, [Buffer.from('x')]);
      }
    };
    await Promise.all(['a', 'b', 'c', 'd'].map(drain));
    const ended = performance.now();
    const { done } = await queue.counts();
    if (done !== count) throw new Error(`${done} of ${count} were drained`);
    rows.push({ count, addMs: added - begun, drainMs: ended - added, mib: ((await memory()) - before) / 2 ** 20 });
    await queue.close();
  }
  const [few, many] = rows;
  const perTask = ({ addMs, drainMs, count }) => (addMs + drainMs) / count;
  const value = Number((perTask(many) / perTask(few)).toFixed(2));
  const body = rows.map(({ count, addMs, drainMs, mib }) => [
    String(count),
    `${(addMs / 1000).toFixed(1)} s`,
    `${(drainMs / 1000).toFixed(1)} s`,
    `${((addMs + drainMs) / count).toFixed(3)} ms`,
    `${mib.toFixed(0)} MiB`,
    `${((mib * 1024) / count).toFixed(2)} KiB`,
  ]);
  return {
    value,
    table: {
      title: 'batches that do nothing',
      head: ['batches', 'added', 'drained by 4', 'each', 'Redis memory', 'each'],
      body,
    },
  };
}

function memory() {
  const child = spawn('redis-cli', ['-p', `${port}`, 'info', 'memory'], { stdio: ['ignore', 'pipe', 'inherit'] });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (chunk) => (text += chunk));
  return new Promise((done) => child.once('close', () => done(Number(/used_memory:(\d+)/.exec(text)?.[1] ?? 0))));
}

function run(cwd, args, env = {}) {
  const child = spawn(process.execPath, [cli, ...args], { cwd, env: { ...process.env, ...env }, stdio: 'ignore' });
  return new Promise((done) => child.once('exit', done));
}

function median(numbers) {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];
}
