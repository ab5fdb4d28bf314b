import { describe, expect, it } from 'vitest';
import { test } from './run-fixture.ts';
import { halfway, openTree } from './tree-fixture.ts';

describe('the tree', () => {
  it.each([80, 200])('is the same at %i columns with and without colour', async (columns) => {
    const pictures = await Promise.all([false, true].map((color) => pictureAt(columns, { color })));
    // eslint-disable-next-line no-control-regex
    expect(pictures.map(({ written }) => /\u001b\[3\dm/.test(written))).toEqual([false, true]);
    expect(pictures[1]?.screen).toBe(pictures[0]?.screen);
  });

  it('cuts a picture to eighty columns', async () => {
    expect((await pictureAt(80)).screen).toMatchInlineSnapshot(`
      "         Run r-1  chat-platform, environment local, 4 slots
          Starting 4 tasks over 4 files: unit, integration, e2e
         TEST FAIL tests/a.test.js:12  divides
                   AssertionError: expected 1 to be 2
                       at tests/a.test.js:12:10
               LOG reports/logs/unit/node/1/1.log
              FAIL [   0.512s] (1/4) unit/node/1  1 passed, 1 failed
      ❯ unit         1/2 tasks, 1 passed, 1 failed  · vitest
      ❯ integration  no result yet  · node
      ◼ e2e          no result yet

      1/4 tasks  1 passed  1 failed  <elapsed>  about 30s left
      test keeps what was sent while the other other other other other other othe…"
    `);
  });

  it('shows whole names at two hundred columns', async () => {
    expect((await pictureAt(200)).screen).toMatchInlineSnapshot(`
      "         Run r-1  chat-platform, environment local, 4 slots
          Starting 4 tasks over 4 files: unit, integration, e2e
         TEST FAIL tests/a.test.js:12  divides
                   AssertionError: expected 1 to be 2
                       at tests/a.test.js:12:10
               LOG reports/logs/unit/node/1/1.log
              FAIL [   0.512s] (1/4) unit/node/1  1 passed, 1 failed
      ❯ unit         1/2 tasks, 1 passed, 1 failed  · vitest
      ❯ integration  no result yet  · node
      ◼ e2e          no result yet

      1/4 tasks  1 passed  1 failed  <elapsed>  about 30s left
      test keeps what was sent while the other other other other other other other other other other other other side was away"
    `);
  });
});

/** What a terminal shows in the middle of a run with a failure and a long name. */
async function pictureAt(
  columns: number,
  change: { readonly color?: boolean } = {},
): Promise<{ readonly screen: string; readonly written: string }> {
  const { terminal, emit, reporter } = openTree(columns, 40, change);
  const long = test(`keeps what was sent while the ${'other '.repeat(12)}side was away`).id;
  emit([...halfway.slice(0, -1), { type: 'test-started', task: 'integration/node', attempt: 1, test: long }]);
  await terminal.shows('integration  ');
  await terminal.shows('test keeps');
  const [screen, written] = [terminal.screen(), terminal.written];
  await reporter.close?.();
  return { screen: screen.replace(/(1 failed {2}).*(?= {2}about)/, '$1<elapsed>'), written };
}
