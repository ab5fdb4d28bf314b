import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { createCaseResults } from '../../../src/execution/case-results.ts';
import type { ReportCase, ReportItem } from '../../../src/model/report.ts';
import type { TestResult } from '../../../src/model/test.ts';
import { framework } from '../../support/framework.ts';
import { pipPackage } from '../../support/pip-tools.ts';
import { runFramework } from '../../support/run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';
import { describeWith } from '../../support/tools.ts';

const pytest = framework('pytest');
const made: string[] = [];
afterEach(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })));

function workspace(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(tmpdir(), 'runner-pytest-stream-'));
  made.push(root);
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return root;
}

async function run(
  files: Readonly<Record<string, string>>,
  options: Partial<RunFrameworkOptions> = {},
): Promise<FrameworkRun & { readonly root: string }> {
  const root = workspace(files);
  const tests = Object.keys(files).filter((file) => /(?:^|\/)test_[^/]*\.py$/.test(file));
  return { ...(await runFramework(pytest, { root, files: tests, ...options })), root };
}

/** Each kind of item with the names it was told of. */
function told(items: readonly ReportItem[], kind: ReportItem['kind']): readonly string[] {
  return items.flatMap((item) => (item.kind === kind && 'case' in item ? [item.case.name] : []));
}

/** What these cases come to, one test each. */
function resultsOf(cases: readonly ReportCase[], root: string): Readonly<Record<string, object>> {
  const results = new Map<string, TestResult>();
  const collected = createCaseResults({
    framework: pytest,
    context: { suiteCwd: '.', root, files: [] },
    emit: (test) => results.set(`${test.id.file ?? ''}::${test.id.className}::${test.id.name}`, test),
  });
  for (const reported of cases) collected.add(reported);
  return Object.fromEntries(
    [...results].map(([key, { status, line, problems, skipReason }]) => [
      key,
      {
        ...{ status, line, problems: problems.map(({ kind, message }) => `${kind} ${message.split('\n')[0] ?? ''}`) },
        skipReason: status === 'skipped' ? skipReason?.split('\n')[0] : null,
      },
    ]),
  );
}

function streamedCases({ streamed }: FrameworkRun): readonly ReportCase[] {
  return streamed.flatMap((item) => (item.kind === 'case' ? [item.case] : []));
}

const everything = `
import unittest
import pytest

def test_passes(): pass

def test_fails():
    print("printed \\x00\\x1b[31m ]]>")
    assert 1 == 2

@pytest.mark.parametrize("value", ["a-1", "\\u00e9", "x::y", "z[0]", "\\x01", "\\ud800"])
def test_value(value): pass

@pytest.mark.parametrize("value", ["\\u00fc \\U0001f600", "tab\\there"], ids=str)
def test_ids(value): pass

@pytest.fixture
def broken(): raise RuntimeError("in setup")

@pytest.fixture
def breaks():
    yield
    raise RuntimeError("in teardown")

def test_setup(broken): pass
def test_teardown(breaks): pass
def test_both(breaks): assert False, "in call"
def test_twice(broken, breaks): pass
def test_skips_late(breaks): pytest.skip("half way")

@pytest.mark.skip(reason="not today")
def test_skipped(): pass

@pytest.mark.xfail(reason="known")
def test_expected(): assert False

@pytest.mark.xfail
def test_unexpected(): pass

@pytest.mark.xfail(strict=True)
def test_strict(): pass

class TestOuter:
    class TestInner:
        def test_nested(self): pass

class Old(unittest.TestCase):
    def test_old(self): self.assertEqual(1, 1)
    def test_sub(self):
        for i in range(3):
            with self.subTest(i=i): self.assertNotEqual(i, 1)
    @unittest.skip("old reason")
    def test_old_skip(self): pass

def test_renamed(record_xml_attribute):
    record_xml_attribute("classname", "of.my.own")
`;

