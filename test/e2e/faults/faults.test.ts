import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseEvent } from '../../../src/results/parse-event.ts';
import { until } from '../../support/killed-runs.ts';
import { processesWith } from '../../support/processes.ts';
import { summaryProblems } from '../../support/published-schemas.ts';
import { createRig } from '../../support/rig.ts';
import type { CliRun, Rig, StartedCli } from '../../support/rig.ts';
import { faultProject } from './fault-project.ts';
import { faults } from './fault-table.ts';
import { phases } from './fault.ts';
import type { Fault, Phase } from './fault.ts';

const xsd = resolve(import.meta.dirname, '../../../docs/junit.xsd');

const meetings = faults.flatMap((fault) =>
  phases.flatMap((phase) => {
    const end = fault.ends[phase];
    return typeof end === 'object' ? [] : [{ fault, phase, end, name: fault.name }];
  }),
);

const clockLibrary = globSync('/usr/lib/*/faketime/libfaketimeMT.so.1')[0] ?? null;

/** How each of them ended. */
const seen = new Map<string, string | number | null>();

/** What is there for runs that need something outside: it answers, and has a port. */
const server = createServer((_, response) => response.end('ok'));
let port = 0;
beforeAll(async () => {
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  port = (server.address() as AddressInfo).port;
});
afterAll(() => void server.close());

describe('whatever happens, a run ends, leaves nothing alive and says only what is so', { timeout: 120_000 }, () => {
  test.concurrent.for(meetings)('$name while $phase: $end', async ({ fault, phase, end }, context) => {
    await using rig = await createRig(faultProject(fault, phase, port));
    using disk = mountDisk(rig, fault);
    if (disk.problem !== null) context.skip(`a small disk cannot be mounted here: ${disk.problem}`);
    if (fault.clock && clockLibrary === null) {
      expect(process.env['RUNNER_TESTS_REQUIRE_TOOLS'], 'libfaketime is not there').not.toBe('1');
      context.skip('libfaketime is not there');
    }
    const clock = fault.clock ? clockOf(rig) : {};
    const mark = `FAULTS=${rig.root}`;
    const started = rig.start(
      {
        env: {
          ...{ FAULTS: rig.root, ...clock, ...(fault.disk === 'tmp' && { TMPDIR: rig.path('tmp') }) },
          ...(fault.load && { NODE_OPTIONS: `--import=./${fault.load}` }),
        },
      },
      ...['--progress', 'lines'],
    );
    const [run] = await Promise.all([started.finished, actOutside(rig, started, fault)]);
    const said = run.stdout + run.stderr;

    expect(end === 'killed' ? started.child.signalCode : run.exitCode, said).toBe(end === 'killed' ? 'SIGKILL' : end);
    if (end === 'killed') await cleanUp(rig);
    expect(processesWith(mark), said).toEqual([]);
    expectReports(rig, run, fault);
    expectKept(rig, run, { fault, phase });
    expectTimes(rig, run);
    if (fault.says !== undefined) expect(said).toMatch(fault.says);
    seen.set(`${fault.name} ${phase}`, end === 'killed' ? 'killed' : run.exitCode);
  });
});

// docs/reliability.md is made of this file.
test('the outcomes are those that are written down', async () => {
  const rows = faults.map((fault) => {
    const ends = phases.map((phase) => {
      const end = fault.ends[phase];
      return [phase, typeof end === 'object' ? end.never : (seen.get(`${fault.name} ${phase}`) ?? end)] as const;
    });
    return { fault: fault.name, ...Object.fromEntries(ends), what: fault.what };
  });
  await expect(`${JSON.stringify(rows, null, 2)}\n`).toMatchFileSnapshot('outcomes.json');
});

