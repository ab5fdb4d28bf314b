import { describeContract } from '../../support/contract.ts';
import { npmTools } from '../../support/npm-tools.ts';

describeContract({
  framework: 'jest',
  tools: npmTools('jest@30.5.2'),
  rows: {
    passes: { 'pass.test.cjs::adds two numbers': 'passed', 'pass.test.cjs::outer > inner <x> > is nested': 'passed' },
    fails: { 'fail.test.cjs::is right': 'passed', 'rejects.test.cjs::starts something': 'failed' },
    setUp: { 'hooks.test.cjs::bad beforeAll > never runs': 'failed' },
    tearDown: {
      'hooks.test.cjs::bad afterAll > runs': 'passed',
      'hooks.test.cjs::bad afterEach > fails twice': 'failed',
      // Jest tells of a failing afterAll for the whole file.
      'hooks.test.cjs::hooks.test.cjs': 'error',
    },
    skipped: {
      'skips.test.cjs::skipped': 'skipped',
      'skips.test.cjs::skipped suite > inside': 'skipped',
    },
    expected: { 'skips.test.cjs::to do': 'skipped', 'skips.test.cjs::fails as expected': 'passed' },
    parametrised: { 'pass.test.cjs::outer > takes 1': 'passed', 'pass.test.cjs::outer > takes 2': 'passed' },
    characters: { 'fail.test.cjs::is wrong \uFFFD é 😀': 'failed' },
    long: { 'fail.test.cjs::says a lot': 'failed' },
    late: { 'late.test.cjs::starts something': 'passed' },
  },
  beside: {
    'pass.test.cjs::outer > has one name': 'passed',
    'pass.test.cjs::outer > has one name #2': 'passed',
    'rejects.test.cjs::waits a little': 'passed',
    'flaky.test.cjs::passes the second time': 'passed',
  },
  broken: {
    'first.test.cjs::passes': 'passed',
    'syntax.test.cjs::syntax.test.cjs': 'error',
    'last.test.cjs::fails': 'failed',
  },
  files: {
    'first.test.cjs': "test('passes', () => {});\n",
    'syntax.test.cjs': "test('is never seen', () => {\n",
    'last.test.cjs': "test('fails', () => { throw new Error('no'); });\n",
  },
  ends: {
    crash: {
      outcome: 'crashed',
      cases: { 'killed.test.cjs::before': 'passed', 'killed.test.cjs::dies': 'error' },
    },
    leaves: {
      outcome: 'report-unusable',
      cases: { 'exits.test.cjs::before': 'passed', 'exits.test.cjs::leaves': 'error' },
    },
    hangs: {
      outcome: 'timed-out',
      cases: { 'hangs.test.cjs::before': 'passed', 'hangs.test.cjs::hangs': 'error' },
    },
  },
  hangsFor: '15s',
  again: { files: ['again-a.test.cjs', 'again-b.test.cjs'], name: (group, test) => `${group} > ${test}` },
});
