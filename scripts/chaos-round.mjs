import { spawn, spawnSync } from 'node:child_process';
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeWorkspace, randomNumbers } from './chaos-workspace.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const xsd = resolve(import.meta.dirname, '../docs/junit.xsd');
const longestMs = 60_000;

/** What lets somebody set the clock for one run alone; `null` where it is not installed. */
const clockLibrary = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0] ?? null;

/** What is done to a run, by a name; what `spares` reports is no excuse for a red run or a missing result, and what `mutes` them is. */
const faults = {
  nothing: { spares: true, act: () => undefined },
  SIGINT: { act: ({ runner }) => runner.kill('SIGINT') },
  SIGTERM: { act: ({ runner }) => runner.kill('SIGTERM') },
  SIGHUP: { act: ({ runner }) => runner.kill('SIGHUP') },
  SIGKILL: { act: ({ runner }) => runner.kill('SIGKILL') },
  'SIGTSTP, SIGCONT': {
    spares: true,
    act: async ({ runner }) => {
      runner.kill('SIGTSTP');
      await sleep(700);
      runner.kill('SIGCONT');
    },
  },
  'stdout closed': { spares: true, act: ({ runner }) => runner.stdout.destroy() },
  'child SIGKILL': { act: (run) => killOne(run, 'SIGKILL') },
  'child SIGSEGV': { act: (run) => killOne(run, 'SIGSEGV') },
  'all children SIGKILL': {
    act: ({ mark, runner }) => others(mark, runner.pid).forEach((pid) => kill(pid, 'SIGKILL')),
  },
  'too many open files': {
    mutes: true,
    act: ({ runner }) => void spawnSync('prlimit', ['--pid', String(runner.pid), '--nofile=12']),
  },
  'no file may grow': {
    mutes: true,
    act: ({ runner }) => void spawnSync('prlimit', ['--pid', String(runner.pid), '--fsize=4000']),
  },
  ...(clockLibrary === null
    ? {}
    : // Not forwards: files have the time of the real clock, so that a report of then would look old.
      { 'clock back an hour': { spares: true, clock: true, act: ({ root }) => setClock(root, '-3600') } }),
};

/** Plays one round and says what was wrong with it; the same seed gives the same workspace, fault and moment. */
export async function playRound(seed) {
  const random = randomNumbers(seed);
  const { files, tests, args } = makeWorkspace(random);
  const fault = random.pick(Object.keys(faults));
  const afterMs = random.whole(100, 1800);
  const root = mkdtempSync(join(tmpdir(), 'runner-chaos-'));
  const found = { seed, fault, afterMs, ranTests: 0, exit: null, problems: [] };
  try {
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const started = start(root, ['--progress', 'lines', ...args], faults[fault].clock ? clockOf(root) : {});
    const isOver = await Promise.race([started.ended.then(() => true), sleep(afterMs, false)]);
    if (!isOver) await faults[fault].act({ ...started, root, random });
    const timer = setTimeout(() => {
      found.problems.push({ kind: 'hung', text: `it had not ended after ${longestMs} ms` });
      for (const pid of [started.runner.pid, ...others(started.mark, started.runner.pid)]) kill(pid, 'SIGKILL');
    }, longestMs);
    found.exit = await started.ended;
    clearTimeout(timer);
    await judge({ root, tests, found, mark: started.mark, isHit: !isOver, output: started.output });
  } finally {
    for (const pid of others(`CHAOS=${root}`, 0)) kill(pid, 'SIGKILL');
    if (found.problems.length === 0 || process.env.CHAOS_KEEP === undefined)
      rmSync(root, { recursive: true, force: true });
    else found.problems.push({ kind: 'kept', text: root });
  }
  return found;
}

