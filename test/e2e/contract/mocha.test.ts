import { describeContract } from '../../support/contract.ts';
import { npmTools } from '../../support/npm-tools.ts';

describeContract({
  framework: 'mocha',
  tools: npmTools('mocha@12.0.3'),
  rows: {
    passes: { 'pass.spec.cjs::adds two numbers': 'passed', 'pass.spec.cjs::outer > inner <x> > is nested': 'passed' },
    fails: {
      'fail.spec.cjs::is right': 'passed',
      'rejects.spec.cjs::waits a little': 'failed',
      // It passes first.
      'twice.spec.cjs::ends twice': 'failed',
      'flaky.spec.cjs::never passes': 'failed',
    },
    setUp: {
      'hooks.spec.cjs::bad before > "before all" hook for "never runs"': 'error',
      'hooks.spec.cjs::bad before > never runs': 'skipped',
    },
    tearDown: {
      'hooks.spec.cjs::bad after > runs': 'passed',
      'hooks.spec.cjs::bad after > "after all" hook for "runs"': 'error',
      'hooks.spec.cjs::bad afterEach > runs': 'passed',
      'hooks.spec.cjs::bad afterEach > "after each" hook for "runs"': 'error',
      'hooks.spec.cjs::bad afterEach > never runs': 'skipped',
    },
    skipped: {
      'skips.spec.cjs::skipped': 'skipped',
      'skips.spec.cjs::skips itself': 'skipped',
      'skips.spec.cjs::skipped suite > inside': 'skipped',
    },
    expected: { 'skips.spec.cjs::to do': 'skipped' },
    parametrised: { 'pass.spec.cjs::outer > takes 1': 'passed', 'pass.spec.cjs::outer > takes 2': 'passed' },
    characters: { 'fail.spec.cjs::is wrong \uFFFD é 😀': 'failed' },
    long: { 'fail.spec.cjs::says a lot': 'failed' },
    late: { 'late.spec.cjs::starts something': 'passed' },
  },
  beside: {
    'pass.spec.cjs::outer > has one name': 'passed',
    'pass.spec.cjs::outer > has one name #2': 'passed',
    'rejects.spec.cjs::starts something': 'passed',
    'twice.spec.cjs::waits a little': 'passed',
    'flaky.spec.cjs::passes the second time': 'passed',
  },
  files: {
    'first.spec.cjs': "it('passes', () => {});\n",
    'syntax.spec.cjs': "it('is never seen', () => {\n",
    'last.spec.cjs': "it('fails', () => { throw new Error('no'); });\n",
  },
  broken: {
    'first.spec.cjs::passes': 'passed',
    'syntax.spec.cjs::syntax.spec.cjs': 'error',
    'last.spec.cjs::fails': 'failed',
  },
  ends: {
    crash: {
      outcome: 'crashed',
      cases: {
        'killed.spec.cjs::before': 'passed',
        'killed.spec.cjs::dies': 'error',
        'killed.spec.cjs::after': 'skipped',
      },
    },
    leaves: {
      outcome: 'report-unusable',
      cases: {
        'exits.spec.cjs::before': 'passed',
        'exits.spec.cjs::leaves': 'error',
        'exits.spec.cjs::after': 'skipped',
      },
    },
    hangs: {
      outcome: 'timed-out',
      cases: {
        'hangs.spec.cjs::before': 'passed',
        'hangs.spec.cjs::hangs': 'error',
        'hangs.spec.cjs::after': 'skipped',
      },
    },
  },
  hangsFor: '15s',
  again: { files: ['again-a.spec.cjs', 'again-b.spec.cjs'], name: (group, test) => `${group} > ${test}` },
});
