import { describeContract } from '../../support/contract.ts';

describeContract({
  framework: 'pytest',
  tools: ['python3', '-m', 'pytest', '--version'],
  env: { PYTHONDONTWRITEBYTECODE: '1' },
  rows: {
    passes: { 'test_pass.py::test_adds': 'passed', 'test_pass.py::TestOuter::TestInner::test_nested': 'passed' },
    fails: { 'test_fail.py::test_right': 'passed', 'test_fail.py::test_wrong': 'failed' },
    setUp: { 'test_fixtures.py::test_setup': 'error' },
    tearDown: {
      'test_fixtures.py::test_teardown': 'error',
      // A failed call and a failing tear-down are one test.
      'test_fixtures.py::test_call_and_teardown': 'error',
    },
    skipped: { 'test_skips.py::test_skipped': 'skipped', 'test_module_skip.py::test_module_skip': 'skipped' },
    expected: { 'test_skips.py::test_expected_failure': 'skipped', 'test_skips.py::test_unexpected_pass': 'failed' },
    parametrised: {
      'test_pass.py::test_value[a-1]': 'passed',
      'test_pass.py::test_value[x::y]': 'passed',
      'test_pass.py::test_value[z[0]]': 'passed',
    },
    characters: {
      [String.raw`test_pass.py::test_value[\xe9]`]: 'passed',
      [String.raw`test_pass.py::test_value[\x01\x1b[31m]`]: 'passed',
    },
    long: { 'test_long.py::test_says_a_lot': 'failed' },
    late: { 'test_long.py::test_prints_later': 'passed' },
  },
  files: {
    'test_first.py': 'def test_passes():\n    pass\n',
    'test_syntax.py': 'def test_never_seen(:\n',
    'test_last.py': 'def test_fails():\n    assert False\n',
  },
  broken: {
    'test_first.py::test_passes': 'passed',
    'test_syntax.py::test_syntax': 'error',
    'test_last.py::test_fails': 'failed',
  },
  ends: {
    crash: {
      outcome: 'crashed',
      cases: {
        'test_killed.py::test_before': 'passed',
        'test_killed.py::test_dies': 'error',
        'test_killed.py::test_after': 'skipped',
      },
    },
    leaves: {
      outcome: 'report-unusable',
      cases: {
        'test_exits.py::test_before': 'passed',
        'test_exits.py::test_leaves': 'error',
        'test_exits.py::test_after': 'skipped',
      },
    },
    hangs: {
      outcome: 'timed-out',
      cases: {
        'test_hangs.py::test_before': 'passed',
        'test_hangs.py::test_hangs': 'error',
        'test_hangs.py::test_after': 'skipped',
      },
    },
  },
  hangsFor: '15s',
  again: { files: ['test_again_a.py', 'test_again_b.py'], name: (group, test) => `Test${group}::test_${test}` },
  groupOf: (className) =>
    `${className
      .split('.')
      .filter((part) => part.startsWith('Test'))
      .join('::')}::`.replace(/^::$/, ''),
});
