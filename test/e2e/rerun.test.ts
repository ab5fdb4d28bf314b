import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { config, fix, once, project, ranIn, runIdOf, tests } from '../support/rerun-project.ts';
import { createRig } from '../support/rig.ts';

describe('a chain of reruns', () => {
  test('runs what has not passed, test by test, until nothing is left', async () => {
    await using rig = await createRig(project);
    const first = await rig.run();
    expect(first.exitCode, first.stdout).toBe(1);
    expect(ranIn(rig)).toEqual(['bad1', 'bad2', 'good1', 'good2', 'load']);
    expect(first.stdout).toMatch(/^Rerun: .* rerun$/m);

    fix(rig, 'bad1');
    const second = await rig.run('rerun');
    expect(second.exitCode, second.stdout).toBe(1);
    expect(ranIn(rig)).toEqual(['bad1', 'bad2', 'load']);
    expect(second.events[0]).toMatchObject({ rerunOf: { runId: runIdOf(first) } });

    fix(rig, 'bad2', 'load');
    const third = await rig.run('rerun');
    expect(third.exitCode, third.stdout).toBe(0);
    expect(ranIn(rig)).toEqual(['bad2', 'load']);
    expect(third.events[0]).toMatchObject({ rerunOf: { runId: runIdOf(second) } });

    const fourth = await rig.runWith(once, 'rerun');
    expect(fourth.exitCode).toBe(0);
    expect(fourth.stdout).toMatch(
      /^Nothing is left to rerun: 5 tests passed in run \S+ and the runs that led to it\.$/m,
    );
    expect(ranIn(rig)).toEqual([]);
  });

  test('is not complete while something of it did not run, and says what', async () => {
    await using rig = await createRig(project);
    await rig.run();
    ranIn(rig);
    fix(rig, 'load', 'bad1');
    const part = await rig.run('rerun', '--category', 'load');
    expect(part.exitCode, part.stdout).toBe(5);
    expect(ranIn(rig)).toEqual(['load']);
    expect(part.stdout).toMatch(/Summary .* 1 passed; 2 outstanding tests not seen; not complete \(exit 5\)/);
    expect(part.stdout).toContain('  tests/test_a.py::test_bad1 (lib)');
    expect(JSON.parse(readFileSync(rig.path('reports/summary.json'), 'utf8'))).toMatchObject({
      exitCode: 5,
      rerunOf: { unseenTests: 2, unseenFiles: 0, unseen: [{ suite: 'lib', name: 'test_bad1' }, { name: 'test_bad2' }] },
    });
    // What that run was to leave out by its own choice, its descendants do not forget.
    fix(rig, 'bad2');
    const rest = await rig.run('rerun', '--category', 'all');
    expect(rest.exitCode, rest.stdout).toBe(0);
    expect(ranIn(rig)).toEqual(['bad1', 'bad2']);
  });

  test('takes over the selection, the environment and what goes to the framework, but no permission', async () => {
    await using rig = await createRig(project);
    const first = await rig.run('--category', 'unit', '--env', 'staging', '--pattern', 'test_a', '--', '-q');
    expect(first.exitCode, first.stdout).toBe(1);
    expect(ranIn(rig)).toEqual(['bad1', 'bad2', 'good1']);
    const second = await rig.run('rerun', '--keyword', 'bad1');
    expect(second.exitCode, second.stdout).toBe(1);
    expect(ranIn(rig)).toEqual(['bad1']);
    expect(second.events[0]).toMatchObject({
      plan: {
        environment: 'staging',
        selection: ['--category=unit', '--pattern=test_a', '--keyword=bad1', '--env=staging'],
      },
      given: { extraArgs: ['-q'] },
    });
    const mixed = await rig.run('rerun', '--env', 'local');
    expect(mixed.stdout).toMatch(
      /run \S+ was in environment staging, this one is in local: what passed there is not run/,
    );
    await using other = await createRig(project);
    expect((await other.run('--env', 'prod', '--allow-prod')).exitCode).toBe(1);
    const refused = await other.runWith(once, 'rerun');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('environment "prod" is protected');
    expect((await other.run('rerun', '--allow-prod')).exitCode).toBe(1);
  });

  test('runs a new test, and a file that changed as a whole', async () => {
    await using rig = await createRig(project);
    fix(rig, 'bad1', 'bad2', 'load');
    expect((await rig.run()).exitCode).toBe(0);
    ranIn(rig);
    await rig.write({ 'tests/test_b.py': tests('good2', 'good3'), 'tests/test_c.py': tests('good4') });
    const run = await rig.run('rerun');
    expect(run.exitCode, run.stdout).toBe(0);
    expect(ranIn(rig)).toEqual(['good2', 'good3', 'good4']);
  });

  test('owes a failed test that is gone, and is told so', async () => {
    await using rig = await createRig(project);
    fix(rig, 'bad2', 'load');
    expect((await rig.run()).exitCode).toBe(1);
    await rig.write({ 'tests/test_a.py': tests('good1', 'bad2') });
    const run = await rig.run('rerun');
    expect(run.exitCode, run.stdout).toBe(5);
    expect(run.stdout).toContain('1 outstanding test not seen');
    const again = await rig.runWith(once, 'rerun');
    expect(again.exitCode).toBe(5);
    expect(again.stdout).toContain('  tests/test_a.py::test_bad1 (lib)');
  });

  test('begins anew with a run of its own', async () => {
    await using rig = await createRig(project);
    const first = await rig.run();
    fix(rig, 'bad1', 'bad2', 'load');
    expect((await rig.run()).exitCode).toBe(0);
    ranIn(rig);
    expect((await rig.runWith(once, 'rerun')).exitCode).toBe(0);
    expect((await rig.run('rerun', runIdOf(first))).exitCode).toBe(0);
    expect(ranIn(rig)).toEqual(['bad1', 'bad2', 'load']);
  });
});

