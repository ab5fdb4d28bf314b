import { execFileSync } from 'node:child_process';
import { rename, rm, writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const config = `
version: 1
project: shop
workers: 2
settings: { affectsNothing: ["docs/**"] }
suites: { js: { framework: node } }
categories:
  unit: { tests: [{ suite: js, files: ["test/unit/**"] }], affects: ["src/**"] }
  e2e: { tests: [{ suite: js, files: ["test/e2e/**"] }], dependsOn: [unit], affects: ["src/api/**"] }
`;
const passing = "import test from 'node:test';\ntest('works', () => {});\n";
const files = {
  'runner.config.yaml': config,
  '.gitignore': 'node_modules\n.runner/\n',
  'src/a.mjs': '\n',
  'src/api/b.mjs': '\n',
  'docs/a.md': '\n',
  'lib/c.mjs': '\n',
  'package-lock.json': '{}\n',
  'test/unit/one.test.mjs': passing,
  'test/unit/two.test.mjs': `${passing}// as one.test.mjs does\n`,
  'test/unit/with space "quoted"\nline.test.mjs': passing,
  'test/unit/gone.test.mjs': passing,
  'test/e2e/shop.test.mjs': passing,
};
const [one, two, odd, gone, shop] = Object.keys(files).filter((name) => name.startsWith('test/')) as [
  ...(readonly [string, string, string, string, string]),
];
const unit = [gone, one, two, odd];
const all = [shop, ...unit];

function git(rig: Rig, ...args: readonly string[]): void {
  const identity = ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '-c', 'init.defaultBranch=main'];
  execFileSync('git', [...identity, '-c', 'protocol.file.allow=always', ...args], { cwd: rig.root, stdio: 'pipe' });
}

/** On a branch that begins at main. */
async function createRepository(more: Readonly<Record<string, string>> = {}): Promise<Rig> {
  const rig = await createRig({ ...files, ...more });
  git(rig, 'init', '-q');
  git(rig, 'add', '.');
  git(rig, 'commit', '-qm', 'start');
  git(rig, 'checkout', '-qb', 'feature/x');
  return rig;
}

interface PlanJson {
  readonly tasks: readonly { readonly files: readonly string[] }[];
  readonly changes?: { readonly everything: string | null; readonly files: number; readonly categories: object };
  readonly explanation?: { readonly files: readonly { readonly file: string; readonly because: string }[] };
}

/** A run that ends before the first event log has nothing to repeat. */
function plain(rig: Rig, ...words: string[]): Promise<CliRun> {
  return rig.runWith({ replay: false }, ...words);
}

async function planOf(rig: Rig, ...words: string[]): Promise<PlanJson> {
  const run = await plain(rig, 'plan', '--json', ...words);
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  return JSON.parse(run.stdout) as PlanJson;
}

function filesOf({ tasks }: PlanJson): readonly string[] {
  return tasks.flatMap((task) => task.files).sort();
}