describeWith(['python3', '-m', 'pytest', '--version'], 'what pytest tells while it runs', () => {
  it('is what its report says in the end, test by test', async () => {
    const ran = await run(
      {
        'tests/test_all.py': everything,
        'tests/test_broken.py': 'import nothing_of_this_name',
        'tests/test_skipped_module.py': 'import pytest\npytest.skip("none here", allow_module_level=True)',
        'tests/test_doc.py': 'def f():\n    """\n    >>> 1 + 1\n    3\n    """\n',
      },
      { extraArgs: ['--doctest-modules'] },
    );
    const reported = resultsOf(ran.cases, ran.root);
    expect(Object.keys(reported)).toHaveLength(27);
    expect(resultsOf(streamedCases(ran), ran.root)).toEqual(reported);
    const names = ran.cases
      .map(({ name }) => name)
      .filter((name) => name !== 'tests.test_broken' && name !== 'tests.test_skipped_module');
    expect(told(ran.streamed, 'collected')).toHaveLength(new Set(names).size);
    expect(told(ran.streamed, 'started')).toHaveLength(new Set(names).size);
    expect(told(ran.streamed, 'ended')).toEqual(['test_renamed']);
  });

  it('has its prefix for classes', async () => {
    const ran = await run({ 'test_a.py': 'def test_one(): pass' }, { extraArgs: ['--junitprefix', 'mine'] });
    expect(resultsOf(streamedCases(ran), ran.root)).toEqual(resultsOf(ran.cases, ran.root));
    expect(streamedCases(ran)[0]?.className).toBe('mine.test_a');
  });

  it('is told of tests in subprocesses, forks and other pytests by none of them', async () => {
    const ran = await run({
      'test_a.py': `
import os, subprocess, sys
import pytest

def test_nested(tmp_path):
    (tmp_path / "test_inner.py").write_text("def test_inner(): pass")
    subprocess.run([sys.executable, "-m", "pytest", str(tmp_path)], check=True)
    assert pytest.main([str(tmp_path)]) == 0

def test_forks():
    pid = os.fork()
    if pid == 0:
        raise RuntimeError("in the child")
    assert os.waitpid(pid, 0)[0] == pid

def test_after(): pass
`,
    });
    expect(told(ran.streamed, 'case').toSorted()).toEqual(['test_after', 'test_forks', 'test_nested']);
    expect(told(ran.streamed, 'started')).toHaveLength(3);
  });

  it('survives tests that close, patch and leave what it works with', async () => {
    const ran = await run({
      'test_a.py': `
import json, os

def test_closes(tmp_path):
    for number in os.listdir("/proc/self/fd"):
        path = "/proc/self/fd/" + number
        if os.path.exists(path) and os.readlink(path).endswith("stream.jsonl"):
            os.close(int(number))
    for number in range(20):
        os.open(str(tmp_path / str(number)), os.O_WRONLY | os.O_CREAT)
    os.chdir(str(tmp_path))
    test_closes.files = tmp_path

def test_clean():
    assert [path.stat().st_size for path in test_closes.files.iterdir()] == [0] * 20

def test_patches():
    test_patches.calls = json.dumps, os.write
    json.dumps = os.write = None

def test_after():
    json.dumps, os.write = test_patches.calls
`,
    });
    expect(ran.exit, ran.log).toEqual({ kind: 'code', code: 0 });
    expect(told(ran.streamed, 'case')).toEqual(['test_closes', 'test_clean', 'test_patches', 'test_after']);
  });

  it('says when it can tell no more', async () => {
    const ran = await run({
      'test_a.py': `
def test_a(pytestconfig):
    pytestconfig.pluginmanager.get_plugin("unified_test_runner_told").open = None

def test_b(): pass
`,
    });
    expect(ran.outcome).toEqual({ kind: 'passed' });
    expect(ran.streamed.map(({ kind }) => kind)).toEqual(['collected', 'collected', 'started', 'damage']);
  });

  it('breaks off where pytest does, between the tests that were over and those that were not', async () => {
    const ran = await run({
      'test_a.py': 'import os\ndef test_a(): pass\ndef test_b(): os.abort()\ndef test_c(): pass\n',
    });
    expect(told(ran.streamed, 'collected')).toEqual(['test_a', 'test_b', 'test_c']);
    expect(told(ran.streamed, 'started')).toEqual(['test_a', 'test_b']);
    expect(told(ran.streamed, 'case')).toEqual(['test_a']);
  });
});

describe.each([
  [
    'pytest 6',
    [
      'pytest==6.2.5',
      'attrs==23.2.0',
      'iniconfig==1.1.1',
      'packaging==23.2',
      'pluggy==1.0.0',
      'py==1.11.0',
      'toml==0.10.2',
    ],
  ],
  ['pytest 7', ['pytest==7.4.4', 'iniconfig==2.0.0', 'packaging==23.2', 'pluggy==1.4.0']],
  ['pytest 8', ['pytest==8.3.5', 'iniconfig==2.0.0', 'packaging==23.2', 'pluggy==1.5.0']],
  ['pytest-xdist', ['pytest-xdist==3.8.0', 'execnet==2.1.1'], ['-n', '2']],
  ['pytest-rerunfailures', ['pytest-rerunfailures==16.1'], ['--reruns', '1']],
])('with %s', (_name, requirements, extraArgs: readonly string[] = []) => {
  const folders = requirements.map((requirement) => pipPackage(requirement));
  const missing = folders.find(({ kind }) => kind === 'missing');
  it.skipIf(missing !== undefined)('it is what the report says in the end, too', async () => {
    const path = folders.flatMap((each) => (each.kind === 'missing' ? [] : [each.folder]));
    const files = { 'test_all.py': everything, 'test_broken.py': 'import nothing_of_this_name' };
    const ran = await run(files, { extraArgs: [...extraArgs], pythonPath: path });
    const reported = resultsOf(ran.cases, ran.root);
    expect(Object.keys(reported), ran.log).toHaveLength(25);
    expect(resultsOf(streamedCases(ran), ran.root)).toEqual(reported);
  });
});
