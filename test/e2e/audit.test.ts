import { execFileSync } from 'node:child_process';
import { readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const example = resolve(import.meta.dirname, '../../examples/websockets-migration/make-repository.mjs');

async function migration(): Promise<Rig> {
  const rig = await createRig({});
  execFileSync(process.execPath, [example, rig.root]);
  return rig;
}

const audit = (rig: Rig, ...words: readonly string[]): Promise<CliRun> =>
  rig.runWith({ replay: false }, 'audit', ...words);

interface AuditJson {
  readonly guards: readonly {
    readonly name: string;
    readonly slack: number;
    readonly priorities: readonly { readonly priority: string; readonly files: number; readonly state: string }[];
    readonly categories: Readonly<Record<string, number>>;
  }[];
  readonly problems: readonly string[];
}

const parsed = ({ stdout }: CliRun): AuditJson => JSON.parse(stdout) as AuditJson;

function edit(rig: Rig, file: string, change: (text: string) => string): void {
  writeFileSync(rig.path(file), change(readFileSync(rig.path(file), 'utf8')));
}

/** The first phase is done: nothing of P0 connects in the old way. */
function finishFirstPhase(rig: Rig): void {
  for (const index of ['01', '02', '03', '04', '05', '06', '07'])
    edit(rig, `tests/mission_critical/test_websocket_${index}.py`, (text) =>
      text.replace('websockets.connect(', 'connect(').replace('extra_headers', 'additional_headers'),
    );
}

describe('the migration of the example', () => {
  test('is counted by priority and category, holds, and lets later phases wait', async () => {
    await using rig = await migration();
    const run = await audit(rig, '--json');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    const [headers, direct, legacy] = parsed(run).guards;
    expect(headers?.priorities.map(({ priority, files }) => `${priority} ${files}`)).toEqual([
      'P0 7',
      'P1 83',
      'P2 33',
      'P3 51',
    ]);
    expect(headers?.categories).toEqual({ mission_critical: 7, integration: 83, e2e: 33, unit: 51 });
    expect(direct?.priorities.map(({ files }) => files)).toEqual([3, 28, 11, 17]);
    expect(legacy?.priorities.map(({ state }) => state)).toEqual(['zero', 'waiting', 'zero', 'zero']);
    expect((await audit(rig, '--phase', 'P0')).exitCode).toBe(1);
  });

  test('opens the next phase when one is done, and the baseline goes down and not up', async () => {
    await using rig = await migration();
    finishFirstPhase(rig);
    const next = await audit(rig, '--json');
    expect(next.exitCode).toBe(1);
    expect(parsed(next).guards.map(({ name, slack, priorities }) => [name, slack, priorities[1]?.state])).toEqual([
      ['extra-headers', 7, 'within'],
      ['direct-connect', 3, 'within'],
      ['legacy-client', 0, 'over'],
    ]);
    for (const index of ['01', '02'])
      edit(rig, `tests/integration/test_websocket_${index}.py`, (text) =>
        text.replace('websockets.legacy', 'websockets'),
      );
    expect([(await audit(rig)).exitCode, (await audit(rig, '--fail-on-stale')).exitCode]).toEqual([0, 1]);
    expect((await audit(rig, '--phase', 'P0')).exitCode).toBe(0);
    const lowered = await audit(rig, '--update-baseline');
    expect([lowered.exitCode, lowered.stdout]).toEqual([0, expect.stringContaining('lowered by 10')]);
    expect((await audit(rig, '--fail-on-stale')).exitCode).toBe(0);

    edit(rig, 'tests/mission_critical/test_websocket_01.py', (text) => `${text}    extra_headers = None\n`);
    const before = readFileSync(rig.path('runner.guards.json'), 'utf8');
    const refused = await audit(rig, '--update-baseline');
    expect([refused.exitCode, readFileSync(rig.path('runner.guards.json'), 'utf8')]).toEqual([1, before]);
    expect(refused.stdout).toContain('tests/mission_critical/test_websocket_01.py:9: extra_headers = None');
    const raised = await audit(rig, '--update-baseline', '--allow-increase', 'until #12');
    expect([raised.exitCode, raised.stdout]).toEqual([0, expect.stringContaining('raised by 1: until #12')]);
    expect(readFileSync(rig.path('runner.guards.json'), 'utf8')).toContain('"reason": "until #12"');
    const history = await audit(rig, '--history');
    expect(history.stdout).toMatch(/extra-headers +P0 .* 0 → 1\n/);
  });

  test('is judged in a run, in every report of it', async () => {
    await using rig = await migration();
    const words = ['--category', 'migration', '--progress', 'none', '-j', '2'];
    const held = await rig.run(...words);
    expect(held.exitCode, held.stdout + held.stderr).toBe(0);
    expect(held.junit).toContain('<testcase classname="guards.legacy-client" name="P1"');
    expect(held.junit).toContain('<skipped message="P1: 2 matches in 2 files, waits for P0 of websockets: 10 left"/>');
    edit(rig, 'tests/unit/test_websocket_01.py', (text) => `${text}\nextra_headers = 1\n`);
    const env = { GITHUB_ACTIONS: 'true' };
    const red = await rig.runWith({ env }, ...words);
    expect(red.exitCode, red.stdout + red.stderr).toBe(1);
    expect(red.junit).toContain(
      'name="P3 tests/unit/test_websocket_01.py" file="tests/unit/test_websocket_01.py" line="7"',
    );
    expect(red.stderr).toContain('::error file=tests/unit/test_websocket_01.py,line=7');
    // A name of a test means no guard.
    expect((await rig.runWith({ replay: false }, 'plan', '--category', 'migration', '-k', 'x')).exitCode).toBe(4);
  });
});

describe('an audit that cannot be believed', () => {
  test.each([
    ['no baseline', (rig: Rig) => rmSync(rig.path('runner.guards.json')), 2, 'there is no baseline runner.guards.json'],
    ['half a baseline', (rig: Rig) => edit(rig, 'runner.guards.json', (text) => text.slice(0, 300)), 2, 'is not JSON'],
    ['a link that loops', (rig: Rig) => symlinkSync('loop.py', rig.path('loop.py')), 0, 'none violated'],
  ])('with %s says so', async (_title, spoil, exitCode, message) => {
    await using rig = await migration();
    spoil(rig);
    const run = await audit(rig);
    expect([run.exitCode, run.stdout + run.stderr]).toEqual([exitCode, expect.stringContaining(message)]);
  });

  test('for want of guards, files or sense is refused', async () => {
    const base = 'version: 1\nsuites: {}\ncategories: {}\n';
    await using rig = await createRig({ 'runner.config.yaml': base, 'a.py': '' });
    expect((await audit(rig)).exitCode).toBe(4);
    await rig.write({ 'runner.config.yaml': `${base}guards: { g: { text: x, files: ["*.js"] } }\n` });
    const empty = await audit(rig, '--junit', 'out/guards.xml');
    expect([empty.exitCode, empty.stdout]).toEqual([4, expect.stringContaining('no file matches *.js')]);
    expect(readFileSync(rig.path('out/guards.xml'), 'utf8')).toContain('errors="1"');
    expect((await audit(rig, 'h')).stderr).toContain('guard "h" is not defined');
    expect((await audit(rig, '--allow-increase', 'x')).exitCode).toBe(2);
  });
});