describe('--changed', () => {
  test('runs what the changes of a branch concern, committed, staged, unstaged and new, and says why', async () => {
    await using rig = await createRepository();
    const since = async (expected: readonly string[], ...words: string[]): Promise<void> => {
      expect(filesOf(await planOf(rig, '--changed', ...words))).toEqual([...expected].sort());
    };
    await rig.write({ [one]: `${passing}// changed\n` });
    // two names one, as what imports it does
    await since([one, two]);
    git(rig, 'commit', '-qam', 'one');
    await rig.write({ [odd]: `${passing}// changed\n` });
    git(rig, 'add', '.');
    await rig.write({ 'test/e2e/new.test.mjs': passing, 'docs/a.md': 'more\n' });
    await since([one, two, odd, 'test/e2e/new.test.mjs']);
    await since([odd, 'test/e2e/new.test.mjs'], 'HEAD');
    await since([one, two, odd], '--category', 'unit');

    await rig.write({ 'src/api/b.mjs': 'changed\n' });
    const run = await rig.run('--changed', 'main');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toMatch(/5 files changed since main \([0-9a-f]{8}\); what they concern runs/);
    expect(run.stdout).toContain('category unit: src/api/b.mjs changed');
    expect(run.stdout).toContain('category e2e: src/api/b.mjs changed');
    await rm(rig.path('replayed'), { recursive: true, force: true });
    const explained = await plain(rig, 'plan', '--changed=main', '--explain', '--category=e2e', '--no-deps');
    expect(explained.stdout).toContain('test/e2e/new.test.mjs: it changed');
    // The reports of the run are nobody's change.
    const again = await planOf(rig, '--changed');
    expect([again.changes?.files, again.changes?.everything]).toEqual([5, null]);
  });

  test('a file that is gone or was renamed concerns what it was part of', async () => {
    await using rig = await createRepository();
    await rename(rig.path('test/e2e/shop.test.mjs'), rig.path('test/e2e/store.test.mjs'));
    const renamed = filesOf(await planOf(rig, '--changed'));
    // Both names count: what used the old one is in the suite somewhere.
    expect(renamed).toContain('test/e2e/store.test.mjs');
    expect(renamed).toHaveLength(all.length);
    git(rig, 'checkout', '-q', '.');
    await rm(rig.path('test/e2e/store.test.mjs'));
    git(rig, 'rm', '-q', 'src/api/b.mjs');
    expect((await planOf(rig, '--changed')).changes?.categories).toHaveLength(2);
  });

  test.each<[string, (rig: Rig) => unknown, string]>([
    ['source without a rule', (rig) => rig.write({ 'lib/c.mjs': 'x\n' }), 'lib/c.mjs is in no "affects"'],
    ['a lock file', (rig) => rig.write({ 'package-lock.json': '{ }' }), 'package-lock.json says which versions'],
    ['the config', (rig) => rig.write({ 'runner.config.yaml': `${config}# x\n` }), 'runner.config.yaml is part of'],
    ['CI', (rig) => rig.write({ '.github/workflows/a.yml': 'x' }), '.github/workflows/a.yml is of CI'],
    ['another repository', (rig) => git(rig, 'init', '-q', 'src/other'), 'src/other/ is a repository of its own'],
    [
      'a name that is not UTF-8',
      (rig) => writeFile(Buffer.concat([Buffer.from(`${rig.root}/lib/`), Buffer.from([0xff, 0xfe])]), 'x'),
      'is in no "affects"',
    ],
    [
      'a submodule',
      (rig) => {
        git(rig, 'checkout', '-q', 'main');
        git(rig, 'submodule', 'add', '-q', rig.path('.git'), 'src/sub');
        git(rig, 'config', 'diff.ignoreSubmodules', 'all');
        git(rig, 'config', '-f', '.gitmodules', 'submodule.src/sub.ignore', 'all');
        git(rig, 'add', '.');
        git(rig, 'commit', '-qm', 'sub');
        return rig.write({ 'src/sub/src/a.mjs': 'changed' });
      },
      'src/sub is a repository of its own',
    ],
  ])('%s means everything', async (_title, change, because) => {
    await using rig = await createRepository();
    await change(rig);
    if (because.startsWith('src/other')) await rig.write({ 'src/other/a.mjs': 'x\n' });
    const plan = await planOf(rig, '--changed', 'main');
    expect(plan.changes?.everything).toContain(because);
    expect(filesOf(plan)).toEqual(all.toSorted());
  });

  test('what lies outside of the workspace counts, and settings of git hide nothing', async () => {
    await using rig = await createRig({ 'lib/a.mjs': '\n', '.gitignore': 'node_modules\n' });
    const inside = Object.fromEntries(Object.entries(files).map(([name, text]) => [`app/${name}`, text]));
    await rig.write(inside);
    git(rig, 'init', '-q');
    git(rig, 'add', '.');
    git(rig, 'commit', '-qm', 'start');
    for (const [name, value] of [
      ['diff.relative', 'true'],
      ['core.quotePath', 'true'],
      ['status.showUntrackedFiles', 'no'],
      ['diff.noprefix', 'true'],
    ] as const)
      git(rig, 'config', name, value);
    const planned = async (env: Readonly<Record<string, string>> = {}): Promise<PlanJson> => {
      const run = await rig.runWith({ replay: false, cwd: 'app', env }, 'plan', '--json', '--changed');
      expect(run.exitCode, run.stdout + run.stderr).toBe(0);
      return JSON.parse(run.stdout) as PlanJson;
    };
    await rig.write({ 'app/test/unit/one.test.mjs': `${passing}//\n` });
    git(rig, 'add', 'app');
    // As a hook of git is started.
    expect(filesOf(await planned({ GIT_DIR: '.git', GIT_INDEX_FILE: '.git/index' }))).toEqual([one, two]);
    await rig.write({ 'lib/a.mjs': 'changed\n' });
    expect((await planned()).changes?.everything).toBe('../lib/a.mjs is in no "affects"');
  });

  test('nothing changed, or nothing that concerns a test, is never green', async () => {
    await using rig = await createRepository();
    const none = await plain(rig, '--changed');
    expect([none.exitCode, none.stderr]).toEqual([
      4,
      expect.stringMatching(/nothing has changed since main \(\w{8}\)/),
    ]);
    await rig.write({ 'docs/a.md': 'more\n' });
    const idle = await plain(rig, '--changed');
    expect([idle.exitCode, idle.stderr]).toEqual([4, expect.stringContaining('concerns no test that is selected')]);
    expect(idle.stderr).toContain('settings.affectsNothing lists what changed: docs/a.md');
    await rig.write({ [one]: `${passing}//\n` });
    const other = await plain(rig, '--changed', 'main', '--category', 'e2e', '--no-deps');
    expect([other.exitCode, other.stderr]).toEqual([4, expect.stringContaining(`it concerns ${one}`)]);
    expect(other.events).toEqual([]);
  });

  test('where it cannot be told, nothing is started and the message says what to do', async () => {
    await using origin = await createRepository();
    for (const branch of ['feature/x', 'main']) {
      git(origin, 'checkout', '-q', branch);
      git(origin, 'commit', '-q', '--allow-empty', '-m', branch);
    }
    await using rig = await createRig({ hanging: '#!/bin/sh\nexit 128\n' });
    git(rig, 'clone', '-q', '--depth', '1', '--no-single-branch', `file://${origin.root}`, 'clone');
    const inClone = async (...words: string[]): Promise<string> => {
      const run = await rig.runWith({ replay: false, cwd: 'clone' }, ...words);
      expect(run.exitCode, run.stdout + run.stderr).toBe(2);
      expect(run.events).toEqual([]);
      return run.stderr;
    };
    expect(await inClone('--changed', 'origin/feature/x')).toMatch(/no common commit here[^]*git fetch --unshallow/);
    expect(await inClone('--changed')).toMatch(/history is cut off[^]*git fetch --unshallow/);
    expect(await inClone('--changed', 'nowhere')).toMatch(/git knows no commit "nowhere"[^]*--unshallow/);
    expect(await inClone('--changed', '--plan', 'plan.json')).toContain('--plan plan.json');
  });

  test('shards, a plan file and a rerun go by what was found at first', async () => {
    await using rig = await createRepository();
    await rig.write({
      'src/api/b.mjs': 'changed\n',
      [two]: "import test from 'node:test';\ntest('works', () => { throw new Error('broken'); });\n",
    });
    const cut = await planOf(rig, '--changed', '--shards', '2', '--out', '.runner/plan.json');
    expect(cut.changes?.files).toBe(2);
    const direct = await rig.runWith({ replay: false }, '--changed=main', '--shard=1/2', '--reports=.runner/1');
    const other = await rig.runWith({ replay: false }, '--changed=main', '--shard=2/2', '--reports=.runner/2');
    expect([direct.exitCode, other.exitCode].toSorted()).toEqual([0, 1]);
    const merged = await plain(rig, 'merge', '.runner/1', '.runner/2', '--reports', '.runner/merged');
    expect(merged.exitCode, merged.stdout + merged.stderr).toBe(1);

    // Without the change, and without git: the plan says it.
    git(rig, 'checkout', '-q', 'src');
    await rm(rig.path('.git'), { recursive: true });
    const planned = await rig.runWith({ replay: false }, '--plan', '.runner/plan.json', '--shard', '1/2');
    expect(planned.exitCode, planned.stdout + planned.stderr).toBeLessThan(2);
    await rig.write({ [two]: passing });
    const rerun = await plain(rig, 'rerun', '.runner/merged');
    expect(rerun.stdout + rerun.stderr).not.toContain('git');
    const again = await plain(rig, 'plan', '--plan', '.runner/plan.json', '--shard', '1/2', '--changed');
    expect(again.stderr).toContain('--plan says what to run, so --changed cannot be given too');
  });

  test('a rerun completes what was concerned, and only that', async () => {
    await using rig = await createRepository();
    await rig.write({ [one]: "import test from 'node:test';\ntest('works', () => { throw new Error('broken'); });\n" });
    const run = await rig.run('--changed');
    expect(run.exitCode, run.stdout + run.stderr).toBe(1);
    git(rig, 'checkout', '-q', '.');
    const rerun = await plain(rig, 'rerun');
    expect(rerun.exitCode, rerun.stdout + rerun.stderr).toBe(0);
    const ran = rerun.events.flatMap((event) => (event.type === 'run-started' ? event.plan.tasks : []));
    expect(ran.flatMap((task) => task.files)).toEqual([one]);
  });
});