describe('a run that was killed', () => {
  const dying = `${tests('good1', 'bad1')}
def test_dies():
    ran("dies")
    if not os.path.exists(os.path.join(ROOT, "dies.fixed")):
        os.kill(os.getppid(), 9)
        os.kill(os.getpid(), 9)
def test_last():
    ran("last")
`;

  test('with kill -9 in the middle is rerun from the events that it had written', async () => {
    await using rig = await createRig({ ...project, 'tests/test_a.py': dying });
    const run = await rig.start(once, '--category', 'unit', '--workers', '1').finished;
    expect(run.exitCode).toBe(null);
    ranIn(rig);
    fix(rig, 'bad1', 'dies');
    const rest = await rig.run('rerun');
    expect(rest.exitCode, rest.stdout).toBe(0);
    expect(ranIn(rig)).toEqual(expect.arrayContaining(['bad1', 'dies', 'last']));
    expect((await rig.runWith(once, 'rerun')).exitCode).toBe(0);
  });

  test('of which the framework had told all tests is rerun from the test that ran', async () => {
    const text = dying.replace('os.kill(os.getppid(), 9)', 'pass');
    await using rig = await createRig({ ...project, 'tests/test_a.py': text });
    const run = await rig.run('tests/test_a.py');
    expect(run.exitCode, run.stdout).toBe(1);
    ranIn(rig);
    fix(rig, 'bad1', 'dies');
    const rest = await rig.run('rerun');
    expect(rest.exitCode, rest.stdout).toBe(0);
    expect(ranIn(rig)).toEqual(['bad1', 'dies', 'last']);
  });
});

