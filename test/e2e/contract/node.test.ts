import { describeContract } from '../../support/contract.ts';

describeContract({
  framework: 'node',
  rows: {
    passes: {
      'pass.test.mjs::adds two numbers': 'passed',
      'pass.test.mjs::outer > inner <x> > is nested': 'passed',
      'pass.test.mjs::declared in a helper': 'passed',
      'pass.test.mjs::parent > child': 'passed',
    },
    fails: {
      'fail.test.mjs::is right': 'passed',
      'fail.test.mjs::fails beside its child': 'failed',
      'fail.test.mjs::fails beside its child > child': 'passed',
    },
    setUp: { 'hooks.test.mjs::bad before': 'error', 'hooks.test.mjs::bad before > never runs': 'error' },
    tearDown: {
      'hooks.test.mjs::bad after > runs': 'passed',
      'hooks.test.mjs::bad after': 'error',
      'hooks.test.mjs::bad afterEach > runs': 'error',
    },
    skipped: { 'skips.test.mjs::skipped': 'skipped', 'skips.test.mjs::skipped suite': 'skipped' },
    expected: { 'skips.test.mjs::to do': 'skipped' },
    parametrised: 'a loop makes tests like any other',
    characters: { 'fail.test.mjs::is wrong \uFFFD é 😀': 'failed' },
    long: { 'long.test.mjs::says a lot': 'failed' },
    late: { 'late.test.mjs::starts something': 'passed', 'late.test.mjs::late.test.mjs': 'error' },
  },
  beside: {
    'pass.test.mjs::outer > has one name': 'passed',
    'pass.test.mjs::outer > has one name #2': 'passed',
    'nothing.test.mjs::nothing.test.mjs': 'error',
  },
  files: {
    'first.test.mjs': "import { test } from 'node:test';\ntest('passes', () => {});\n",
    'syntax.test.mjs': "import { test } from 'node:test';\ntest('is never seen', () => {\n",
    'last.test.mjs': "import { test } from 'node:test';\ntest('fails', () => { throw new Error('no'); });\n",
  },
  broken: {
    'first.test.mjs::passes': 'passed',
    'syntax.test.mjs::syntax.test.mjs': 'error',
    'last.test.mjs::fails': 'failed',
  },
  ends: {
    // Each file has a process of its own, and node tells what became of it.
    crash: {
      outcome: 'tests-failed',
      cases: { 'killed.test.mjs::before': 'passed', 'killed.test.mjs::killed.test.mjs': 'error' },
    },
    leaves: {
      outcome: 'tests-failed',
      cases: { 'exits.test.mjs::before': 'passed', 'exits.test.mjs::exits.test.mjs': 'error' },
    },
    hangs: {
      outcome: 'timed-out',
      cases: {
        'hangs.test.mjs::before': 'passed',
        'hangs.test.mjs::hangs': 'error',
        'hangs.test.mjs::after': 'skipped',
      },
    },
  },
  // Told to end, it may have time to say so of the file.
  perhaps: ['hangs.test.mjs::hangs.test.mjs'],
  hangsFor: '15s',
  again: { files: ['again-a.test.mjs', 'again-b.test.mjs'], name: (group, test) => `${group} > ${test}` },
});
