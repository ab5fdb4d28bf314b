import { describe, expect, test } from 'vitest';
import { fix, once, ranIn } from '../support/rerun-project.ts';
import { createRig } from '../support/rig.ts';

const helper = `
const { appendFileSync, existsSync } = process.getBuiltinModule('node:fs');
const ran = (name) => appendFileSync('ran.log', name + '\\n');
const check = (name) => { ran(name); if (!existsSync(name + '.fixed')) throw new Error(name + ' is bad'); };
`;

function config(framework: string): string {
  return `
version: 1
project: chain
workers: 1
suites: { lib: { framework: ${framework} } }
categories: { unit: { tests: [{ suite: lib }] } }
`;
}

describe.each([
  ['vitest', 'a.test.js', "import { describe, test } from 'vitest';"],
  ['node', 'a.test.mjs', "import { describe, test } from 'node:test';"],
])('a chain of reruns of %s', (framework, name, imports) => {
  const files = {
    'package.json': '{"type":"module"}',
    'runner.config.yaml': config(framework),
    [name]: `${imports}${helper}
describe('part', () => {
  test('good', () => ran('good'));
  test('bad (a+b) [1] > x', () => check('bad1'));
  describe('inner', () => test('bad', () => check('bad2')));
});
test('last', () => check('bad3'));
`,
    [name.replace('a.', 'b.')]: `${imports}${helper}\ntest('bad', () => ran('other'));\n`,
  };

  test('runs the tests that have not passed and no other', async () => {
    await using rig = await createRig(files);
    expect((await rig.run()).exitCode).toBe(1);
    expect(ranIn(rig)).toEqual(['bad1', 'bad2', 'bad3', 'good', 'other']);
    fix(rig, 'bad2');
    const second = await rig.run('rerun');
    expect(second.exitCode, second.stdout).toBe(1);
    expect(ranIn(rig)).toEqual(['bad1', 'bad2', 'bad3']);
    fix(rig, 'bad1', 'bad3');
    const third = await rig.run('rerun');
    expect(third.exitCode, third.stdout).toBe(0);
    expect(ranIn(rig)).toEqual(['bad1', 'bad3']);
    expect((await rig.runWith(once, 'rerun')).exitCode).toBe(0);
  });
});

describe('tests that a failure left out', () => {
  test('are owed with the file in which they are', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config('pytest, args: [-x]'),
      'test_a.py': `
import os
def ran(name):
    open("ran.log", "a").write(name + "\\n")
def test_a():
    ran("a")
    assert os.path.exists("a.fixed")
def test_b():
    ran("b")
`,
      'test_b.py': 'def test_c():\n    open("ran.log", "a").write("c\\n")\n',
    });
    expect((await rig.run()).exitCode).toBe(1);
    expect(ranIn(rig)).toEqual(['a']);
    fix(rig, 'a');
    const run = await rig.run('rerun');
    expect(run.exitCode, run.stdout).toBe(0);
    expect(ranIn(rig)).toEqual(['a', 'b', 'c']);
  });

  test('with a category that they depend on are owed until that has passed', async () => {
    await using rig = await createRig({
      'runner.config.yaml': `
version: 1
project: chain
suites: { lib: { framework: pytest } }
categories:
  smoke: { tests: [{ suite: lib, files: [test_a.py] }] }
  unit: { tests: [{ suite: lib, files: [test_b.py] }], dependsOn: [smoke] }
`,
      'test_a.py':
        'import os\ndef test_a():\n    open("ran.log", "a").write("a\\n")\n    assert os.path.exists("a.fixed")\ndef test_ok(): pass\n',
      'test_b.py': 'def test_b():\n    open("ran.log", "a").write("b\\n")\n',
    });
    expect((await rig.run('--category', 'unit')).exitCode).toBe(1);
    expect(ranIn(rig)).toEqual(['a']);
    expect((await rig.run('--failed')).exitCode).toBe(1);
    expect(ranIn(rig)).toEqual(['a']);
    fix(rig, 'a');
    const run = await rig.run('rerun');
    expect(run.exitCode, run.stdout).toBe(0);
    expect(ranIn(rig)).toEqual(['a', 'b']);
  });
});
