import { describeContract } from '../../support/contract.ts';

const file = (name: string): string => `first/src/test/java/com/acme/${name}.java`;

describeContract({
  framework: 'maven',
  tools: ['mvn', '--version'],
  suiteOf: () => 'args: [--offline]',
  rows: {
    passes: {
      [`${file('PlainTest')}::adds`]: 'passed',
      [`${file('PlainTest')}::Inner#nested`]: 'passed',
    },
    fails: { [`${file('KindsTest')}::isWrong`]: 'failed' },
    setUp: { [`${file('SetupTest')}::com.acme.SetupTest`]: 'error' },
    tearDown: { [`${file('KindsTest')}::tearDownFails`]: 'error' },
    skipped: { [`${file('KindsTest')}::disabled`]: 'skipped' },
    expected: 'JUnit has none',
    parametrised: {
      [`${file('PlainTest')}::each(String)[1]`]: 'passed',
      [`${file('PlainTest')}::each(String)[2]`]: 'passed',
    },
    // The name for people is in no report.
    characters: { [`${file('PlainTest')}::displayed`]: 'passed' },
    long: { [`${file('KindsTest')}::isLong`]: 'failed' },
    late: { [`${file('PlainTest')}::adds`]: 'passed' },
  },
  // A module is compiled as a whole: what is in the others runs.
  broken: {
    [`${file('FirstTest')}::passes`]: 'passed',
    '::broken [build failed]': 'error',
    [`${file('LastTest')}::fails`]: 'failed',
  },
  files: {
    [file('FirstTest')]:
      'package com.acme;\n\nclass FirstTest {\n  @org.junit.jupiter.api.Test\n  void passes() {}\n}\n',
    [file('LastTest')]:
      'package com.acme;\n\nclass LastTest {\n  @org.junit.jupiter.api.Test\n  void fails() {\n    org.junit.jupiter.api.Assertions.fail("no");\n  }\n}\n',
  },
  silent: { broken: ['broken/src/test/java/com/acme/BrokenTest.java'], hangs: [file('HangsTest')] },
  ends: {
    // Each task has a JVM of its own; the results of the class that it was running are lost with it.
    crash: {
      outcome: 'tests-failed',
      cases: { [`${file('CrashTest')}::com.acme.CrashTest`]: 'error' },
    },
    leaves: {
      outcome: 'tests-failed',
      cases: { [`${file('LeavesTest')}::com.acme.LeavesTest`]: 'error' },
    },
    hangs: { outcome: 'timed-out', cases: {} },
  },
  // Surefire, which is ended together with its process of tests, may still say which class that was.
  perhaps: [`${file('HangsTest')}::com.acme.HangsTest`],
  hangsFor: '40s',
  again: { files: [file('AgainTest'), file('OtherAgainTest')], name: (group, test) => `${group}#${test}` },
  groupOf: (className) => (className.includes('$') ? `${className.slice(className.indexOf('$') + 1)}#` : ''),
});
