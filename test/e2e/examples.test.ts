import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { chmod, cp, mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, delimiter, join, resolve } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import type { Totals } from '../../src/model/test.ts';
import { npmTools } from '../support/npm-tools.ts';
import { pipPackage } from '../support/pip-tools.ts';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const repository = resolve(import.meta.dirname, '../..');
const xsd = join(repository, 'docs/junit.xsd');
const timeoutMs = 180_000;

/** A copy of an example to run in, and a folder that everything temporary goes to. */
interface Copy extends AsyncDisposable {
  readonly rig: Rig;
  readonly scratch: string;
}

/** What the tools of an example keep for their next run, not for this one. */
const cache = /^(?:jest_|playwright-transform-cache|node-compile-cache)/;
/** Of examples/polyglot/js, at the versions that its package.json names. */
const pipPackages = { websockets13: 'websockets==13.1', websockets17: 'websockets==17.4' };
const npmPackages = ['@playwright/test@1.65.1', 'jest@30.5.2', 'mocha@12.0.3'];

async function copyOf(example: string): Promise<Copy> {
  const made = new Set(['node_modules', 'reports', '.runner', '__pycache__', '.pytest_cache']);
  const rig = await createRig({});
  const scratch = await mkdtemp(join(tmpdir(), 'runner-example-'));
  // Servers that give up the rights of root have folders in it.
  await chmod(scratch, 0o755);
  await cp(join(repository, 'examples', example), rig.root, {
    recursive: true,
    filter: (path) => !made.has(basename(path)),
  });
  return {
    rig,
    scratch,
    [Symbol.asyncDispose]: async () => {
      await rm(scratch, { recursive: true, force: true, maxRetries: 5 });
      await rig[Symbol.asyncDispose]();
    },
  };
}

/** In place of `npm install` and `pip install`; says what cannot be had. */
async function linkPackages(rig: Rig): Promise<string | null> {
  const tools = npmTools(...npmPackages);
  if (tools.kind === 'missing') return tools.reason;
  await symlink(tools.modules, rig.path('js/node_modules'));
  await mkdir(rig.path('feed/.deps'), { recursive: true });
  for (const [name, requirement] of Object.entries(pipPackages)) {
    const found = pipPackage(requirement);
    if (found.kind === 'missing') return found.reason;
    await symlink(found.folder, rig.path('feed/.deps', name));
  }
  return null;
}

/** Neither a process of the run is alive, known by its mark or by the folder it works in, nor is anything temporary left. */
function expectNothingLeft(run: CliRun, scratch: string): void {
  const started = run.events.find((event) => event.type === 'run-started');
  expect(started).toBeDefined();
  if (started !== undefined) expect(processesWith(`${started.runId}/`)).toEqual([]);
  expect(processesIn(scratch)).toEqual([]);
  expect(readdirSync(scratch).filter((name) => !cache.test(name))).toEqual([]);
}