/** For a fault that mounts one itself it is tried whether that can be. */
function mountDisk(rig: Rig, { disk, early }: Fault): Disposable & { readonly problem: string | null } {
  const nothing = { problem: null, [Symbol.dispose]: () => undefined };
  if (disk === undefined && early === undefined) return nothing;
  const path = rig.path(disk ?? 'tried');
  mkdirSync(path, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=512k', 'tmpfs', path], { encoding: 'utf8' });
  if (mounted.status !== 0) return { ...nothing, problem: mounted.stderr };
  if (disk !== undefined) return { problem: null, [Symbol.dispose]: () => unmount(path) };
  unmount(path);
  return { problem: null, [Symbol.dispose]: () => unmount(rig.path('reports/logs/integration')) };
}

/** A clock for all processes of the run, which goes by a file. */
function clockOf(rig: Rig): Record<string, string> {
  writeFileSync(rig.path('clock'), '+0\n');
  return {
    ...{ LD_PRELOAD: clockLibrary ?? '', FAKETIME_TIMESTAMP_FILE: rig.path('clock') },
    // As where somebody sets the clock: what only measures time goes on, and all see the new time at once.
    ...{ FAKETIME_DONT_FAKE_MONOTONIC: '1', FAKETIME_NO_CACHE: '1' },
  };
}

/** Whatever is mounted there, one on the other. */
function unmount(path: string): void {
  while (spawnSync('umount', [path]).status === 0);
}

async function actOutside(rig: Rig, { child }: StartedCli, { outside }: Fault): Promise<void> {
  if (outside === undefined) return;
  await until(() => existsSync(rig.path('here')) || child.exitCode !== null || child.signalCode !== null);
  const go = (): void => writeFileSync(rig.path('go'), '');
  switch (outside) {
    case 'close-stdout':
      child.stdout?.destroy();
      go();
      return;
    case 'continue':
      await until(() => stateOf(child.pid ?? 0) === 'T' || child.exitCode !== null || child.signalCode !== null);
      go();
      child.kill('SIGCONT');
      return;
    case 'lock-history': {
      mkdirSync(rig.path('.runner'), { recursive: true });
      using history = new DatabaseSync(rig.path('.runner/history.sqlite'));
      history.exec('BEGIN EXCLUSIVE');
      go();
      await until(() => child.exitCode !== null || child.signalCode !== null);
    }
  }
}

/** An empty text when it is gone, which Node may be told of later. */
function stateOf(pid: number): string {
  try {
    return /\) (.)/.exec(readFileSync(`/proc/${pid}/stat`, 'latin1'))?.[1] ?? '';
  } catch {
    return '';
  }
}

/** The next command in the checkout. */
async function cleanUp(rig: Rig): Promise<void> {
  const down = await rig.runWith({ replay: false }, 'services', 'down');
  expect(down.exitCode, down.stdout + down.stderr).toBe(0);
}

function expectReports(rig: Rig, run: CliRun, { keeps }: Fault): void {
  const junit = rig.path('reports/junit.xml');
  if (existsSync(junit) || keeps === undefined) {
    execFileSync('xmllint', ['--huge', '--noout', '--schema', xsd, junit], { stdio: 'pipe' });
  }
  const path = rig.path('reports/summary.json');
  if (!existsSync(path) && keeps !== undefined) return;
  const summary = JSON.parse(readFileSync(path, 'utf8')) as { exitCode: number };
  expect(summaryProblems(summary)).toEqual([]);
  expect(summary.exitCode).toBe(run.exitCode);
}

/** What had ended before the fault came. */
function expectKept(rig: Rig, run: CliRun, { fault, phase }: { fault: Fault; phase: Phase }): void {
  if (fault.keeps === 'nothing') return;
  const text = fault.keeps === 'log' ? readFileSync(rig.path('reports/events.jsonl'), 'utf8') : run.junit;
  const ended = phase === 'running' ? ['one', 'two'] : ['one', 'two', 'three'];
  for (const name of ended) expect(text).toContain(`"${name}"`);
  if (phase === 'retrying') expect(text).toContain('at first');
}

/** Whatever the clock did, nothing took less than no time, or an hour. */
function expectTimes(rig: Rig, run: CliRun): void {
  const told = [...run.junit.matchAll(/\btime="([^"]*)"/g)].map(([, seconds]) => Number(seconds));
  const path = rig.path('reports/events.jsonl');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').split('\n') : [];
  const ats = lines.flatMap((line) => parseEvent(line)?.at ?? []);
  const between = ats.slice(1).map((at, index) => (at - (ats[index] ?? at)) / 1000);
  for (const seconds of [...told, ...between]) expect(seconds >= 0 && seconds < 3000, `${seconds} s`).toBe(true);
}
