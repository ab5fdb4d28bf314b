import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { casesOf } from '../support/junit-cases.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const config = (category = ''): string => `
version: 1
project: repeats
workers: 1
suites: { lib: { framework: pytest } }
categories: { unit: { tests: [{ suite: lib }]${category} } }
`;

const nth = `
import os, time
def nth(name):
    path = os.path.join(os.path.dirname(__file__), "ran.log")
    with open(path, "a") as log:
        log.write(name + " " + os.environ["RUNNER_ATTEMPT"] + "/" + os.environ["RUNNER_TOTAL_ATTEMPTS"] + "\\n")
    with open(path) as log:
        return sum(line.startswith(name + " ") for line in log)
`;
const mixed = `${nth}
def test_good():
    nth("good")
def test_third():
    assert nth("third") % 3 != 0, "every third time"
def test_bad():
    raise AssertionError("time " + str(nth("bad")))
`;
const passing = (name: string): string => `${nth}\ndef test_${name}():\n    nth("${name}")\n`;

function ranIn(rig: Rig): readonly string[] {
  return readFileSync(rig.path('ran.log'), 'utf8').trim().split('\n');
}

function attemptsOf(run: CliRun): readonly string[] {
  return run.events.flatMap((event) =>
    event.type === 'attempt-finished' ? [`${event.attempt} ${event.cause} ${event.outcome.kind}`] : [],
  );
}

interface Summary {
  readonly totals: object;
  readonly tasks: readonly object[];
  readonly failures: readonly object[];
}

const summaryOf = (rig: Rig): Summary => JSON.parse(readFileSync(rig.path('reports/summary.json'), 'utf8')) as Summary;

describe('--repeat', () => {
  test('runs everything as often as it says, and tells how often each test failed', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config(', retries: 2'), 'test_lib.py': mixed });
    const run = await rig.run('--repeat', '7');
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(ranIn(rig)).toHaveLength(21);
    expect(ranIn(rig).slice(-3)).toEqual(['good 7/7', 'third 7/7', 'bad 7/7']);
    expect(attemptsOf(run)).toHaveLength(7);
    expect(attemptsOf(run).slice(0, 2)).toEqual(['1 first tests-failed', '2 repeat tests-failed']);
    expect(casesOf(run.junit).map(({ name, status, children }) => [name, status, ...children].join(' '))).toEqual([
      'test_good passed',
      'test_third failed failure flakyFailure flakyFailure',
      expect.stringMatching(/^test_bad failed failure( rerunFailure){6}/),
    ]);
    expect(run.junit).toContain('<flakyFailure message="AssertionError: every third time');
    expect(summaryOf(rig)).toMatchObject({
      totals: { tests: 3, passed: 1, failed: 2, errors: 0 },
      tasks: [{ attempts: 7, repetitions: 7 }],
      failures: [
        { name: 'test_bad', failedRepetitions: 7 },
        { name: 'test_third', failedRepetitions: 2 },
      ],
    });
    expect(run.stdout).toContain('2 of 7 repetitions failed: test_lib.py:12  test_third');
    expect(run.stdout).toContain('7 of 7 repetitions failed: test_lib.py:14  test_bad');
  });

  test('is green when all repetitions pass', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config(), 'test_lib.py': passing('lib') });
    const run = await rig.run('--repeat=3');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(attemptsOf(run)).toEqual(['1 first passed', '2 repeat passed', '3 repeat passed']);
    expect(run.stdout).toContain('all 3 repetitions passed: unit/lib');
    expect(summaryOf(rig).totals).toMatchObject({ tests: 1, passed: 1 });
  });

  test('goes on after a crash and a timeout, and stays red whatever comes after them', async () => {
    const body = `${nth}
def test_dies():
    if nth("dies") == 2:
        os._exit(9)
def test_hangs():
    if nth("hangs") == 2:
        time.sleep(100)
`;
    await using rig = await createRig({ 'runner.config.yaml': config(', timeout: 3s'), 'test_lib.py': body });
    const run = await rig.run('--repeat', '4');
    expect(attemptsOf(run)).toEqual(['1 first passed', '2 repeat crashed', '3 repeat timed-out', '4 repeat passed']);
    expect(run.exitCode, run.stdout + run.stderr).not.toBe(0);
    const bad = casesOf(run.junit).filter(({ status }) => status !== 'passed');
    expect(bad.length).toBeGreaterThanOrEqual(2);
  });

  test('stops at the first failure where --fail-fast says so', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config(),
      'test_lib.py': mixed.split('def test_bad')[0] ?? '',
    });
    const run = await rig.run('--repeat', '50', '--fail-fast');
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    expect(attemptsOf(run)).toEqual(['1 first passed', '2 repeat passed', '3 repeat tests-failed']);
    expect(run.stdout).toContain('1 of 3 repetitions failed');
  });

  test('that is interrupted is no pass', async () => {
    const body = `${nth}\ndef test_slow():\n    if nth("slow") == 2:\n        time.sleep(100)\n`;
    await using rig = await createRig({ 'runner.config.yaml': config(), 'test_lib.py': body });
    const started = rig.start({}, '--repeat', '3', '--progress', 'none');
    await started.event((event) => event.type === 'attempt-started' && event.attempt === 2);
    started.child.kill('SIGTERM');
    const run = await started.finished;
    expect(run.exitCode).toBe(143);
    const [end] = run.events.flatMap((event) => (event.type === 'task-finished' ? [event.outcome.kind] : []));
    expect(end).toBe('cancelled');
  });

  test.each([
    [['--repeat', '1'], '--repeat 1 is not a whole number from 2 to 1000'],
    [['--repeat', 'often'], '--repeat often is not a whole number'],
    [['--repeat', '3', '--retries', '2'], '--repeat and --retries contradict each other'],
  ])('%j is refused', async (words, problem) => {
    await using rig = await createRig({ 'runner.config.yaml': config(), 'test_lib.py': passing('lib') });
    const run = await rig.runWith({ replay: false }, ...words);
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain(problem);
  });

  test('leaves dependencies and what plan says of them as they are', async () => {
    const text = `
