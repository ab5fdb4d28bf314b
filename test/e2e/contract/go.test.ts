import { describeContract } from '../../support/contract.ts';

const [plain, kinds, late] = ['plain/plain_test.go', 'kinds/kinds_test.go', 'late/late_test.go'];

describeContract({
  framework: 'go',
  tools: ['go', 'version'],
  rows: {
    passes: { [`${plain}::TestAdds`]: 'passed', [`${plain}::FuzzSeeds/seed#0`]: 'passed' },
    fails: {
      [`${kinds}::TestSubtests/right`]: 'passed',
      [`${kinds}::TestByItself`]: 'failed',
      [`${kinds}::TestByItself/right`]: 'passed',
    },
    setUp: 'go has none',
    tearDown: { [`${kinds}::TestCleanup`]: 'failed' },
    skipped: { [`${kinds}::TestSkipped`]: 'skipped' },
    expected: 'go has none',
    parametrised: { [`${plain}::TestTable/two_words`]: 'passed', [`${plain}::TestTable/a/b`]: 'passed' },
    characters: {
      [`${kinds}::TestSubtests/é\\x01_wrong`]: 'failed',
      [`${kinds}::TestWrong`]: 'failed',
      // It prints what go prints of tests.
      [`${kinds}::TestForged`]: 'passed',
    },
    long: { [`${kinds}::TestLong`]: 'failed' },
    late: { [`${late}::TestEarly`]: 'passed' },
  },
  files: {
    'first/first_test.go': 'package first\n\nimport "testing"\n\nfunc TestPasses(t *testing.T) {}\n',
    'last/last_test.go': 'package last\n\nimport "testing"\n\nfunc TestFails(t *testing.T) { t.Fatal("no") }\n',
  },
  broken: {
    'first/first_test.go::TestPasses': 'passed',
    'broken/broken_test.go::example.com/fixture/broken [build failed]': 'error',
    'last/last_test.go::TestFails': 'failed',
  },
  ends: {
    // Each package has a process of its own, and go tells what became of it.
    crash: {
      outcome: 'tests-failed',
      cases: {
        'panics/panics_test.go::TestFirst': 'passed',
        'panics/panics_test.go::TestPanics': 'error',
        'panics/panics_test.go::panics/panics_test.go [not run]': 'error',
      },
    },
    leaves: {
      outcome: 'tests-failed',
      cases: {
        'exits/exits_test.go::TestFirst': 'passed',
        'exits/exits_test.go::TestLeaves': 'error',
        'exits/exits_test.go::exits/exits_test.go [not run]': 'error',
      },
    },
    hangs: {
      outcome: 'timed-out',
      cases: {
        'hangs/hangs_test.go::TestFirst': 'passed',
        'hangs/hangs_test.go::TestHangs': 'error',
        'hangs/hangs_test.go::TestLast': 'skipped',
      },
    },
  },
  hangsFor: '20s',
  again: {
    files: ['againa/again_test.go', 'againb/again_test.go'],
    name: (group, test) => `Test${group}/${test}`,
  },
});
