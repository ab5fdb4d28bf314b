import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const config = `
version: 1
project: list
suites:
  py:
    framework: pytest
    files: ['py/test_*.py']
    env: { PYTHONDONTWRITEBYTECODE: '1', URL: '\${services.backend.url}' }
    variants: { old: { env: { WORD: old } }, new: { env: { WORD: new } } }
  web: { framework: vitest, files: ['web/**/*.test.js'] }
  lib: { framework: node, files: ['lib/**/*.test.mjs'] }
  script: { framework: command, command: [touch, ran-script] }
  odd: { framework: pytest, files: ['odd/test_*.py'] }
  slow: { framework: pytest, files: ['slow/test_*.py'] }
  gone: { framework: pytest, files: ['py/test_a.py'], command: [no-such-python, -m, pytest] }
categories:
  smoke: { tests: [{ suite: lib }, { suite: script }] }
  unit: { tests: [{ suite: py }, { suite: web }], needs: [backend], dependsOn: [smoke] }
  odd: { tests: [{ suite: odd }] }
  slow: { tests: [{ suite: slow }] }
  gone: { tests: [{ suite: gone }] }
  staging: { tests: [{ suite: lib }], environments: [elsewhere] }
services:
  backend: { process: { command: [sh, -c, 'touch ran-service; sleep 60'] } }
environments: { elsewhere: {}, secret: { secrets: [PASSWORD] } }
switches: { strict: { env: { WORD: strict } } }
`;

const files = {
  'runner.config.yaml': config,
  'package.json': '{"type":"module"}',
  'py/test_a.py': `
import os, pytest
assert os.environ["RUNNER_SERVICE_BACKEND_URL"] == os.environ["URL"] == "none"
@pytest.fixture(autouse=True, scope="session")
def started():
    open("ran-py", "w").close()
@pytest.mark.parametrize("word", [os.environ["WORD"], "it's a word"])
def test_words(word):
    pass
`,
  'web/a.test.js': `
import { beforeAll, describe, expect, test } from 'vitest';
import { writeFileSync } from 'node:fs';
beforeAll(() => writeFileSync('ran-web', ''));
describe('outer', () => { test('says $HOME', () => writeFileSync('ran-web', '')); });
`,
  'lib/a.test.mjs':
    "import { test } from 'node:test';\nimport { writeFileSync } from 'node:fs';\nwriteFileSync('ran-lib', '');\ntest('a', () => {});\n",
  'odd/test_good.py': 'def test_good():\n    pass\n',
  'odd/test_broken.py': 'import gone\n',
  'slow/test_sleeps.py': 'import time\nopen("loading", "w").close()\ntime.sleep(600)\ndef test_x():\n    pass\n',
};

let rig: Rig;
beforeAll(async () => {
  rig = await createRig(files);
});
afterAll(async () => {
  await rig[Symbol.asyncDispose]();
});

const list = (...args: string[]): Promise<CliRun> => rig.runWith({ replay: false }, 'list', 'tests', ...args);

