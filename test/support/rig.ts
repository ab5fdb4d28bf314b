import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import type { RunEvent } from '../../src/model/event.ts';
import { expectReportsAgree, hasReports } from './reports-agree.ts';

const repository = resolve(import.meta.dirname, '../..');
const cli = join(repository, 'dist/runner.js');

/** A temporary project and the built command line. `await using` removes it. */
export interface Rig extends AsyncDisposable {
  readonly root: string;
  path(...parts: string[]): string;
  write(files: Readonly<Record<string, string>>): Promise<void>;
  /** Runs `runner` to its end. */
  run(...args: string[]): Promise<CliRun>;
  /** Runs `runner` in another folder of the project, or with other variables. */
  runWith(options: CliOptions, ...args: string[]): Promise<CliRun>;
  start(options: CliOptions, ...args: string[]): StartedCli;
}

export interface CliOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** The run is not repeated through `merge`: it has no complete event log. */
  readonly replay?: boolean;
}

export interface CliRun {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** Parsed `reports/events.jsonl`; empty when there is none. */
  readonly events: readonly RunEvent[];
  /** `reports/junit.xml`, or an empty string. */
  readonly junit: string;
}

export interface StartedCli {
  readonly child: ChildProcess;
  readonly finished: Promise<CliRun>;
  /** Resolves when the event log holds an event that matches. */
  event(matches: (event: RunEvent) => boolean): Promise<RunEvent>;
}

/** Writes a project into a temporary folder; `node_modules` of this repository can be seen from it. */
export async function createRig(files: Readonly<Record<string, string>>): Promise<Rig> {
  const root = await mkdtemp(join(tmpdir(), 'runner-rig-'));
  await symlink(join(repository, 'node_modules'), join(root, 'node_modules'));
  await writeFiles(root, files);
  const start = (options: CliOptions, ...args: string[]): StartedCli => startCli(root, options, args);
  const runWith = async (options: CliOptions, ...args: string[]): Promise<CliRun> => {
    const run = await start(options, ...args).finished;
    if (options.replay !== false) await expectReplayIsEqual(root, run);
    return run;
  };
  return {
    root,
    path: (...parts) => join(root, ...parts),
    write: (more) => writeFiles(root, more),
    start,
    runWith,
    run: (...args) => runWith({}, ...args),
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true, maxRetries: 5 }),
  };
}

async function writeFiles(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    const target = join(root, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, text, { mode: text.startsWith('#!') ? 0o755 : 0o644 });
  }
}

function startCli(root: string, options: CliOptions, args: readonly string[]): StartedCli {
  const cwd = options.cwd === undefined ? root : join(root, options.cwd);
  const child = spawn(process.execPath, [cli, ...args], {
    cwd,
    env: { ...cleanEnv(), ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
  child.stderr.setEncoding('utf8').on('data', (chunk: string) => (stderr += chunk));
  const finished = new Promise<CliRun>((done, failed) => {
    child.on('error', failed);
    child.on('close', (exitCode) => {
      readRun(root).then((reports) => done({ exitCode, stdout, stderr, ...reports }), failed);
    });
  });
  return { child, finished, event: (matches) => waitForEvent(root, child, matches) };
}

/** Vitest's own variables and CI's would change what the program under test does. */
function cleanEnv(): Record<string, string> {
  const foreign = /^(VITEST|CI$|GITHUB_|RUNNER_|NODE_OPTIONS|FORCE_COLOR|NO_COLOR|NODE_ENV|TEST$|NODE_EXTRA_CA_CERTS)/;
  const entries = Object.entries(process.env).filter(([name, value]) => value !== undefined && !foreign.test(name));
  return Object.fromEntries(entries) as Record<string, string>;
}

async function readRun(root: string): Promise<{ events: RunEvent[]; junit: string }> {
  return { events: await readEventLog(root), junit: await readOrEmpty(join(root, 'reports/junit.xml')) };
}

async function readEventLog(root: string): Promise<RunEvent[]> {
  const lines = (await readOrEmpty(join(root, 'reports/events.jsonl'))).split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as RunEvent);
}

/** A run that begins meanwhile may just have taken it away. */
async function readOrEmpty(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  }
}

async function waitForEvent(
  root: string,
  child: ChildProcess,
  matches: (event: RunEvent) => boolean,
): Promise<RunEvent> {
  for (;;) {
    const found = (await readEventLog(root)).find(matches);
    if (found !== undefined) return found;
    if (child.exitCode !== null) throw new Error(`runner ended with ${child.exitCode} before the awaited event`);
    await new Promise((resolveSoon) => setTimeout(resolveSoon, 20));
  }
}

/** Replaying is merging: the event log alone must give the report that the run wrote itself. All reports have to agree. */
async function expectReplayIsEqual(root: string, run: CliRun): Promise<void> {
  const started = run.events[0];
  // The log of one shard of several is incomplete, whatever its run came to.
  if (started?.type !== 'run-started' || (started.shard?.total ?? 1) > 1) return;
  const replayed = await startCli(root, {}, [
    ...['merge', 'reports/events.jsonl', '--reports', 'replayed'],
    ...['--reporter', 'default', 'ctrf', 'trace'],
  ]).finished;
  const junit = await readOrEmpty(join(root, 'replayed/junit.xml'));
  if (junit !== run.junit) {
    throw new Error(
      `merge of the event log gives another junit.xml\n--- run\n${run.junit}\n--- merge\n${junit}\n${replayed.stderr}`,
    );
  }
  expectReportsAgree(join(root, 'replayed'));
  if (hasReports(join(root, 'reports'))) expectReportsAgree(join(root, 'reports'));
  if (replayed.exitCode !== run.exitCode) {
    throw new Error(`the run ended with ${run.exitCode}, its replay with ${replayed.exitCode}\n${replayed.stderr}`);
  }
}
