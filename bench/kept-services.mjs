// A second run of an example's integration tests that finds its services running, beside the first, which starts them: as they are, which
// is in no time, and as those of most systems are, which take two seconds each until they answer.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare, median } from './support/compare.mjs';
import { report } from './support/report.mjs';
import { baseEnv } from './support/stopwatch.mjs';

const repository = resolve(import.meta.dirname, '..');
const cli = join(repository, 'dist/runner.js');
const [rounds, slowMs] = [5, 2000];
const root = mkdtempSync(join(tmpdir(), 'runner-bench-services-'));
symlinkSync(join(repository, 'node_modules'), join(root, 'node_modules'));
try {
  const quick = await measure('quick', 0);
  const slow = await measure('slow', slowMs);
  report({
    name: 'kept-services',
    title: 'Services that were left running',
    method:
      `The integration tests of examples/chat-platform (vitest and node:test, services auth and backend) with --keep-services, the first time and again. ` +
      `Start-up is from the first service that starts until the last is ready. Median of ${rounds} rounds. The set-up of the bars: each service takes ${slowMs / 1000} s until it listens, as one does that compiles, migrates or warms up.`,
    tables: [
      { title: 'services that start at once, as in the example', ...quick.compared },
      { title: `services that take ${slowMs / 1000} s each`, ...slow.compared },
    ],
    values: { 'start-up': slow.startUp, wall: slow.wall },
    notes: [
      `Until all services are ready: ${slow.firstMs} ms the first time and ${slow.secondMs} ms the second; in the example as it is ${quick.firstMs} ms and ${quick.secondMs} ms, which saves ${quick.startUp} % of that and ${quick.wall} % of the run.`,
    ],
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function measure(name, delayMs) {
  const folder = makeExample(name, delayMs);
  const starts = { first: [], second: [] };
  const contender = (run, prepare) => ({
    ...{ name: `${run} run`, own: run === 'second', cold: true, cwd: folder, prepare },
    argv: [process.execPath, cli, '--category', 'integration', '--no-docker', '--keep-services', '--progress', 'none'],
    check: () => starts[run].push(startUpOf(folder, run)),
  });
  try {
    const compared = await compare([contender('first', () => down(folder)), contender('second')], { rounds });
    const [first, second] = compared.rows;
    const [firstMs, secondMs] = [median(starts.first), median(starts.second)];
    const saved = (before, after) => Number((100 * (1 - after / before)).toFixed(1));
    return {
      ...{ compared, firstMs, secondMs },
      ...{ startUp: saved(firstMs, secondMs), wall: saved(first.wallMs, second.wallMs) },
    };
  } finally {
    down(folder);
  }
}

/** The example, with services that begin to listen so much later. */
function makeExample(name, delayMs) {
  const folder = join(root, name);
  cpSync(join(repository, 'examples/chat-platform'), folder, {
    recursive: true,
    filter: (path) => !/\/(\.runner|reports)$/.test(path),
  });
  if (delayMs === 0) return folder;
  const config = join(folder, 'runner.config.yaml');
  const text = readFileSync(config, 'utf8');
  const slow = text.replaceAll('[node, services/', '[node, --import, ./services/late.mjs, services/');
  if (slow.split('late.mjs').length !== 3) throw new Error(`${config} has other services`);
  writeFileSync(join(folder, 'services/late.mjs'), `await new Promise((go) => setTimeout(go, ${delayMs}));\n`);
  writeFileSync(config, slow);
  return folder;
}

function down(cwd) {
  const { status, stderr } = spawnSync(process.execPath, [cli, 'services', 'down'], {
    cwd,
    env: baseEnv(),
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(stderr);
}

/** From the first service that starts until the last is ready, in milliseconds. */
function startUpOf(folder, run) {
  const events = readFileSync(join(folder, 'reports/events.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const changes = events.filter(({ type }) => type === 'service-changed');
  const ready = changes.filter(({ change }) => change.kind === 'ready');
  if (ready.length !== 2) throw new Error(`${run} run: ${ready.length} services`);
  if (ready.some(({ change }) => (change.savedMs !== undefined) !== (run === 'second')))
    throw new Error(`${run} run: ${JSON.stringify(ready)}`);
  return ready.at(-1).at - changes[0].at;
}
