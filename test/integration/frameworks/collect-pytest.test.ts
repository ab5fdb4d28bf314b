import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { collect, listed, problems } from '../../support/collect.ts';
import { workspaceWith } from '../../support/npm-tools.ts';
import type { FrameworkRun, RunFrameworkOptions } from '../../support/run-framework.ts';
import { describeWith } from '../../support/tools.ts';

const made: string[] = [];
afterEach(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })));

describeWith(['python3', '-m', 'pytest', '--version'], 'pytest', () => {
  const files = {
    'pytest.ini': '[pytest]\n',
    'tests/test_a.py': `
import pytest
open("ran.txt", "w").close() if False else None
@pytest.fixture(scope="session", autouse=True)
def started():
    open("ran.txt", "w").close()
@pytest.mark.slow
def test_plain():
    open("ran.txt", "w").close()
@pytest.mark.parametrize("word", ["a b", "x::y", "z[0]", "ü"])
def test_words(word):
    pass
class TestOuter:
    class TestInner:
        def test_deep(self):
            pass
print("tests/test_a.py: printed while it is loaded")
`,
    'tests/test_b.py': 'def test_other():\n    pass\n',
    'tests/test_skipped.py': 'import pytest\npytest.skip("not here", allow_module_level=True)\n',
    'tests/test_broken.py': 'import gone_module\ndef test_x():\n    pass\n',
    'tests/test_syntax.py': 'def test_x(:\n',
  };
  const [a, b] = ['tests/test_a.py', 'tests/test_b.py'];
  const workspace = (): string => {
    const root = workspaceWith({ kind: 'missing', reason: '' }, files);
    made.push(root);
    return root;
  };
  const run = (options: Partial<RunFrameworkOptions>): Promise<FrameworkRun> =>
    collect('pytest', { root: workspace(), ...options });
  const whole = [
    ...['TestOuter', 'test_deep', 'test_plain', 'test_words[a b]', 'test_words[x::y]', 'test_words[z[0]]'].slice(1),
    'test_words[\\xfc]',
  ].map((name) => `${a}::${name}`);

  it('lists every test of the files, sets nothing up, and takes what is printed for no test', async () => {
    const root = workspace();
    const found = await collect('pytest', { root, files: [a] });
    expect([found.outcome, listed(found)], found.log).toEqual([{ kind: 'passed' }, whole.toSorted()]);
    expect(found.ids.find(({ name }) => name === 'test_deep')?.className).toBe('tests.test_a.TestOuter.TestInner');
    expect(existsSync(join(root, 'ran.txt'))).toBe(false);
  });

  it('lists what a keyword, markers or ids choose', async () => {
    expect(listed(await run({ files: [a, b], keyword: 'deep or other' }))).toEqual([
      `${a}::test_deep`,
      `${b}::test_other`,
    ]);
    expect(listed(await run({ files: [a, b], markers: 'slow' }))).toEqual([`${a}::test_plain`]);
    const named = { [a]: ['test_words[x::y]', 'TestOuter::TestInner::test_deep'] };
    expect(listed(await run({ files: [a], tests: named }))).toEqual([`${a}::test_deep`, `${a}::test_words[x::y]`]);
    const none = await run({ files: [a], keyword: 'nothing' });
    expect([none.outcome, listed(none)]).toEqual([{ kind: 'no-tests' }, []]);
  });

  it('tells of files that cannot be collected or are skipped whole, and lists the others', async () => {
    const found = await run({ files: Object.keys(files).filter((file) => file.endsWith('.py')) });
    expect(found.outcome, found.log).toEqual({ kind: 'tests-failed' });
    expect(problems(found)).toEqual({
      'tests.test_broken': "ModuleNotFoundError: No module named 'gone_module'",
      'tests.test_syntax': 'SyntaxError: invalid syntax',
    });
    expect(listed(found)).toEqual([...whole, `${b}::test_other`, 'tests/test_skipped.py::tests.test_skipped'].sort());
  });

  it.each([
    ['louder', ['-vv', '-s', '-ra', '--color=yes']],
    ['silent', ['-qqq']],
  ])('lists the same when the suite asks for it %s', async (_how, args) => {
    const found = await run({ files: [a], suiteOverrides: { args } });
    expect([found.outcome, listed(found)], found.log).toEqual([{ kind: 'passed' }, whole.toSorted()]);
  });

  it('needs nothing that an isolated interpreter does not have', async () => {
    const found = await run({ files: [b], suiteOverrides: { command: ['python3', '-I', '-m', 'pytest'] } });
    expect([found.outcome, listed(found)], found.log).toEqual([{ kind: 'passed' }, [`${b}::test_other`]]);
  });

  it('knows a list that was cut off', async () => {
    const cut = { ...files, 'tests/conftest.py': 'import os\ndef pytest_collection_finish():\n    os._exit(0)\n' };
    const root = workspaceWith({ kind: 'missing', reason: '' }, cut);
    made.push(root);
    const found = await collect('pytest', { root, files: [b] });
    expect(found.outcome).toMatchObject({ kind: 'report-unusable' });
  });
});
