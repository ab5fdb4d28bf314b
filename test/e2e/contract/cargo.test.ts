import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeContract } from '../../support/contract.ts';

const [lib, works, kinds] = ['plain/src/lib.rs', 'plain/tests/works.rs', 'kinds/tests/kinds.rs'];

describeContract({
  framework: 'cargo',
  tools: ['cargo', '--version'],
  // Beside the other caches, so that a second run has nothing to compile.
  env: { CARGO_TARGET_DIR: join(tmpdir(), 'runner-cargo-contract') },
  rows: {
    passes: {
      [`${works}::adds`]: 'passed',
      [`${works}::adds_more`]: 'passed',
      [`${lib}::tests::adds`]: 'passed',
      [`${lib}::plain/src/lib.rs - (line 1)`]: 'passed',
      [`${lib}::plain/src/lib.rs - add (line 5)`]: 'passed',
    },
    fails: { [`${kinds}::returns_an_error`]: 'failed' },
    setUp: 'libtest has none',
    tearDown: 'libtest has none',
    skipped: { [`${kinds}::ignored_with_reason`]: 'skipped', [`${kinds}::ignored_without`]: 'skipped' },
    expected: { [`${lib}::tests::overflows`]: 'passed', [`${kinds}::does_not_panic`]: 'failed' },
    parametrised: 'libtest has none',
    characters: { [`${kinds}::is_wrong`]: 'failed', [`${kinds}::prints_behind_the_capture`]: 'passed' },
    long: { [`${kinds}::long`]: 'failed' },
    late: 'libtest ends the process itself',
  },
  broken: {
    'broken/tests/broken.rs::fixture-broken::broken [build failed]': 'error',
    'broken/tests/whole.rs::stands_beside': 'passed',
    'plain/tests/own.rs::fixture-plain::own': 'passed',
  },
  ends: {
    // Each target has a process of its own, and cargo tells what became of it.
    crash: {
      outcome: 'tests-failed',
      cases: {
        'ends/tests/aborts.rs::a_first': 'passed',
        'ends/tests/aborts.rs::b_aborts': 'error',
        'ends/tests/aborts.rs::fixture-ends::aborts [broke off]': 'error',
      },
    },
    leaves: {
      outcome: 'tests-failed',
      cases: {
        'ends/tests/exits.rs::a_first': 'passed',
        'ends/tests/exits.rs::b_leaves': 'error',
        'ends/tests/exits.rs::fixture-ends::exits [broke off]': 'error',
      },
    },
    hangs: {
      outcome: 'timed-out',
      cases: {
        'ends/tests/hangs.rs::a_first': 'passed',
        'ends/tests/hangs.rs::b_hangs': 'error',
        'ends/tests/hangs.rs::fixture-ends::hangs [broke off]': 'error',
      },
    },
  },
  hangsFor: '30s',
  again: {
    files: ['again/tests/a.rs', 'again/tests/b.rs'],
    name: (group, test) => `${group.toLowerCase()}::${test}`,
  },
});