function start(root, args, more = {}) {
  const foreign = /^(VITEST|CI$|GITHUB_|RUNNER_|NODE_OPTIONS|NODE_ENV|TEST$)/;
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const runner = spawn(process.execPath, [cli, ...args], {
    cwd: root,
    env: { ...inherited, ...more, CHAOS: root, CHAOS_JOURNAL: join(root, 'journal') },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output = [];
  for (const stream of [runner.stdout, runner.stderr]) stream.on('data', (chunk) => output.push(chunk));
  const ended = new Promise((done) => runner.on('exit', (code, signal) => done(code ?? signal)));
  return { runner, ended, output, mark: `CHAOS=${root}` };
}

function clockOf(root) {
  setClock(root, '+0');
  const how = { FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_NO_CACHE: '1' };
  return { LD_PRELOAD: clockLibrary, FAKETIME_TIMESTAMP_FILE: join(root, 'clock'), ...how };
}

function setClock(root, offset) {
  // At once, since the processes of the run read it all the time.
  writeFileSync(join(root, 'clock.new'), `${offset}\n`);
  renameSync(join(root, 'clock.new'), join(root, 'clock'));
}

/** Holds what the tests noted themselves against what was reported. */
async function judge({ root, tests, found, mark, isHit, output }) {
  const wrong = (kind, text) => found.problems.push({ kind, text });
  const wasKilled = found.exit === 'SIGKILL';
  const last = new Map(linesOf(join(root, 'journal')).map((line) => line.split(' ')));
  found.ranTests = last.size;
  let [exit, reports] = [found.exit, join(root, 'reports')];
  if (wasKilled) {
    await start(root, ['services', 'down']).ended;
    reports = join(root, 'merged');
    // A runner that was killed before it had begun left nothing to merge.
    if (existsSync(join(root, 'reports/events.jsonl')))
      exit = await start(root, ['merge', 'reports/events.jsonl', '--reports', 'merged']).ended;
  }
  // With too many files open nothing can be looked for, which the run says.
  if (faults[found.fault].mutes) await start(root, ['services', 'down']).ended;
  const left = others(mark, 0);
  if (left.length > 0) wrong('left', `${left.length} processes are alive`);
  // A signal that comes before anything has begun has its ordinary effect.
  const hasBegun = existsSync(join(root, 'reports/events.jsonl'));
  if (![0, 1, 3, 4, 5, 130, 143, 'SIGKILL'].includes(exit) && hasBegun)
    wrong('exit', `it ended with ${exit}\n${Buffer.concat(output).toString().slice(-1500)}`);

  const junit = join(reports, 'junit.xml');
  const cases = casesOf(junit);
  if (existsSync(junit)) {
    const checked = spawnSync('xmllint', ['--noout', '--schema', xsd, junit], { encoding: 'utf8' });
    if (checked.status !== 0) wrong('report', `junit.xml is not valid: ${checked.stderr.slice(0, 500)}`);
  }
  const untold = untoldSuites(join(root, 'reports/events.jsonl'));
  const hasReports = !faults[found.fault].mutes || !isHit;
  for (const { name } of tests) {
    const [noted, told] = [last.get(name), cases.get(name)];
    if (exit === 0 && (noted !== 'pass' || told !== 'passed'))
      wrong('green', `exit 0, but ${name} noted ${noted} and was told as ${told}`);
    if (noted === undefined || !hasReports) continue;
    // What a killed runner had not yet read is not in its log.
    if (told === undefined && !wasKilled && !untold.has(suiteOf(name)))
      wrong('lost', `${name} noted ${noted} and is not in junit.xml`);
    if (noted === 'fail' && told === 'passed') wrong('green', `${name} failed and was told as passed`);
    if (faults[found.fault].spares && noted === 'pass' && told !== 'passed')
      wrong('red', `${name} passed and was told as ${told}`);
  }
  if (wasKilled) expectMerged(join(root, 'reports/events.jsonl'), cases, wrong);
}

/** Suites of which a process was ended before it could tell everything; a result that nobody was told of is not lost. */
function untoldSuites(log) {
  const ended = linesOf(log)
    .map((line) => JSON.parse(line))
    .filter(({ type, outcome }) => type === 'attempt-finished' && !['passed', 'tests-failed'].includes(outcome.kind));
  return new Set(ended.map(({ task }) => /\/(s\d)/.exec(task)?.[1]));
}

function suiteOf(name) {
  return /s\d/.exec(name.slice('test_'.length))?.[0];
}

/** Whatever the log of a killed runner tells is in what is made of it. */
function expectMerged(log, cases, wrong) {
  for (const line of linesOf(log)) {
    const event = JSON.parse(line);
    if (event.type !== 'test-finished' || event.test.synthetic) continue;
    if (!cases.has(event.test.id.name)) wrong('lost', `${event.test.id.name} is in the log and not in its merge`);
  }
}

/** Whole lines: the last one of a killed process may be torn. */
function linesOf(path) {
  return existsSync(path) ? readFileSync(path, 'utf8').split('\n').slice(0, -1) : [];
}

function casesOf(path) {
  const text = existsSync(path) ? readFileSync(path, 'utf8') : '';
  const found = text.matchAll(/<testcase\b([^>]*?)(?:\/>|>([^]*?)<\/testcase>)/g);
  return new Map(
    [...found].map(([, attributes, body = '']) => [
      /\bname="([^"]*)"/.exec(attributes)?.[1],
      /<(failure|error)\b/.test(body) ? 'failed' : /<skipped\b/.test(body) ? 'skipped' : 'passed',
    ]),
  );
}

function killOne({ mark, runner, random }, signal) {
  const pids = others(mark, runner.pid);
  if (pids.length > 0) kill(random.pick(pids), signal);
}

/** Ids of the living processes with the mark in their environment. */
function others(mark, except) {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && pid !== except)
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
        const isDead = 'ZX'.includes(stat.charAt(stat.lastIndexOf(')') + 2));
        return !isDead && readFileSync(`/proc/${pid}/environ`, 'latin1').split('\0').includes(mark);
      } catch {
        return false;
      }
    });
}

function kill(pid, signal) {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already.
  }
}