describe('where tests cannot be selected', () => {
  test('the files of a suite run again, or the suite', async () => {
    const script =
      '#!/bin/sh\nfor file in "$@"; do echo "$file" >> ran.log; grep -q good "$file" || [ -e fixed ] || exit 1; done\n';
    await using rig = await createRig({
      'runner.config.yaml': `
version: 1
project: files
suites: { sh: { framework: command, command: [./run.sh, '{files}'], files: ['cases/*.txt'], batch: file } }
categories: { unit: { tests: [{ suite: sh }] } }
`,
      'run.sh': script,
      'cases/a.txt': 'good',
      'cases/b.txt': 'bad',
    });
    expect((await rig.run()).exitCode).toBe(1);
    expect(ranIn(rig)).toEqual(['cases/a.txt', 'cases/b.txt']);
    writeFileSync(rig.path('fixed'), '');
    const run = await rig.run('rerun');
    expect(run.exitCode, run.stdout).toBe(0);
    expect(ranIn(rig)).toEqual(['cases/b.txt']);
  });
});

describe('--failed and --failed-first', () => {
  test('--failed runs what is owed within the selection, and nothing new', async () => {
    await using rig = await createRig(project);
    const none = await rig.runWith(once, '--failed');
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toContain('no run is recorded here');
    await rig.run();
    ranIn(rig);
    await rig.write({ 'tests/test_new.py': tests('good9') });
    fix(rig, 'bad1', 'bad2');
    const run = await rig.run('--failed', '--category', 'unit');
    expect(run.exitCode, run.stdout).toBe(5);
    expect(ranIn(rig)).toEqual(['bad1', 'bad2']);
    expect(run.stdout).toContain('1 outstanding test');
    fix(rig, 'load');
    expect((await rig.run('--failed')).exitCode).toBe(0);
    expect(ranIn(rig)).toEqual(['load']);
    const unproved = await rig.runWith(once, '--failed');
    expect(unproved.exitCode).toBe(4);
    expect(unproved.stdout).toContain('it does not show that all that is selected here passed');
    expect((await rig.run('rerun', '--category', 'all')).exitCode).toBe(0);
    expect(ranIn(rig)).toEqual(['good9']);
    expect((await rig.runWith(once, '--failed')).exitCode).toBe(0);
  });

  test('--failed-first runs everything, what failed before the rest', async () => {
    await using rig = await createRig({
      ...project,
      'tests/test_z.py': tests('bad3'),
      'runner.config.yaml': config.replace('workers: 2', 'workers: 1'),
    });
    const first = await rig.run('--failed-first', '--category', 'unit');
    expect(first.exitCode).toBe(1);
    expect(first.stdout).toContain('--failed-first: no run is recorded here; nothing goes before the rest');
    fix(rig, 'bad1', 'bad2');
    await rig.run('--category', 'unit');
    rmSync(rig.path('ran.log'));
    await rig.run('--ff', '--category', 'unit');
    expect(readFileSync(rig.path('ran.log'), 'utf8').trim().split('\n')).toEqual([
      ...['bad3', 'good1', 'bad1', 'bad2', 'good2'],
    ]);
  });

  test('contradict each other and what cuts a plan for several machines', async () => {
    await using rig = await createRig(project);
    for (const args of [
      ['--failed', '--failed-first'],
      ['--failed', '--shard', '1/2'],
      ['plan', '--failed', '--shards', '2'],
    ]) {
      expect((await rig.runWith(once, ...args)).exitCode, args.join(' ')).toBe(2);
    }
    expect((await rig.runWith(once, 'rerun', '--failed')).exitCode).toBe(2);
  });

  test('show in a plan what they leave out', async () => {
    await using rig = await createRig(project);
    await rig.run();
    const plan = await rig.runWith(once, 'rerun', '--dry-run');
    expect(plan.exitCode, plan.stderr).toBe(0);
    expect(plan.stdout).toContain('1 test file with nothing left to rerun');
    const json = JSON.parse((await rig.runWith(once, 'plan', '--failed', '--json')).stdout) as {
      tasks: { id: string; tests?: unknown }[];
    };
    expect(json.tasks).toMatchObject([{ id: 'unit/lib' }, { id: 'load/load' }]);
  });
});
