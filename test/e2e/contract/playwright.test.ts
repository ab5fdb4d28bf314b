import { describeContract } from '../../support/contract.ts';
import { npmTools } from '../../support/npm-tools.ts';

describeContract({
  framework: 'playwright',
  tools: npmTools('@playwright/test@1.65.1'),
  rows: {
    passes: { 'pass.spec.mjs::adds two numbers': 'passed', 'pass.spec.mjs::outer > inner <x> > is nested': 'passed' },
    fails: {
      'fail.spec.mjs::is right': 'passed',
      'fail.spec.mjs::passes against expectation': 'failed',
      'flaky.spec.mjs::never passes': 'failed',
      'rejects.spec.mjs::waits a little': 'failed',
    },
    setUp: {
      'hooks.spec.mjs::bad beforeAll > never runs': 'failed',
      'hooks.spec.mjs::bad beforeAll > nor does this': 'skipped',
    },
    tearDown: {
      'hooks.spec.mjs::bad afterAll > runs': 'failed',
      'hooks.spec.mjs::bad afterEach > fails twice': 'failed',
    },
    skipped: { 'skips.spec.mjs::skipped': 'skipped', 'skips.spec.mjs::skips itself': 'skipped' },
    expected: { 'skips.spec.mjs::to do': 'skipped', 'skips.spec.mjs::fails as expected': 'passed' },
    parametrised: { 'pass.spec.mjs::outer > takes 1': 'passed', 'pass.spec.mjs::outer > takes 2': 'passed' },
    characters: { 'fail.spec.mjs::is wrong \uFFFD é 😀': 'failed' },
    long: { 'fail.spec.mjs::says a lot': 'failed' },
    late: { 'late.spec.mjs::starts something': 'passed' },
  },
  beside: { 'flaky.spec.mjs::passes the second time': 'passed', 'rejects.spec.mjs::starts something': 'passed' },
  files: {
    'first.spec.mjs': "import { test } from '@playwright/test';\ntest('passes', () => {});\n",
    'syntax.spec.mjs': "import { test } from '@playwright/test';\ntest('is never seen', () => {\n",
    'last.spec.mjs': "import { test } from '@playwright/test';\ntest('fails', () => { throw new Error('no'); });\n",
  },
  // Playwright runs nothing then, and tells of no test.
  broken: { 'syntax.spec.mjs::syntax.spec.mjs': 'error' },
  silent: { broken: ['first.spec.mjs', 'last.spec.mjs'] },
  ends: {
    // A worker dies, and the next one runs what is left.
    crash: {
      outcome: 'tests-failed',
      cases: {
        'killed.spec.mjs::before': 'passed',
        'killed.spec.mjs::dies': 'error',
        'killed.spec.mjs::after': 'passed',
      },
    },
    leaves: {
      outcome: 'tests-failed',
      cases: {
        'exits.spec.mjs::before': 'passed',
        'exits.spec.mjs::leaves': 'error',
        'exits.spec.mjs::after': 'passed',
      },
    },
    hangs: {
      outcome: 'timed-out',
      cases: {
        'hangs.spec.mjs::before': 'passed',
        'hangs.spec.mjs::hangs': 'error',
        'hangs.spec.mjs::after': 'skipped',
      },
    },
  },
  hangsFor: '25s',
  again: { files: ['again-a.spec.mjs', 'again-b.spec.mjs'], name: (group, test) => `${group} > ${test}` },
});
