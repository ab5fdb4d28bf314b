import { describe, expect, it } from 'vitest';
import { compileGlobs } from '../../../src/base/glob.ts';
import { frameworks } from '../../../src/frameworks/index.ts';
import { framework } from '../../support/framework.ts';
import type { Framework, FrameworkCommand, TaskRequest } from '../../../src/frameworks/framework.ts';
import type { Suite } from '../../../src/model/config.ts';

function commandOf(name: string, request: Partial<TaskRequest> = {}, suite: Partial<Suite> = {}): FrameworkCommand {
  const base: Suite = {
    name: 's',
    framework: name,
    cwd: '.',
    files: [],
    exclude: [],
    command: null,
    args: [],
    env: {},
    component: null,
    batch: 'auto',
    junit: null,
    timeoutMs: null,
  };
  return framework(name).command({
    suite: { ...base, ...suite },
    cwd: '/w',
    files: [],
    tests: {},
    keyword: null,
    markers: null,
    slots: 1,
    reportsDir: '/r',
    logPath: '/r/log',
    pluginsDir: '/p',
    extraArgs: [],
    ...request,
  });
}

describe('every framework', () => {
  it.each([...frameworks.entries()])('%s is registered under its own name', (name, registered) => {
    expect(registered.name).toBe(name);
  });

  it.each([...frameworks.entries()])('%s has default files that can be matched', (_name, { defaultFiles }) => {
    const matches = compileGlobs(defaultFiles);
    expect(matches('no/such.thing')).toBe(false);
  });

  it.each([
    ['jest', ['src/a.test.ts', 'a.spec.cjs', 'src/__tests__/a.jsx', 'src/test.js'], ['src/a.js', 'atest.js']],
    ['playwright', ['e2e/a.spec.ts', 'a.test.mjs'], ['e2e/a.ts', 'playwright.config.ts']],
    ['mocha', ['test/a.js', 'test/b.mjs', 'src/a.spec.ts'], ['test/support/a.js', 'src/a.js']],
  ])('%s takes the files of its convention for tests', (name, tests, others) => {
    const matches = compileGlobs(framework(name).defaultFiles);
    expect([...tests, ...others].filter((file) => matches(file))).toEqual(tests);
  });

  it.each(['pytest', 'vitest', 'jest', 'playwright', 'mocha', 'node'])(
    '%s is launched by the command of the suite, then its arguments, then those after --',
    (name) => {
      const { argv } = commandOf(name, { extraArgs: ['--extra'] }, { command: ['my', 'launcher'], args: ['-q'] });
      expect(argv.slice(0, 4)).toEqual(['my', 'launcher', '-q', '--extra']);
    },
  );

  it.each([
    ['pytest', '/r/pytest.xml'],
    ['vitest', '/r/vitest.xml'],
    ['jest', '/r/jest.xml'],
    ['playwright', '/r/playwright.xml'],
    ['mocha', '/r/mocha.xml'],
    ['node', '/r/node.xml'],
  ])('%s must leave its report in the folder of the attempt', (name, path) => {
    expect(commandOf(name).report).toEqual({ kind: 'files', paths: [path] });
  });

  it.each(['pytest', 'vitest', 'jest', 'mocha', 'node'])('%s never takes a file for an option', (name) => {
    const { argv } = commandOf(name, { files: ['-x.test', 'a.test'] });
    expect(argv).not.toContain('-x.test');
    expect(argv).toContain('a.test');
  });
});

