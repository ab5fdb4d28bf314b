import { describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';

const config = `
version: 1
project: lies
suites:
  backend: { framework: pytest }
categories:
  unit: { tests: [{ suite: backend, files: ['tests/unit/**'] }] }
  e2e: { tests: [{ suite: backend, files: ['tests/e2e/**'] }], timeout: 60s }
settings: { grace: 1s }
`;
const passing = 'def test_passes():\n    assert True\n';
const base = { 'runner.config.yaml': config, 'tests/unit/test_a.py': passing, 'tests/e2e/test_b.py': passing };

interface Lie {
  readonly when: string;
  readonly files: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly exitCode: number;
  /** What a person must find in the output. */
  readonly says: RegExp;
}

const lies: readonly Lie[] = [
  {
    when: 'the framework exits 0 in the middle, without a report',
    files: { 'tests/unit/test_x.py': 'import os\ndef test_x():\n    os._exit(0)\n' },
    exitCode: 3,
    says: /report.*(missing|not written|was never)/i,
  },
  {
    when: 'the framework exits 0 with a truncated report',
    files: {
      'conftest.py': `
import os
def pytest_unconfigure(config):
    path = config.option.xmlpath
    with open(path, 'r+b') as report:
        report.truncate(os.path.getsize(path) - 40)
`,
    },
    exitCode: 3,
    says: /report.*(truncated|not whole|ends)/i,
  },
  {
    when: 'the report has fewer files than were asked for',
    files: {
      'tests/unit/test_empty.py': 'VALUE = 1\n',
      'runner.config.yaml': config.replace('framework: pytest', 'framework: pytest, batch: all'),
    },
    exitCode: 3,
    says: /test_empty\.py/,
  },
  {
    when: 'not a single test is in the files',
    files: { 'tests/unit/test_a.py': 'VALUE = 1\n' },
    exitCode: 4,
    says: /no test/i,
  },
  {
    when: 'the framework crashes after all tests passed',
    files: { 'conftest.py': 'import os\ndef pytest_unconfigure(config):\n    os._exit(7)\n' },
    exitCode: 3,
    says: /exit code 7/,
  },
  {
    when: 'the framework is killed by a signal',
    files: { 'tests/unit/test_x.py': 'import os\ndef test_x():\n    os.kill(os.getpid(), 9)\n' },
    exitCode: 3,
    says: /SIGKILL/,
  },
  {
    when: 'a test hangs',
    files: {
      'tests/e2e/test_b.py': 'import time\ndef test_hangs():\n    time.sleep(600)\n',
      'runner.config.yaml': config.replace('timeout: 60s', 'timeout: 2s'),
    },
    args: ['--category', 'e2e', '--no-deps'],
    exitCode: 1,
    says: /timed out after 2s/,
  },
  {
    when: 'pytest is ended in the middle of a test, with exit code 0',
    files: {
      'tests/unit/test_x.py':
        'import pytest\ndef test_x():\n    pytest.exit("enough", returncode=0)\ndef test_y():\n    assert False\n',
    },
    exitCode: 3,
    says: /begun and never reported/,
  },
  {
    when: 'pytest is ended between two tests, with exit code 0',
    files: {
      'conftest.py': 'import pytest\ndef pytest_runtest_logfinish():\n    pytest.exit("enough", returncode=0)\n',
      'tests/unit/test_a.py': 'def test_x():\n    pass\ndef test_y():\n    assert False\n',
    },
    exitCode: 3,
    says: /ended before all of its tests had run/,
  },
  {
    when: 'a file cannot be collected',
    files: { 'tests/unit/test_x.py': 'def test_x(:\n' },
    exitCode: 1,
    says: /test_x\.py/,
  },
  {
    when: 'a test fails',
    files: { 'tests/unit/test_x.py': 'def test_x():\n    assert 1 == 2\n' },
    exitCode: 1,
    says: /test_x\.py:2/,
  },
  {
    when: 'every test is skipped',
    files: { 'tests/unit/test_a.py': 'import pytest\n@pytest.mark.skip(reason="later")\ndef test_a():\n    pass\n' },
    exitCode: 4,
    says: /later/,
  },
  {
    when: 'a category is empty',
    files: { 'runner.config.yaml': config.replace('tests/e2e/**', 'tests/nowhere/**') },
    args: [],
    exitCode: 4,
    says: /e2e.*no test|no test.*e2e/is,
  },
  {
    when: 'a pattern matches nothing',
    files: {},
    args: ['--pattern', 'websocket'],
    exitCode: 4,
    says: /websocket.*2 (test )?files/is,
  },
  {
    when: 'a keyword matches nothing',
    files: {},
    args: ['-k', 'nothing_is_called_this'],
    exitCode: 4,
    says: /no test/i,
  },
  {
    when: 'a category is misspelt',
    files: {},
    args: ['--category', 'unti'],
    exitCode: 2,
    says: /"unti".*did you mean "unit"/,
  },
  {
    when: 'a framework is misspelt',
    files: { 'runner.config.yaml': config.replace('framework: pytest', 'framework: pytets') },
    exitCode: 2,
    says: /runner\.config\.yaml:5:25.*pytets.*did you mean "pytest"/,
  },
  {
    when: 'a service is misspelt',
    files: {
      'runner.config.yaml': `${config.replace("files: ['tests/unit/**'] }]", "files: ['tests/unit/**'] }], needs: [databse]")}
services: { database: { external: { url: 'http://127.0.0.1:1' } } }
`,
    },
    exitCode: 2,
    says: /databse.*did you mean "database"/,
  },
  {
    when: 'a key of the config is misspelt',
    files: { 'runner.config.yaml': config.replace('timeout: 60s', 'timeuot: 60s') },
    exitCode: 2,
    says: /timeuot.*did you mean "timeout"/,
  },
  {
    when: 'an option is misspelt',
    files: {},
    args: ['--categroy', 'unit'],
    exitCode: 2,
    says: /--categroy.*did you mean.*--category/is,
  },
  {
    when: 'the framework is not installed',
    files: {
      'runner.config.yaml': config.replace(
        'framework: pytest',
        'framework: pytest, command: [no-such-python, -m, pytest]',
      ),
    },
    exitCode: 3,
    says: /no-such-python/,
  },
];

describe('runner never says green when it is not', () => {
  test.concurrent.each(lies)('when $when', async ({ files, args, exitCode, says }) => {
    await using rig = await createRig({ ...base, ...files });
    const run = await rig.run(...(args ?? ['--category', 'unit']));
    const output = run.stdout + run.stderr;
    expect(run.exitCode, output).toBe(exitCode);
    expect(output).toMatch(says);
  });

  test('and says green when it is', async () => {
    await using rig = await createRig(base);
    const run = await rig.run('--category', 'unit');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
  });

  test('and when all that is wrong is a module that skipped itself', async () => {
    await using rig = await createRig({
      ...base,
      'runner.config.yaml': config.replace('framework: pytest', 'framework: pytest, batch: file'),
      'tests/unit/test_x.py': 'import pytest\npytest.importorskip("no_such_module")\n',
    });
    const run = await rig.run('--category', 'unit');
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toMatch(/2 tests: 1 passed, 1 skipped/);
  });
});
