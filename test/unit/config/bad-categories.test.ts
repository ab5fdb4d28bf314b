import { expect, test } from 'vitest';
import { firstLinesOf, also, category } from '../../support/config-text.ts';

/** What is wrong, the text, and the first line of each problem without the file's name. */
const cases: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  [
    'a fraction of a retry',
    category('retries: 1.5'),
    '5:20  categories.unit.retries: expected a whole number from 0 to 10, got the number 1.5',
  ],
  [
    'more retries than make sense',
    category('retries: 11'),
    '5:20  categories.unit.retries: expected a whole number from 0 to 10, got the number 11',
  ],
  [
    'an unknown meaning of flaky',
    category('flaky: ignore'),
    '5:18  categories.unit.flaky: expected pass or fail, got "ignore"',
  ],
  [
    'a key that does not exist in a category',
    category('quorum: 2'),
    '5:11  categories.unit: unknown key "quorum"; allowed are description, priority, tests, guards, needs, environments, excludeEnvironments, dependsOn, after, conflicts, timeout, slowAfter, missingService, locks, slots, exclusive, allowEmpty, retries, retryOn, backoff, retryWhen, retryLimit, flaky, minCoverage, affects, env',
  ],
  [
    'a timeout without a unit',
    category('timeout: 30'),
    '5:20  categories.unit.timeout: expected a duration such as 500ms, 30s, 5m or 1h30m (at most 596h), got the number 30',
  ],
  [
    'a timeout in words',
    category('timeout: 5 minutes'),
    '5:20  categories.unit.timeout: expected a duration such as 500ms, 30s, 5m or 1h30m (at most 596h), got "5 minutes"',
  ],
  ['a timeout of zero', category('timeout: 0s'), '5:20  categories.unit.timeout: must be longer than zero'],
  [
    'a timeout that no timer can hold',
    category('timeout: 9999h'),
    '5:20  categories.unit.timeout: expected a duration such as 500ms, 30s, 5m or 1h30m (at most 596h), got "9999h"',
  ],
  [
    'a misspelt priority',
    category('priority: hihg'),
    '5:21  categories.unit.priority: expected critical, high, normal, low or background, got "hihg" (did you mean "high"?)',
  ],
  [
    'yes for a switch',
    category('exclusive: yes'),
    '5:22  categories.unit.exclusive: expected true or false, got "yes"',
  ],
  [
    'no slots',
    category('slots: 0'),
    '5:18  categories.unit.slots: expected a whole number of at least 1, got the number 0',
  ],
  [
    'a category without tests',
    `version: 1
suites:
  api: { framework: pytest }
categories:
  unit: {}
`,
    '5:3  categories.unit: "tests" is missing',
  ],
  [
    'an empty list of tests',
    `version: 1
suites:
  api: { framework: pytest }
categories:
  unit: { tests: [] }
`,
    '5:18  categories.unit.tests: must name at least one suite, for example [{ suite: backend }]',
  ],
  [
    'an unknown dependency',
    `version: 1
suites:
  api: { framework: pytest }
categories:
  build: { tests: [{ suite: api }] }
  unit: { dependsOn: [bulid], tests: [{ suite: api }] }
`,
    '6:23  category "unit" depends on "bulid", which is not defined (did you mean "build"?)',
  ],
  ['a dependency on itself', category('dependsOn: [unit]'), '5:23  category "unit" depends on itself'],
  [
    'an unknown environment',
    category('environments: [stagin]', 'environments: { staging: {} }\n'),
    '5:26  category "unit" is for environment "stagin", which is not defined (did you mean "staging"?)',
  ],
  [
    'the reserved name all',
    `version: 1
suites:
  api: { framework: pytest }
categories:
  all: { tests: [{ suite: api }] }
`,
    '5:3  "all" cannot be the name of a category: it means every category',
  ],
  [
    'conditions of retries that are none',
    category('retries: 1, retryOn: [timeouts, "exit:0", "exit:256", "regex:", "regex:(a"]'),
    '5:33  categories.unit.retryOn.0: expected test-failure, timeout, crash, exit:<code> or regex:<pattern>, got "timeouts"',
    '5:43  categories.unit.retryOn.1: expected test-failure, timeout, crash, exit:<code> or regex:<pattern>, got "exit:0"',
    '5:53  categories.unit.retryOn.2: expected test-failure, timeout, crash, exit:<code> or regex:<pattern>, got "exit:256"',
    '5:65  categories.unit.retryOn.3: expected test-failure, timeout, crash, exit:<code> or regex:<pattern>, got "regex:"',
    '5:75  categories.unit.retryOn.4: "regex:(a" is not a regular expression: /(a/: Unterminated group',
  ],
  [
    'a back-off that shrinks',
    category('backoff: { initial: 2s, factor: 0.5 }'),
    '5:43  categories.unit.backoff.factor: expected a number from 1 to 100, got the number 0.5',
  ],
  [
    'a back-off whose longest pause is shorter than its first',
    category('backoff: { initial: 2s, max: 1s }'),
    '5:40  categories.unit.backoff.max: "max" must not be shorter than "initial"',
  ],
  [
    'a limit of retries above all',
    category('retryLimit: 150%'),
    '5:23  categories.unit.retryLimit: expected a share such as 10% (1% to 100%), got "150%"',
  ],
  [
    'a cycle of dependencies',
    also(
      '  a: { tests: [{ suite: api }], dependsOn: [b] }\n  b: { tests: [{ suite: api }], after: [c] }\n  c: { tests: [{ suite: api }], dependsOn: [a] }\n',
    ),
    '8:45  categories wait for each other: a -> b -> c -> a',
  ],
  [
    'a cycle through the catalogue',
    category('dependsOn: [integration]', '  integration: { tests: [{ suite: api }] }\n'),
    '5:23  categories wait for each other: unit -> integration -> unit; "integration" waits for "unit" by the built-in catalogue unless it says dependsOn: []',
  ],
];

test.each(cases)('%s is explained at its place', (_title, text, ...problems) => {
  expect(firstLinesOf(text)).toEqual(problems);
});