/** Postgres writes titles over the environments of its backends, which also leave the group; their folder gives them away. */
function processesIn(folder: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/cwd`).startsWith(`${folder}/`);
      } catch {
        return false;
      }
    });
}

function expectValidJunit(rig: Rig): void {
  execFileSync('xmllint', ['--noout', '--schema', xsd, rig.path('reports/junit.xml')], { stdio: 'pipe' });
}

function totalsOf(rig: Rig): Omit<Totals, 'durationMs'> {
  const summary = JSON.parse(readFileSync(rig.path('reports/summary.json'), 'utf8')) as { totals: Totals };
  const { tests, passed, failed, errors, skipped } = summary.totals;
  return { tests, passed, failed, errors, skipped };
}

/** How often a service was in each state. */
function changesOf(run: CliRun, service: string): string[] {
  return run.events.flatMap((event) =>
    event.type === 'service-changed' && event.service === service ? [event.change.kind] : [],
  );
}

describe('an example', () => {
  test.for([
    ['chat-platform', ['--category', 'mission_critical', '--no-docker'], { tests: 51, passed: 49, skipped: 2 }],
    ['polyglot', [], { tests: 124, passed: 124, skipped: 0 }],
  ] as const)(
    '%s %j passes with all of its tests and leaves nothing behind',
    { timeout: timeoutMs },
    async ([example, args, expected], { skip }) => {
      await using copy = await copyOf(example);
      const missing = example === 'polyglot' ? await linkPackages(copy.rig) : null;
      if (missing !== null) skip(missing);
      const run = await copy.rig.runWith({ env: { TMPDIR: copy.scratch } }, ...args);
      expect(run.exitCode, run.stdout + run.stderr).toBe(0);
      expect(totalsOf(copy.rig)).toEqual({ ...expected, failed: 0, errors: 0 });
      expectValidJunit(copy.rig);
      expectNothingLeft(run, copy.scratch);
    },
  );
});

const hasServers = ['redis-server', 'psql'].every((program) => spawnSync(program, ['--version']).status === 0);
const mayBeSkipped = process.env['RUNNER_TESTS_REQUIRE_TOOLS'] === undefined;

describe.skipIf(!hasServers && mayBeSkipped)('Postgres and Redis as process services', () => {
  test(
    'serve the tests over real connections, started once each, and are gone afterwards',
    async () => {
      await using copy = await copyOf('services');
      const run = await copy.rig.runWith({ env: { TMPDIR: copy.scratch } });
      expect(run.exitCode, run.stdout + run.stderr).toBe(0);
      expect(totalsOf(copy.rig)).toEqual({ tests: 45, passed: 45, failed: 0, errors: 0, skipped: 0 });
      expectValidJunit(copy.rig);
      for (const service of ['postgres', 'redis']) {
        expect(changesOf(run, service)).toEqual(['starting', 'ready', 'stopping', 'stopped']);
      }
      const leaked = run.events.flatMap((event) =>
        event.type === 'service-changed' && event.change.kind === 'stopped' ? event.change.leaked : [],
      );
      expect(leaked).toEqual([]);
      expectNothingLeft(run, copy.scratch);
    },
    timeoutMs,
  );

  test(
    'are gone when the run is interrupted while tests use them',
    async () => {
      await using copy = await copyOf('services');
      const started = copy.rig.start({ env: { TMPDIR: copy.scratch } }, '--category', 'integration', '--no-deps');
      await started.event((event) => event.type === 'test-finished');
      expect(processesIn(copy.scratch).length).toBeGreaterThan(2);
      started.child.kill('SIGINT');
      const run = await started.finished;
      expect(run.exitCode, run.stdout + run.stderr).toBe(130);
      expectValidJunit(copy.rig);
      expectNothingLeft(run, copy.scratch);
    },
    timeoutMs,
  );

  test(
    'are gone when the run is interrupted while they are being set up',
    async () => {
      await using copy = await copyOf('services');
      const started = copy.rig.start({ env: { TMPDIR: copy.scratch } }, '--category', 'database');
      await vi.waitFor(() => expect(processesIn(copy.scratch).length).toBeGreaterThan(0), {
        timeout: 30_000,
        interval: 5,
      });
      started.child.kill('SIGINT');
      const run = await started.finished;
      expect(run.exitCode, run.stdout + run.stderr).toBe(130);
      expect(changesOf(run, 'postgres')).not.toContain('ready');
      expectNothingLeft(run, copy.scratch);
    },
    timeoutMs,
  );
});

describe('a server whose package is not installed', () => {
  test.each([
    ['postgres', 'apt-get install postgresql'],
    ['redis', 'apt-get install redis-server'],
  ])(
    '%s fails the run, which says what to install',
    async (service, remedy) => {
      await using copy = await copyOf('services');
      const env = service === 'postgres' ? { PG_BIN: '/nonexistent' } : { PATH: await pathWithoutServers(copy.rig) };
      const options = { env: { TMPDIR: copy.scratch, ...env } };
      const run = await copy.rig.runWith(options, '--category', 'integration', '--no-deps');
      expect(run.exitCode, run.stdout + run.stderr).toBe(3);
      expect(run.stdout).toContain(remedy);
      expect(run.junit).toContain(remedy);
      expect(changesOf(run, service)).toEqual(['starting', 'failed']);
      expectNothingLeft(run, copy.scratch);
    },
    timeoutMs,
  );
});

/** Only what the start scripts themselves need. */
async function pathWithoutServers(rig: Rig): Promise<string> {
  await rig.write({ 'bin/about.txt': 'the whole PATH of a run\n' });
  await symlink(process.execPath, rig.path('bin/node'));
  for (const program of ['sh', 'id']) {
    const found = (process.env['PATH'] ?? '').split(delimiter).find((folder) => existsSync(join(folder, program)));
    await symlink(join(found ?? '/bin', program), rig.path('bin', program));
  }
  return rig.path('bin');
}