/** The objects that `--json` prints, a line each. */
async function objects(...args: string[]): Promise<readonly Record<string, unknown>[]> {
  const { stdout } = await list('--json', ...args);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function expectNothingRan(): void {
  expect(readdirSync(rig.root).filter((name) => name.startsWith('ran-'))).toEqual([]);
  expect(existsSync(rig.path('reports'))).toBe(false);
  expect(existsSync(rig.path('.runner/runs')) ? readdirSync(rig.path('.runner/runs')) : []).toEqual([]);
}

describe('runner list tests', () => {
  test('lists what the run would run, in groups, and runs and starts nothing', async () => {
    const run = await list('-c', 'unit');
    expect([run.exitCode, run.stderr]).toEqual([0, '']);
    expect(run.stdout).toMatchInlineSnapshot(`
      "# smoke, suite lib (node), a dependency: 1 file, whose tests are known only when they run
      lib/a.test.mjs

      # smoke, suite script (command), a dependency: known only when it runs: runner --suite script

      # unit, suite py[new] (pytest): 2 tests in 1 file
      py/test_a.py::'test_words[new]'
      py/test_a.py::'test_words[it'\\''s a word]'

      # unit, suite py[old] (pytest): 2 tests in 1 file
      py/test_a.py::'test_words[old]'
      py/test_a.py::'test_words[it'\\''s a word]'

      # unit, suite web (vitest): 1 test in 1 file
      web/a.test.js::'outer > says $HOME'
      "
    `);
    expectNothingRan();
  });

  test('prints ids that a shell can give back to runner', async () => {
    const { stdout } = await list('-c', 'unit', '--no-deps', '--variant', 'new');
    const ids = stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    expect(ids).toHaveLength(2);
    const again = spawnSync('bash', ['-c', `for id in "$@"; do echo "$id"; done`, 'x', ...ids]);
    expect(again.status).toBe(0);
    const one = ids.find((id) => id.includes('a word')) ?? '';
    const pasted = spawnSync(
      'bash',
      ['-c', `${process.execPath} ${process.cwd()}/dist/runner.js list tests ${one} --variant new`],
      { cwd: rig.root, encoding: 'utf8' },
    );
    expect(pasted.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('#'))).toEqual([one]);
  });

  test('honours the selection: keyword, suite, variant, file, id, switch', async () => {
    const ids = async (...args: string[]): Promise<unknown[]> =>
      (await objects('--no-deps', ...args)).map(({ id }) => id);
    expect(await ids('-c', 'unit', '-k', 'old or outer')).toEqual([
      'py/test_a.py::test_words[old]',
      'web/a.test.js::outer > says $HOME',
    ]);
    expect(await ids('--suite', 'py[old]')).toHaveLength(2);
    expect(await ids('-c', 'unit', '--file', 'web')).toEqual(['web/a.test.js::outer > says $HOME']);
    expect(await ids('-c', 'unit', '--suite', 'py[new]', '--file', 'py/test_a.py::test_words[new]')).toEqual([
      'py/test_a.py::test_words[new]',
    ]);
    expect(await ids('--suite', 'py[new]', '--strict')).toEqual([
      'py/test_a.py::test_words[strict]',
      "py/test_a.py::test_words[it's a word]",
    ]);
  });

  test('gives programs an object a line', async () => {
    const found = await objects('-c', 'unit', '--suite', 'py[new]', 'lib', 'script');
    const smoke = {
      category: 'smoke',
      alsoIn: [],
      role: 'dependency',
      collected: false,
      error: null,
      className: null,
      line: null,
    };
    expect(found).toEqual([
      { ...smoke, id: 'lib/a.test.mjs', file: 'lib/a.test.mjs', name: null, suite: 'lib', framework: 'node' },
      { ...smoke, id: null, file: null, name: 'script', suite: 'script', framework: 'command' },
      ...['test_words[new]', "test_words[it's a word]"].map((name) => ({
        ...{
          id: `py/test_a.py::${name}`,
          file: 'py/test_a.py',
          className: 'py.test_a',
          name,
          line: null,
          collected: true,
        },
        ...{ error: null, category: 'unit', alsoIn: [], suite: 'py[new]', framework: 'pytest', role: 'chosen' },
      })),
    ]);
  });

  test('tells of each file that cannot be collected, lists the others, and fails', async () => {
    const run = await list('-c', 'odd');
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toMatch(
      /^# odd, suite odd \(pytest\): 1 test in 1 file, 1 error\nodd\/test_good.py::test_good\n# ERROR odd\/test_broken.py: ModuleNotFoundError: No module named 'gone'\n/,
    );
    const broken = (await objects('-c', 'odd')).find(({ file }) => file === 'odd/test_broken.py');
    expect(broken).toMatchObject({
      collected: false,
      error: { message: "ModuleNotFoundError: No module named 'gone'" },
    });
  });

  test('says that a framework cannot be started, exit code 3', async () => {
    const run = await list('-c', 'gone');
    expect(run.exitCode).toBe(3);
    expect(run.stdout).toContain('no-such-python');
  });

  test.each([
    ['a keyword that nothing has', ['-c', 'odd', '-k', 'nothing', 'odd/test_good.py']],
    ['a pattern that nothing matches', ['-p', '*nothing*']],
    ['a category that may not run here', ['-c', 'staging']],
  ])('finds nothing for %s, exit code 4', async (_what, args) => {
    expect((await list(...args)).exitCode).toBe(4);
  });

  test('ends what takes too long, and says so', async () => {
    const run = await list('-c', 'slow', '--timeout', '300ms');
    expect(run.exitCode).toBe(1);
    expect(run.stdout).toContain('# ERROR slow');
    expect(processesWith(rig.path('slow'))).toEqual([]);
  });

  test('is ended by Ctrl-C with all that it started', async () => {
    await using own = await createRig(files);
    const started = own.start({}, 'list', 'tests', '-c', 'slow');
    await vi.waitFor(() => expect(existsSync(own.path('loading'))).toBe(true), { timeout: 20_000, interval: 20 });
    const [journal = ''] = readdirSync(own.path('.runner/runs'));
    const runId = journal.replace('.jsonl', '');
    expect(processesWith(`${runId}/`).length).toBeGreaterThan(0);
    started.child.kill('SIGINT');
    const run = await started.finished;
    expect([run.exitCode, run.stdout, run.stderr]).toEqual([130, '', 'interrupted\n']);
    expect(processesWith(`${runId}/`)).toEqual([]);
    expect(readdirSync(own.path('.runner/runs'))).toEqual([]);
  });

  test('masks secrets in what it prints', async () => {
    const options = { replay: false, env: { PASSWORD: 'hunter22', WORD: 'x' } };
    await rig.write({
      'odd/test_secret.py':
        'import os, pytest\n@pytest.mark.parametrize("w", [os.environ["PASSWORD"]])\ndef test_s(w):\n    pass\n',
    });
    const run = await rig.runWith(
      options,
      'list',
      'tests',
      '-e',
      'secret',
      '-c',
      'odd',
      '--file',
      'odd/test_secret.py',
    );
    expect([run.exitCode, run.stdout]).toEqual([
      0,
      "# odd, suite odd (pytest): 1 test in 1 file\nodd/test_secret.py::'test_s[***]'\n",
    ]);
    expect(readFileSync(rig.path('odd/test_secret.py'), 'utf8')).not.toContain('hunter22');
  });
});
