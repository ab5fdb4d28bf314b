import { existsSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';

const config = `
version: 1
project: usage
suites:
  lib: { framework: node, files: ['lib/**/*.test.mjs'] }
categories:
  unit: { tests: [{ suite: lib }] }
  e2e: { tests: [{ suite: lib }], needs: [backend] }
services:
  backend: { external: { url: 'http://127.0.0.1:1' } }
environments:
  local: {}
  live: { protected: true }
`;

let rig: Rig;
beforeAll(async () => {
  rig = await createRig({
    'runner.config.yaml': config,
    'lib/a.test.mjs': "import { test } from 'node:test';\ntest('a', () => {});\n",
  });
});
afterAll(() => rig[Symbol.asyncDispose]());

describe('a command line that cannot be meant so', () => {
  test.each<[string, RegExp]>([
    ['pln', /^error: pln is no command, .*\(did you mean "runner plan"\?\)\n {2}commands: run, rerun, watch, plan, /],
    [
      'help pln',
      /^error: there is no help on "pln" \(did you mean "plan"\?\)\n {2}commands: run, .*; topics: config, /,
    ],
    ['unit', /^error: unit does not exist\n {2}there is a category of that name: use --category unit\n$/],
    [
      'plan --fail-fast',
      /^error: runner plan takes no --fail-fast: it is an option of runner run\n {2}runner help plan /,
    ],
    ['list -q', /^error: runner list takes no -q: it is an option of runner run\n/],
    ['--retry 2', /^error: unknown option --retry \(did you mean "--retries"\?\)\n/],
    ['--categry unit', /^error: unknown option --categry \(did you mean "--category"\?\)\n/],
    ['list --jsn', /^error: unknown option --jsn \(did you mean "--json"\?\)\n {2}runner help list /],
    ['config', /^error: missing required argument 'action'\n {2}usage: runner config \[options\] <action>\n$/],
    ['list suites services', /^error: too many arguments: .* takes no services\n {2}only runner list tests takes /],
    ['list suites --suite lib', /^error: runner list suites takes no --suite\n/],
    ['list layers --no-deps', /^error: runner list layers takes no --no-deps\n/],
    ['list tests --retries 2', /^error: runner list takes no --retries: it is an option of runner run/],
    ['list tests --sute lib', /^error: unknown option --sute \(did you mean "--suite"\?\)\n/],
    ['list tests --env live', /^error: environment "live" is protected; nothing was started\n/],
    ['list tests nothing.js', /^error: nothing.js does not exist\n/],
    ['config check --origin', /^error: runner config check takes no --origin\n/],
    ['config schema --env local', /^error: runner config schema takes no --env\n/],
    ['--no-services --real-services', /^error: --no-services and --real-services contradict each other\n/],
    [
      '--suite lib lib/a.test.mjs::a',
      /^error: suite "lib\/.*\n {2}to run a path, write it first, or use --file 'lib\/a/,
    ],
    ['run ::a', /^error: "::a" names no file\n/],
    ['run --file=', /^error: "" names no file\n/],
    ['--reports /proc/none', /^error: the reports folder \/proc\/none cannot be written: ENOENT/],
    ['-v -q', /^error: --verbose and --quiet contradict each other\n/],
    ['--slowest many', /^error: --slowest many is not a whole number above zero\n/],
    ['--slowest=-3', /^error: --slowest -3 is not a whole number above zero\n/],
    ['--maxfail 0', /^error: --maxfail 0 is not a whole number above zero\n/],
    ['--dry-run --deadline soon', /^error: --deadline soon is not a duration\n/],
    ['--allow live2', /^error: --allow: environment "live2" is not defined \(did you mean "live"\?\)\n/],
    ['--env live', /^error: environment "live" is protected; nothing was started\n {2}add --allow live /],
    ['--exclude-category all', /^error: --exclude-category all leaves nothing to run\n {2}name the categories/],
    ['--progress loud', /^error: option '--progress <how>' argument 'loud' is invalid\. Allowed choices are auto, /],
  ])('"runner %s" is refused with what is wrong and what to do', async (line, message) => {
    const { exitCode, stdout, stderr } = await rig.runWith({ replay: false }, ...line.split(' '));
    expect(stderr).toMatch(message);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  });
});

test('--reports is a path from the folder where the command is given, as every other path is', async () => {
  const { exitCode, stdout } = await rig.runWith({ cwd: 'lib', replay: false }, '-c', 'unit', '--reports', 'own');
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringContaining('Reports: own/report.html  own/junit.xml') as string,
  });
  expect(existsSync(rig.path('lib/own/junit.xml'))).toBe(true);
});

test('a plan without services says what will become of the tests that need them', async () => {
  const { stdout } = await rig.run('plan', '--category', 'e2e', '--no-services', '--history', 'none');
  expect(stdout).toContain('e2e/lib: 1 file, needs backend, which --no-services leaves off: skipped\n');
});
