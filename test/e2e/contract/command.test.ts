import { describeContract } from '../../support/contract.ts';

describeContract({
  framework: 'command',
  suiteOf: (part) => `tap: true, command: [node, tap.mjs, ${part}]`,
  rows: {
    passes: { '::passes': 'passed' },
    fails: { '::fails': 'failed' },
    setUp: 'TAP has none',
    tearDown: 'TAP has none',
    skipped: { '::skipped': 'skipped' },
    expected: { '::to do': 'skipped' },
    parametrised: { '::takes 1': 'passed', '::takes 2': 'passed' },
    characters: { '::is wrong  é 😀': 'failed' },
    long: { '::says a lot': 'failed' },
    late: { '::passes': 'passed' },
  },
  broken: 'a command has no files',
  ends: {
    crash: { outcome: 'crashed', cases: { '::before the crash': 'passed' } },
    leaves: { outcome: 'report-unusable', cases: { '::before it left': 'passed' } },
    hangs: { outcome: 'timed-out', cases: { '::before it hung': 'passed' } },
  },
  hangsFor: '5s',
  again: 'a command runs whole',
});