describe('pytest', () => {
  it('is asked for node ids where tests are named, and for whole files elsewhere', () => {
    const { argv } = commandOf('pytest', {
      files: ['test_a.py', 'test_b.py'],
      tests: { 'test_a.py': ['TestA::test_x', 'test_y[a-1]'] },
    });
    expect(argv.slice(-3)).toEqual(['test_a.py::TestA::test_x', 'test_a.py::test_y[a-1]', 'test_b.py']);
  });

  it('gets keyword and markers as they are', () => {
    const { argv } = commandOf('pytest', { keyword: '(a) and (b)', markers: 'not slow' });
    expect(argv.join(' ')).toContain('-k (a) and (b) -m not slow');
  });

  it.each([
    [['-m', 'not slow'], true],
    [['--deselect=x'], true],
    [['-q', '--maxfail=1'], false],
  ])('with the arguments %j leaves out tests: %s', (args, narrowed) => {
    expect(commandOf('pytest', {}, { args }).narrowed).toBe(narrowed);
  });

  it.each([
    ['a test of that name', 'ERROR: not found: /w/test_a.py::nope\n(no match in any of [<Module test_a.py>])\n', true],
    ['a file', 'ERROR: file or directory not found: test_gone.py\n', false],
    ['one that could be imported', 'ERROR: not found: /w/a.py::b\nERROR: found no collectors for /w/c.py::d\n', false],
    ['nothing: it passed', '1 passed in 0.01s\n', false],
  ])('is known by its last words to have found no test where what is missing is %s', (_what, tail, found) => {
    expect(framework('pytest').foundNone?.(tail)).toBe(found);
  });

  it.each([
    ['the suite in the root', 'tests.test_a.TestA', { suiteCwd: '.', files: ['tests/test_a.py'] }, 'tests/test_a.py'],
    [
      'the rootdir above the suite',
      'backend.tests.test_a',
      { suiteCwd: 'backend', files: ['backend/tests/test_a.py'] },
      'backend/tests/test_a.py',
    ],
    [
      'the rootdir at the suite',
      'tests.test_a',
      { suiteCwd: 'backend', files: ['backend/tests/test_a.py'] },
      'backend/tests/test_a.py',
    ],
    [
      'the rootdir below the suite',
      'test_a',
      { suiteCwd: '.', files: ['tests/x/test_a.py', 'tests/x/y/test_a.py'] },
      'tests/x/test_a.py',
    ],
    [
      'the rootdir above the workspace',
      'outer.repo.tests.test_a.TestA',
      { suiteCwd: '.', files: ['tests/test_a.py'] },
      'tests/test_a.py',
    ],
    ['dots in a folder', 'v1.2.test_a', { suiteCwd: '.', files: ['v1.2/test_a.py'] }, 'v1.2/test_a.py'],
  ])('finds the file of a class with %s', (_case, className, context, file) => {
    const id = framework('pytest').identify(reportCase({ className, name: 'test_x', file: 'elsewhere/base.py' }), {
      root: '/w',
      ...context,
    });
    expect(id).toEqual({ file, className, name: 'test_x' });
  });

  it('names a module that cannot be imported by its file', () => {
    const context = { root: '/w', suiteCwd: '.', files: ['tests/test_bad.py'] };
    const id = framework('pytest').identify(reportCase({ className: '', name: 'tests.test_bad' }), context);
    expect(id).toEqual({ file: 'tests/test_bad.py', className: '', name: 'tests.test_bad' });
    expect(framework('pytest').testSelector?.(id)).toBe('tests/test_bad.py');
  });

  it('says how to ask for one test again', () => {
    const id = { file: 'backend/tests/test_a.py', className: 'tests.test_a.TestA.TestIn', name: 'test_x[a::b]' };
    expect(framework('pytest').testSelector?.(id)).toBe('backend/tests/test_a.py::TestA::TestIn::test_x[a::b]');
  });
});

describe('vitest', () => {
  it('runs no name filter beside a file that runs whole, so that no test is left out', () => {
    const { argv } = commandOf('vitest', { files: ['a.test.ts', 'b.test.ts'], tests: { 'a.test.ts': ['x'] } });
    expect(argv.join(' ')).not.toContain('testNamePattern');
  });

  it('may use as many workers as its task holds slots', () => {
    expect(commandOf('vitest', { slots: 3 }).argv).toContain('--maxWorkers=3');
  });

  it('combines named tests and a keyword', () => {
    const { argv } = commandOf('vitest', { files: ['a.ts'], tests: { 'a.ts': ['outer > x'] }, keyword: 'outer' });
    const pattern = new RegExp(argv.find((argument) => argument.startsWith('--testNamePattern='))?.slice(18) ?? '');
    expect(['outer > x', 'outer > y', 'x'].map((name) => pattern.test(name))).toEqual([true, false, false]);
  });
});

