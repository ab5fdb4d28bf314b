import { describe, expect, it } from 'vitest';
import type { FrameworkCommand, TaskRequest } from '../../../src/frameworks/framework.ts';
import { framework } from '../../support/framework.ts';
import { taskRequest } from '../../support/run-framework.ts';

function commandOf(name: string, request: Partial<TaskRequest>, args: readonly string[] = []): FrameworkCommand {
  const found = framework(name);
  return found.command(taskRequest({ ...request, suiteOverrides: { args } }, found));
}

/** What the launcher runs: behind the second `--`. */
function toolOf({ argv }: FrameworkCommand): readonly string[] {
  return argv.slice(argv.indexOf('--', argv.indexOf('--') + 1) + 1);
}

describe('go', () => {
  it('leaves the last word on its flags to the suite, and what is for the tests to the end', () => {
    const command = commandOf('go', { slots: 3, extraArgs: ['-race'] }, ['-timeout=5s', '-args', '-v']);
    const expected = [
      'go',
      'test',
      '-count=1',
      '-timeout=0',
      '-p=3',
      '-timeout=5s',
      '-json',
      '--',
      '-args',
      '-v',
      '-race',
    ];
    expect(toolOf(command)).toEqual(expected);
  });

  it.each([
    [['-run=TestA'], true, false],
    [['-failfast'], true, true],
    [['-failfast=false', '-tags=x'], true, false],
    [['-tags=run'], false, false],
  ])('with the arguments %j leaves out tests: %s, after a failure: %s', (args, narrowed, stopped) => {
    const command = commandOf('go', {}, args);
    expect(command.narrowed).toBe(narrowed);
    expect(framework('go').stoppedEarly?.({ argv: command.argv, tail: '' })).toBe(stopped);
  });
});

describe('cargo', () => {
  it('runs every target, and gives its slots to the compiler and to the tests', () => {
    const command = commandOf('cargo', { slots: 2, extraArgs: ['--release'] }, ['--locked', '--', '--nocapture']);
    expect(toolOf(command)).toEqual([
      'cargo',
      'test',
      '--locked',
      '--release',
      '--no-fail-fast',
      '--message-format=json',
      '--',
      '--nocapture',
    ]);
    expect(command.env).toMatchObject({ CARGO_BUILD_JOBS: '2', RUST_TEST_THREADS: '2' });
    expect(framework('cargo').stoppedEarly?.({ argv: command.argv, tail: '' })).toBe(false);
  });

  it.each([
    [['--lib'], true],
    [['-pshop'], true],
    [['--', '--skip', 'slow'], true],
    [['--features', 'slow', '--', '--nocapture'], false],
  ])('with the arguments %j leaves out tests: %s', (args, narrowed) => {
    expect(commandOf('cargo', {}, args).narrowed).toBe(narrowed);
  });
});

it.each([
  [['-ff'], true],
  [['-Dsurefire.skipAfterFailureCount=1'], true],
  [['-o'], false],
])('maven with the arguments %j leaves out tests after a failure: %s', (args, stopped) => {
  const { argv } = commandOf('maven', {}, args);
  expect(framework('maven').stoppedEarly?.({ argv, tail: '' })).toBe(stopped);
});

it.each(['go', 'cargo', 'maven'])('%s asks by file where what failed is no test', (name) => {
  const id = { file: 'a/file', className: 'x [build failed]', name: 'x [build failed]' };
  expect(framework(name).testSelector?.(id)).toBe('a/file');
  expect(framework(name).testSelector?.({ ...id, file: null })).toBeNull();
});