version: 1
suites: { lib: { framework: pytest, files: [test_lib.py] }, app: { framework: pytest, files: [test_app.py] } }
categories:
  unit: { tests: [{ suite: lib }], retries: 1 }
  e2e: { tests: [{ suite: app }], retries: 1, dependsOn: [unit] }
`;
    await using rig = await createRig({
      ...{ 'runner.config.yaml': text, 'test_lib.py': passing('lib'), 'test_app.py': passing('app') },
    });
    const plan = await rig.runWith({ replay: false }, 'plan', '-c', 'e2e', '--repeat', '4', '--json');
    expect(JSON.parse(plan.stdout)).toMatchObject({
      tasks: [
        { category: 'unit', retries: 1 },
        { category: 'e2e', retries: 0, repeat: 4 },
      ],
    });
    const run = await rig.run('-c', 'e2e', '--repeat', '2');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(ranIn(rig)).toEqual(['lib 1/2', 'app 1/2', 'app 2/2']);
  });
});

describe('--detect-flakes', () => {
  const git = (rig: Rig, ...args: readonly string[]): void => {
    const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main'];
    execFileSync('git', [...identity, ...args], { cwd: rig.root, stdio: 'pipe' });
  };
  /** On a branch of its own: `changed` and `fresh` differ from main, committed and not, `same` does not. */
  async function createRepository(): Promise<Rig> {
    const rig = await createRig({
      'runner.config.yaml': config(),
      '.gitignore': 'reports/\n.runner/\nnode_modules\n__pycache__/\n',
      'test_same.py': passing('same'),
      'test_changed.py': passing('changed'),
      'test_gone.py': passing('gone'),
    });
    git(rig, 'init', '-q');
    git(rig, 'add', '.');
    git(rig, 'commit', '-qm', 'start');
    git(rig, 'checkout', '-qb', 'feature/x');
    return rig;
  }

  test('repeats the new and the changed test files since the branch began, and runs the rest once', async () => {
    await using rig = await createRepository();
    await rig.write({ 'test_changed.py': `${passing('changed')}\n# changed\n` });
    git(rig, 'commit', '-qam', 'change');
    await rig.write({ 'test_fresh.py': passing('fresh') });
    git(rig, 'rm', '-q', 'test_gone.py');
    const run = await rig.run('--detect-flakes', '--repeat', '2');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(ranIn(rig).toSorted()).toEqual(['changed 1/2', 'changed 2/2', 'fresh 1/2', 'fresh 2/2', 'same 1/1']);
    const plan = await rig.runWith({ replay: false }, 'plan', '--detect-flakes=main');
    expect(plan.stdout).toMatch(/2 files.*5 times/);
  });

  test('says so when nothing has changed, and runs as usual', async () => {
    await using rig = await createRepository();
    const run = await rig.run('--detect-flakes', 'main');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toMatch(/no test file has changed since main \([0-9a-f]{8}\), so nothing is repeated/);
    expect(ranIn(rig)).toHaveLength(3);
  });

  test.each<[string, (rig: Rig) => void, readonly string[], string]>([
    ['no repository', () => undefined, ['--detect-flakes'], 'the workspace is not in a git repository'],
    ['no such ref', (rig) => git(rig, 'init', '-q'), ['--detect-flakes', 'nowhere'], 'git knows no commit "nowhere"'],
    ['a ref like an option', (rig) => git(rig, 'init', '-q'), ['--detect-flakes=--all'], 'git knows no commit "--all"'],
    ['no commit', (rig) => git(rig, 'init', '-q'), ['--detect-flakes'], 'there is none of origin/HEAD, origin/main'],
  ])('with %s is refused before anything starts', async (_title, prepare, words, problem) => {
    await using rig = await createRig({ 'runner.config.yaml': config(), 'test_lib.py': passing('lib') });
    prepare(rig);
    const run = await rig.runWith({ replay: false, env: { GIT_CEILING_DIRECTORIES: rig.path('..') } }, ...words);
    expect(run.exitCode, run.stdout + run.stderr).toBe(2);
    expect(run.stderr).toContain(problem);
    expect(run.events).toEqual([]);
  });

  test('in a shallow clone without a common commit says how to get it', async () => {
    await using origin = await createRepository();
    for (const branch of ['feature/x', 'main']) {
      git(origin, 'checkout', '-q', branch);
      git(origin, 'commit', '-q', '--allow-empty', '-m', branch);
    }
    await using rig = await createRig({});
    git(rig, 'clone', '-q', '--depth', '1', '--no-single-branch', `file://${origin.root}`, 'clone');
    execFileSync('git', ['checkout', '-q', 'feature/x'], { cwd: rig.path('clone'), stdio: 'pipe' });
    const run = await rig.runWith({ replay: false, cwd: 'clone' }, '--detect-flakes', 'origin/main');
    expect(run.exitCode, run.stdout + run.stderr).toBe(2);
    expect(run.stderr).toContain('HEAD and origin/main have no common commit here');
    expect(run.stderr).toContain('git fetch --unshallow');
  });

  test('without git is refused', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config(), 'test_lib.py': passing('lib') });
    const run = await rig.runWith({ replay: false, env: { PATH: rig.path('nothing') } }, 'plan', '--detect-flakes');
    expect(run.exitCode, run.stdout + run.stderr).toBe(2);
    expect(run.stderr).toContain('there is no git on the PATH');
  });
});
