import { execFileSync } from 'node:child_process';
import { cpSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { fix, once, project, ranIn, runIdOf } from '../support/rerun-project.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun } from '../support/rig.ts';

interface Compared {
  readonly newlyFailing: readonly { readonly name: string; readonly after: { readonly message: string } }[];
  readonly fixed: readonly { readonly name: string }[];
  readonly gone: readonly { readonly name: string }[];
  readonly unchanged: number;
  readonly stillFailing: number;
  readonly incomplete: string | null;
}

function read(run: CliRun): Compared {
  return JSON.parse(run.stdout) as Compared;
}

describe('runner compare', () => {
  test('says what a change broke and what it mended, and fails for what is new when that is asked for', async () => {
    await using rig = await createRig(project);
    fix(rig, 'bad1', 'load');
    const before = runIdOf(await rig.run());
    rmSync(rig.path('bad1.fixed'));
    fix(rig, 'bad2');
    await rig.run();
    const plain = await rig.runWith(once, 'compare', before);
    expect(plain.exitCode, plain.stderr).toBe(0);
    expect(plain.stdout).toContain(
      `Newly failing (1)\n  tests/test_a.py::test_bad1 (lib)\n    AssertionError: assert False`,
    );
    expect(plain.stdout).toContain('Fixed (1)\n  tests/test_a.py::test_bad2 (lib)');
    expect(plain.stdout).toMatch(/1 newly failing, 1 fixed, 0 slower, 0 added, 0 gone; 3 tests as before\n$/);
    expect((await rig.runWith(once, 'compare', before, '--fail-on', 'new')).exitCode).toBe(1);
    expect((await rig.runWith(once, 'compare', before, '--fail-on', 'slower')).exitCode).toBe(0);
    const json = await rig.runWith(once, 'compare', before, '--json', '--fail-on', 'new,slower');
    expect(json.exitCode).toBe(1);
    expect(read(json)).toMatchObject({ newlyFailing: [{ name: 'test_bad1' }], fixed: [{ name: 'test_bad2' }] });
  });

  test('reads logs, folders, archives and JUnit files alike, here and elsewhere', async () => {
    await using rig = await createRig(project);
    await rig.run();
    cpSync(rig.path('reports'), rig.path('before'), { recursive: true });
    execFileSync('python3', ['-c', 'import shutil; shutil.make_archive("before", "zip", "before")'], { cwd: rig.root });
    fix(rig, 'bad1');
    await rig.run();
    for (const word of ['before', 'before/events.jsonl', 'before.zip', 'before/junit.xml']) {
      const run = await rig.runWith(once, 'compare', word, '--json');
      expect(run.exitCode, run.stderr).toBe(0);
      expect(read(run), word).toMatchObject({
        ...{ newlyFailing: [], fixed: [{ name: 'test_bad1' }], gone: [], unchanged: 2, stillFailing: 2 },
      });
    }
    const both = await rig.runWith(once, 'compare', 'before/junit.xml', 'reports/junit.xml', '--json');
    expect(read(both)).toMatchObject({ fixed: [{ name: 'test_bad1' }], unchanged: 2 });
  });

  test('takes what a rerun left out for what it was', async () => {
    await using rig = await createRig(project);
    const first = runIdOf(await rig.run());
    fix(rig, 'bad1', 'bad2', 'load');
    await rig.run('rerun');
    ranIn(rig);
    const run = await rig.runWith(once, 'compare', first, '--json');
    expect(read(run)).toMatchObject({ gone: [], newlyFailing: [], unchanged: 2 });
    expect(read(run).fixed).toHaveLength(3);
  });

  test('does not take a run that broke down for one in which nothing got worse', async () => {
    await using rig = await createRig(project);
    fix(rig, 'bad1', 'bad2', 'load');
    const before = runIdOf(await rig.run());
    await rig.write({ 'tests/test_a.py': 'import os\ndef test_good1():\n    os.kill(os.getppid(), 9)\n' });
    await rig.start(once).finished;
    const run = await rig.runWith(once, 'compare', before, '--fail-on', 'new');
    expect(run.exitCode, run.stdout).toBe(5);
    expect(run.stdout).toContain('is not complete: it did not finish');
  });

  test('refuses what is the same run, no run, or no such check', async () => {
    await using rig = await createRig(project);
    const id = runIdOf(await rig.run());
    const refusal = async (...args: readonly string[]): Promise<string> => {
      const run = await rig.runWith(once, 'compare', ...args);
      expect(run.exitCode, run.stdout).toBe(2);
      return run.stderr;
    };
    expect(await refusal(id)).toContain('are the same run');
    expect(await refusal('nope')).toContain('"nope" is neither a path nor a recorded run');
    expect(await refusal(id, '--fail-on', 'fixed')).toContain('--fail-on fixed is not known');
    await rig.write({ 'empty.xml': '<testsuites/>' });
    expect(await refusal('empty.xml')).toContain('empty.xml holds no test');
  });
});
