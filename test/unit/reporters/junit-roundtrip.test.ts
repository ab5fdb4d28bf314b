import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cleanText } from '../../../src/base/xml.ts';
import type { Problem, TestResult } from '../../../src/model/test.ts';
import { writeSuite } from '../../../src/reporters/junit-suite.ts';
import { readJunit } from '../../../src/results/junit-reader.ts';
import { bytesOf, collect, createPlan, createTask, createTest } from '../../support/run-events.ts';

const task = createTask('unit/backend');

async function writeAndRead(results: readonly TestResult[]) {
  const cases = results.map((result) => ({
    className: result.id.className,
    name: result.id.name,
    result,
    earlier: [],
  }));
  const context = { task, plan: createPlan([task]), shard: null, startedAt: 0, durationMs: 1, attempts: 1 };
  const { parts, totals } = writeSuite({ ...context, outcome: { kind: 'passed' }, cases, load: (written) => written });
  return { items: await collect(readJunit(bytesOf(`<testsuites>${[...parts].join('')}</testsuites>`))), totals };
}

// Any text that XML can hold; others are made so when they are written.
const text = fc
  .oneof(
    fc.string({ unit: 'binary' }),
    fc.string({
      unit: fc.constantFrom('<', '>', '&', '"', "'", ']', ' ', '\t', '\r', '\n', ';', '#', 'x', '[', '!', '-'),
    }),
  )
  .map(cleanText)
  .filter((clean) => clean === cleanText(clean));
const someText = text.filter((clean) => clean !== '');
const problemOf = (kind: fc.Arbitrary<Problem['kind']>): fc.Arbitrary<Problem> =>
  fc.record({ kind, type: text, message: text, details: text });
const errors = fc.array(problemOf(fc.constant('error')), { minLength: 1, maxLength: 3 });
const failures = fc
  .tuple(problemOf(fc.constant('failure')), fc.array(problemOf(fc.constantFrom('failure', 'error')), { maxLength: 2 }))
  .map(([first, others]) => [first, ...others]);
const status = fc.oneof(
  fc.constant({ status: 'passed' as const, problems: [], skipReason: null }),
  fc.record({ status: fc.constant('failed' as const), problems: failures, skipReason: fc.constant(null) }),
  fc.record({ status: fc.constant('error' as const), problems: errors, skipReason: fc.constant(null) }),
  fc.record({ status: fc.constant('skipped' as const), problems: fc.constant([]), skipReason: someText }),
);
const result = fc
  .tuple(
    status,
    fc.record({
      id: fc.record({ file: fc.option(text), className: text, name: text }),
      durationMs: fc.nat({ max: 1e9 }).map((microseconds) => microseconds / 1000),
      line: fc.option(fc.integer({ min: 1, max: 1e6 })),
      stdout: fc.option(someText),
      stderr: fc.option(someText),
    }),
  )
  .map(([one, other]): TestResult => ({ synthetic: false, ...one, ...other }));

test('what is written is read back, whatever the tests printed', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(result, { maxLength: 5 }), async (results) => {
      const { items, totals } = await writeAndRead(results);
      expect(totals.tests).toBe(results.length);
      expect(items).toEqual(
        results.map(({ id, durationMs, line, status: read, problems, skipReason, stdout, stderr }) => ({
          kind: 'case',
          case: {
            ...{ suites: ['unit/backend'], name: id.name, className: id.className, file: id.file },
            ...{ durationMs, line, status: read, problems, skipReason, stdout, stderr },
          },
        })),
      );
    }),
    { numRuns: 1000 },
  );
});

test.each([
  ['colours and cursor movements', 'a\u001B[31;1mred\u001B[0m\u001B[2Kb', 'aredb'],
  ['links and titles', 'a\u001B]8;;http://x\u0007link\u001B]8;;\u001B\\b\u001B]0;title\u0007', 'alinkb'],
  ['an unfinished sequence', 'a\u001B]0;title', 'a\uFFFD]0;title'],
  ['control characters and lone surrogates', '\u0000a\uD800b\uFFFF', '\uFFFDa\uFFFDb\uFFFD'],
  ['pairs of surrogates', 'a😀b', 'a😀b'],
])('text is cleaned of %s', (_what, dirty, clean) => {
  expect(cleanText(dirty)).toBe(clean);
});

test('a result whose status its problems do not show still reads as that status', async () => {
  const { items } = await writeAndRead([
    createTest('a', { status: 'failed', problems: [] }),
    createTest('b', { status: 'error', problems: [] }),
    createTest('c', { status: 'error', problems: [{ kind: 'failure', type: 'T', message: 'm', details: '' }] }),
    createTest('d', { status: 'failed', problems: [{ kind: 'error', type: 'T', message: 'm', details: '' }] }),
  ]);
  expect(items.map((item) => (item.kind === 'case' ? item.case.status : item.kind))).toEqual([
    'failed',
    'error',
    'error',
    'failed',
  ]);
});
