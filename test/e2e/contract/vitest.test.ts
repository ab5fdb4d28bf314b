import { describeContract } from '../../support/contract.ts';

describeContract({
  framework: 'vitest',
  rows: {
    passes: { 'pass.test.ts::adds two numbers': 'passed', 'pass.test.ts::outer > inner <x> > is nested': 'passed' },
    fails: { 'fail.test.ts::is right': 'passed', 'hooks.test.ts::bad afterEach > fails twice': 'failed' },
    setUp: { 'hooks.test.ts::bad beforeAll': 'error', 'hooks.test.ts::bad beforeAll > never runs': 'skipped' },
    tearDown: { 'hooks.test.ts::bad afterAll > runs': 'passed', 'hooks.test.ts::bad afterAll': 'error' },
    skipped: { 'skips.test.ts::skipped': 'skipped', 'skips.test.ts::skips itself': 'skipped' },
    expected: { 'skips.test.ts::to do': 'skipped', 'skips.test.ts::fails as expected': 'passed' },
    parametrised: { 'pass.test.ts::outer > takes 1': 'passed', 'pass.test.ts::outer > takes 2': 'passed' },
    characters: { 'fail.test.ts::is wrong \uFFFD é 😀': 'failed' },
    long: { 'long.test.ts::says a lot': 'failed' },
    late: { 'late.test.ts::ends': 'passed', 'late.test.ts::Unhandled Rejection: nobody waits for this': 'error' },
  },
  beside: {
    'pass.test.ts::outer > has one name': 'passed',
    'pass.test.ts::outer > has one name #2': 'passed',
    'late.test.ts::starts something': 'passed',
  },
  files: {
    'first.test.ts': "import { test } from 'vitest';\ntest('passes', () => {});\n",
    'syntax.test.ts': "import { test } from 'vitest';\ntest('is never seen', () => {\n",
    'last.test.ts': "import { test } from 'vitest';\ntest('fails', () => { throw new Error('no'); });\n",
  },
  broken: {
    'first.test.ts::passes': 'passed',
    'syntax.test.ts::syntax.test.ts': 'error',
    'last.test.ts::fails': 'failed',
  },
  ends: {
    // A worker is killed; Vitest itself goes on.
    crash: {
      outcome: 'tests-failed',
      cases: {
        'killed.test.ts::before': 'passed',
        'killed.test.ts::dies': 'error',
        'killed.test.ts::after': 'error',
        '::Unhandled Error: [vitest-pool]: Worker forks emitted error.': 'error',
      },
    },
    // Vitest takes the exit for a failure of the test.
    leaves: {
      outcome: 'tests-failed',
      cases: { 'exits.test.ts::before': 'passed', 'exits.test.ts::leaves': 'failed' },
    },
    hangs: {
      outcome: 'timed-out',
      cases: {
        'hangs.test.ts::before': 'passed',
        'hangs.test.ts::hangs': 'error',
        'hangs.test.ts::after': 'skipped',
      },
    },
  },
  hangsFor: '20s',
  again: { files: ['again-a.test.ts', 'again-b.test.ts'], name: (group, test) => `${group} > ${test}` },
});