describe('jest', () => {
  it('is given the files after an option without a value, or they would be taken for more of its values', () => {
    const { argv } = commandOf('jest', { files: ['a.test.js', 'b.test.js'] });
    expect(argv.slice(-3)).toEqual(['--runTestsByPath', 'a.test.js', 'b.test.js']);
  });

  it('asks for a name and not for what merely begins with it', () => {
    const { argv } = commandOf('jest', { files: ['a.js'], tests: { 'a.js': ['outer > x (1)'] } });
    const pattern = new RegExp(argv.find((argument) => argument.startsWith('--testNamePattern='))?.slice(18) ?? '');
    expect(['outer x (1)', 'outer x (1) y', 'x (1)'].map((name) => pattern.test(name))).toEqual([true, false, false]);
  });

  it.each([
    [['--bail'], '', true],
    [['-b'], '', true],
    [['--ci'], '[runner] jest was stopped before all tests had run', true],
    [['--ci'], 'Tests: 1 failed', false],
  ])('with the arguments %j and the last words %j was stopped early: %s', (argv, tail, stopped) => {
    expect(framework('jest').stoppedEarly?.({ argv, tail })).toBe(stopped);
  });
});

describe('playwright', () => {
  it('is asked for files by patterns that match no other path', () => {
    const { argv } = commandOf('playwright', { files: ['a+b/[id].spec.ts'] });
    const [, source = ''] = /^\/(.*)\/$/.exec(argv.at(-1) ?? '') ?? [];
    const paths = ['/w/a+b/[id].spec.ts', '/w/lib/a+b/[id].spec.ts', '/w/a+b/[id].spec.tsx', '/w/aab/i.spec.ts'];
    expect(paths.map((path) => new RegExp(source).test(path))).toEqual([true, false, false, false]);
  });

  it('selects nothing rather than everything by markers that it cannot read', () => {
    expect(commandOf('playwright', { markers: 'a and' }).argv).toContain('--grep=/^(?!)/');
  });
});

describe('node', () => {
  it('selects nothing rather than everything by a keyword that it cannot express', () => {
    expect(commandOf('node', { keyword: '(a and not b) or c' }).argv).toContain('--test-name-pattern=(?!)');
  });

  it('is not told that it runs inside a test of another node:test', () => {
    expect(commandOf('node').unset).toEqual(['NODE_TEST_CONTEXT']);
  });
});

describe('command', () => {
  it('runs exactly what the suite says', () => {
    const command = commandOf('command', { extraArgs: ['--fast'] }, { command: ['./load.sh'], args: ['-n', '3'] });
    expect(command).toEqual({ argv: ['./load.sh', '-n', '3', '--fast'], env: {}, report: { kind: 'exit-code' } });
  });

  it('puts the files where the command wants them, and into the environment', () => {
    const command = commandOf('command', { files: ['a b.sh', 'c.sh'] }, { command: ['check', '{files}', '--end'] });
    expect(command.argv).toEqual(['check', 'a b.sh', 'c.sh', '--end']);
    expect(command.env).toEqual({ RUNNER_FILES: 'a b.sh\nc.sh' });
  });

  it('is read from the JUnit files that the suite names', () => {
    expect(commandOf('command', {}, { junit: ['out/*.xml'] }).report).toEqual({ kind: 'globs', globs: ['out/*.xml'] });
  });

  it('is read as TAP from what it prints, or from the files that the suite names', () => {
    expect(commandOf('command', {}, { tap: 'output' }).report).toMatchObject({ kind: 'lines', path: '/r/log' });
    expect(commandOf('command', {}, { tap: ['out/*.tap'] }).report).toMatchObject({
      kind: 'globs',
      globs: ['out/*.tap'],
    });
  });

  it.each([
    ['/w/pkg/a_test.go', 'pkg/a_test.go'],
    ['a_test.go', 'pkg/a_test.go'],
    ['../outside.go', 'outside.go'],
    ['/elsewhere/x.go', null],
  ])('relates a reported file %s to the root: %s', (file, expected) => {
    const context = { root: '/w', suiteCwd: 'pkg', files: [] };
    expect(framework('command').identify(reportCase({ file }), context).file).toBe(expected);
  });

  it('takes the suites for the class where a case has none', () => {
    const context = { root: '/w', suiteCwd: '.', files: [] };
    expect(framework('command').identify(reportCase({ suites: ['a', 'b'], className: null }), context).className).toBe(
      'a.b',
    );
  });
});

function reportCase(fields: Partial<Parameters<Framework['identify']>[0]>): Parameters<Framework['identify']>[0] {
  return {
    suites: [],
    name: 'x',
    className: 'c',
    file: null,
    line: null,
    durationMs: 0,
    status: 'passed',
    problems: [],
    skipReason: null,
    stdout: null,
    stderr: null,
    ...fields,
  };
}
