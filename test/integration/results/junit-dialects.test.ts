import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { ReportItem } from '../../../src/model/report.ts';
import { readJunit } from '../../../src/results/junit-reader.ts';
import { bytesOf, collect } from '../../support/run-events.ts';

const folder = join(import.meta.dirname, '../../fixtures/junit');

async function read(name: string): Promise<readonly string[]> {
  const items: readonly ReportItem[] = await collect(readJunit(createReadStream(join(folder, name))));
  return items.map((item) => {
    if (item.kind === 'suite-error') return `suite-error ${item.suite}`;
    if (item.kind === 'damage') return `damage ${item.problem}`;
    const { status, className, name: test, file, line, durationMs, problems, skipReason } = item.case;
    const where = file === null ? '' : ` @${file}${line === null ? '' : `:${line}`}`;
    const why =
      problems.map((problem) => ` ${problem.kind}`).join('') + (skipReason === null ? '' : ` (${skipReason})`);
    return `${status} ${className ?? '-'} | ${test}${where}${durationMs >= 1000 ? ` ${durationMs}ms` : ''}${why}`;
  });
}

describe('reports as the frameworks write them', () => {
  test('pytest: two cases for a failure with a failing tear-down, lines counted from 0', async () => {
    expect(await read('pytest.xml')).toEqual([
      'passed t_a_test | test_ok @t_a_test.py:2',
      'failed t_a_test | test_fail @t_a_test.py:3 failure',
      'error t_a_test | test_setup_error @t_a_test.py:6 error',
      'failed t_a_test | test_fail_and_teardown @t_a_test.py:11 failure',
      'error t_a_test | test_fail_and_teardown @t_a_test.py:11 error',
      'error t_a_test | test_teardown_error @t_a_test.py:12 error',
      'skipped t_a_test | test_skip @t_a_test.py:13 (not today)',
      'skipped t_a_test | test_xfail @t_a_test.py:15 (known)',
      'passed t_a_test | test_param[a-1] @t_a_test.py:17',
      String.raw`passed t_a_test | test_param[\xfc]]>] @t_a_test.py:17`,
      String.raw`passed t_a_test | test_param[x\x00y] @t_a_test.py:17`,
      'passed t_a_test.TestClass | test_method @t_a_test.py:20',
    ]);
    expect(await read('pytest-collection-error.xml')).toEqual(['error  | t_syntax_test @t_syntax_test.py error']);
  });

  test('vitest: what was thrown outside the tests is an error', async () => {
    expect(await read('vitest.xml')).toEqual([
      'passed a.test.ts | group > passes',
      'failed a.test.ts | group > fails <x> failure',
      'skipped a.test.ts | group > skipped',
      'skipped a.test.ts | group > later',
      'passed a.test.ts | top',
      'passed b.test.ts | leaves an unhandled error',
      'failed c.test.ts | c.test.ts failure',
      'error vitest unhandled errors | Unhandled Rejection: unhandled boom error',
    ]);
  });

  test('node:test: bare cases, nested suites, control characters, and a failing todo that is no failure', async () => {
    expect(await read('node-test.xml')).toEqual([
      'passed test | bare passes @/home/dev/shop/a.node.mjs',
      'failed test | bare fails @/home/dev/shop/a.node.mjs failure',
      'skipped test | skipped @/home/dev/shop/a.node.mjs (not today)',
      'skipped test | todo @/home/dev/shop/a.node.mjs (later)',
      'passed outer | one @/home/dev/shop/a.node.mjs',
      'failed outer.inner "q" | two ]]> @/home/dev/shop/a.node.mjs failure',
      'passed hook fails | fine @/home/dev/shop/a.node.mjs',
    ]);
  });

  test('Surefire: thousands separators, reruns that still fail and flakes that passed', async () => {
    expect(await read('surefire.xml')).toEqual([
      'passed com.example.OrderTest | adds 1002500ms',
      'failed com.example.OrderTest | fails throughout failure failure',
      'passed com.example.OrderTest | passes in the end',
      'error com.example.OrderTest | errs error',
      'skipped com.example.OrderTest | is ignored (not on Linux)',
      'error com.example.OrderTest | only reruns failed error',
    ]);
  });

  test('jest-junit: the file of the suite is the file of its cases', async () => {
    expect(await read('jest-junit.xml')).toEqual([
      'passed cart adds | cart adds @src/cart.test.ts',
      'failed cart totals | cart totals @src/cart.test.ts failure',
      'skipped cart later | cart later @src/cart.test.ts',
      'error Test suite failed to run | src/broken.test.ts error',
    ]);
  });

  test('Playwright: the project, written as the host, tells equal cases apart', async () => {
    const items = await collect(readJunit(createReadStream(join(folder, 'playwright.xml'))));
    const suites = items.map((item) =>
      item.kind === 'case' ? `${item.case.status} ${item.case.suites.join()}` : item.kind,
    );
    expect(suites).toEqual([
      'failed [chromium] login.spec.ts',
      'skipped [chromium] login.spec.ts',
      'passed [firefox] login.spec.ts',
    ]);
  });

  test('gotestsum: a package that does not build is an error without a case', async () => {
    expect(await read('gotestsum.xml')).toEqual([
      'passed example.com/shop/cart | TestAdd',
      'failed example.com/shop/cart | TestFlaky failure',
      'failed example.com/shop/cart | TestFlaky failure',
      'suite-error example.com/shop/broken',
    ]);
  });

  test('nextest: inline text and output in rerun elements', async () => {
    expect(await read('nextest.xml')).toEqual([
      'passed my-crate::bin | tests::good',
      'passed my-crate::bin | tests::flaky',
      'failed my-crate::bin | tests::bad failure failure',
      'passed @setup-script:db | db',
    ]);
  });

  test('googletest: several failures of one case, and a case that was not run', async () => {
    expect(await read('googletest.xml')).toEqual([
      'passed Cart | Adds @cart_test.cc:5',
      'skipped Cart | DISABLED_Later @cart_test.cc:9',
      'failed Cart | Fails @cart_test.cc:12 failure failure',
    ]);
  });
});

test('no change of some bytes makes the reader throw, hang, or tell damage anywhere but last', async () => {
  const sources = readdirSync(folder).map((name) => readFileSync(join(folder, name)).subarray(0, 3000));
  const special = fc.constantFrom(...Buffer.from('<>/!?"\'&;[]-= \0\n\r'), 0xff, 0xc3);
  const change = fc.record({
    at: fc.nat({ max: 2999 }),
    drop: fc.nat({ max: 12 }),
    insert: fc.array(fc.oneof(special, fc.nat({ max: 255 })), { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...sources),
      fc.array(change, { minLength: 1, maxLength: 4 }),
      fc.integer({ min: 1, max: 4000 }),
      async (source, changes, chunk) => {
        let bytes: Uint8Array = source;
        for (const { at, drop, insert } of changes) {
          bytes = Buffer.concat([bytes.subarray(0, at), Buffer.from(insert), bytes.subarray(at + drop)]);
        }
        const items = await collect(readJunit(bytesOf(bytes, chunk)));
        const damages = items.filter((item) => item.kind === 'damage');
        expect(damages.length).toBeLessThanOrEqual(1);
        if (damages.length === 1) expect(items.at(-1)).toBe(damages[0]);
      },
    ),
    { numRuns: 3000 },
  );
});
