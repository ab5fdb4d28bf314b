import { describe, expect, it } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import { createLiveState } from '../../../src/reporters/live-state.ts';
import { drawTree } from '../../../src/reporters/tree-rows.ts';
import type { TreeSize } from '../../../src/reporters/tree-rows.ts';
import { failedTest, planOf, started, startedAt, task, taskEvents, test, timed } from './run-fixture.ts';
import { halfway, openTree, plan } from './tree-fixture.ts';

describe('the picture of a run', () => {
  it('has a row for each category, how far the run is and what it is doing', () => {
    expect(draw(halfway)).toMatchInlineSnapshot(`
      "running | unit         1/2 tasks, 1 passed, 1 failed  · vitest
      running | integration  no result yet  · node
      waiting | e2e          no result yet
      1/4 tasks  1 passed  1 failed  12s  about 30s left
      test stores a message"
    `);
  });

  it('says how far the task of the running test is, where it is known how many tests it has', () => {
    const [id, events] = [test('stores a message').id, halfway.slice(0, -1)];
    const text = draw([
      ...events,
      { type: 'test-started', task: 'integration/node', attempt: 1, test: test('first').id, collected: 7 },
      { type: 'test-finished', task: 'integration/node', attempt: 1, test: test('first') },
      { type: 'test-finished', task: 'integration/node', attempt: 1, test: test('first'), replaces: test('first') },
      { type: 'test-started', task: 'integration/node', attempt: 1, test: id, collected: 7 },
    ]);
    expect(text.split('\n').at(-1)).toBe('test stores a message (1/7)');
  });

  it('has a row for each suite where there is only one category', () => {
    const one = planOf([task('unit/node/1'), task('unit/node/2'), task('unit/vitest')]);
    expect(draw([started(one), { type: 'task-started', task: 'unit/node/2', slot: 0 }])).toMatchInlineSnapshot(`
      "running | node    0/2 tasks  · node/2
      waiting | vitest  no result yet
      0/3 tasks  0 passed  12s"
    `);
  });

  it('counts what was cut off apart from what failed', () => {
    const one = planOf([task('unit/node'), task('e2e/node/1'), task('e2e/node/2')]);
    const stopped = (id: string): readonly EventBody[] =>
      taskEvents(id, { kind: 'cancelled', reason: { kind: 'signal', signal: 'SIGINT' } }, [
        failedTest('not run', { synthetic: true, status: 'error' }),
      ]);
    expect(
      draw([
        started(one),
        ...taskEvents('unit/node', { kind: 'passed' }, [test('adds')]),
        ...stopped('e2e/node/1'),
        ...stopped('e2e/node/2'),
      ]),
    ).toMatchInlineSnapshot(`
      "passed | unit  1 passed
      skipped | e2e   2/2 tasks, 2 tasks cut off
      3/3 tasks  1 passed  12s"
    `);
  });

  it('keeps to its rows: running and failed ones first, the others counted', () => {
    const many = planOf(Array.from({ length: 40 }, (_, index) => task(`category-${index}/node`)));
    const text = draw(
      [
        started(many),
        ...taskEvents('category-3/node', { kind: 'passed' }, [test('adds')]),
        ...taskEvents('category-20/node', { kind: 'tests-failed' }, [failedTest('divides')]),
        { type: 'task-started', task: 'category-39/node', slot: 0 },
      ],
      { maxRows: 4 },
    );
    expect(text).toMatchInlineSnapshot(`
      "waiting | category-0   no result yet
      failed | category-20  1 failed
      running | category-39  no result yet  · node
      waiting | 37 more: 36 waiting, 1 passed
      2/40 tasks  1 passed  1 failed  12s"
    `);
  });

  it.each([20, 40, 80, 200])('fits %i columns', (columns) => {
    const text = draw([...halfway, { type: 'run-cancelling', reason: { kind: 'signal', signal: 'SIGINT' } }], {
      columns,
    });
    expect(Math.max(...text.split('\n').map((line) => line.replace(/^\w+ \| /, '').length))).toBeLessThanOrEqual(
      columns,
    );
  });

  it('names services that are starting and why a run is stopping', () => {
    const text = draw([
      started(plan),
      { type: 'service-changed', service: 'db', generation: 1, change: { kind: 'starting', provider: 'process' } },
      { type: 'run-cancelling', reason: { kind: 'fail-fast', cause: 'unit failed' } },
    ]);
    expect(text).toContain('starting service db');
    expect(text).toContain('stopped by --fail-fast: unit failed; ending, reports follow');
  });

  it('expects nothing while most tasks were never measured', () => {
    const unknown = planOf([task('unit/1', { expectedMs: 9000 }), task('unit/2'), task('unit/3')]);
    expect(draw([started(unknown)])).not.toContain('left');
  });

  it('is empty before the run starts', () => {
    expect(draw([])).toBe('');
  });
});

describe('the tree reporter', () => {
  it('prints each failure once above the rows and leaves the rows and the cursor behind', async () => {
    const { terminal, emit, reporter } = openTree(100, 40);
    emit(halfway);
    await terminal.shows('❯ integration');
    expect(terminal.cursorVisible).toBe(false);
    emit(taskEvents('unit/vitest', { kind: 'timed-out', afterMs: 30_000 }));
    await terminal.shows('TIMEOUT');
    emit(taskEvents('integration/node', { kind: 'passed' }, [test('stores a message')]));
    emit(taskEvents('e2e/pytest', { kind: 'skipped', because: { kind: 'blocked', by: 'unit' } }));
    await reporter.close?.();
    expect(terminal.screen()).toMatchInlineSnapshot(`
      "         Run r-1  chat-platform, environment local, 4 slots
          Starting 4 tasks over 4 files: unit, integration, e2e
         TEST FAIL tests/a.test.js:12  divides
                   AssertionError: expected 1 to be 2
                       at tests/a.test.js:12:10
               LOG reports/logs/unit/node/1/1.log
              FAIL [   0.512s] (1/4) unit/node/1  1 passed, 1 failed
               LOG reports/logs/unit/vitest/1.log
           TIMEOUT [   0.512s] (2/4) unit/vitest  did not end within 30.0s
      ✖ unit         2/2 tasks, 1 passed, 1 failed
      ✔ integration  1 passed
      ↓ e2e          not run"
    `);
    expect(terminal.cursorVisible).toBe(true);
  });

  it('stays readable on a terminal of forty columns and few lines, also when it is resized', async () => {
    const { terminal, emit, reporter } = openTree(40, 10);
    emit(halfway);
    await terminal.shows('❯ integration');
    terminal.resize(60, 30);
    emit(taskEvents('unit/vitest', { kind: 'passed' }, [test('renders')]));
    await reporter.close?.();
    expect(terminal.screen().match(/TEST FAIL/g)).toHaveLength(1);
    expect(terminal.screen()).toContain('e2e');
    expect(terminal.cursorVisible).toBe(true);
  });

  it('draws on a terminal that does not know its size', async () => {
    const { terminal, emit, reporter } = openTree(100, 40);
    terminal.resize(0, 0);
    emit(halfway);
    await terminal.shows('❯ integration');
    await reporter.close?.();
    expect(terminal.screen()).toContain('❯ integration');
  });

  it('shows everything when it is closed before the first picture', async () => {
    const { terminal, emit, reporter } = openTree(100, 40);
    emit(halfway);
    await reporter.close?.();
    expect(terminal.screen()).toContain('TEST FAIL tests/a.test.js:12  divides');
    expect(terminal.cursorVisible).toBe(true);
  });

  it('shows what comes after it was closed, and closing twice does nothing', async () => {
    const { terminal, emit, reporter } = openTree(100, 40);
    emit(halfway);
    await reporter.close?.();
    await reporter.close?.();
    emit([{ type: 'warning', message: 'too late' }]);
    expect(terminal.screen()).toContain('WARNING too late');
  });

  it('does not take over what others write to the same terminal', async () => {
    const { terminal, emit, reporter } = openTree(100, 40);
    emit(halfway);
    await terminal.shows('❯ integration');
    terminal.stream.write('a word of somebody else\n');
    expect(terminal.written).toContain('a word of somebody else');
    await reporter.close?.();
  });

  it('writes no colour where colour is off', async () => {
    const { terminal, emit, reporter } = openTree(100, 40);
    emit(halfway);
    await terminal.shows('❯ integration');
    await reporter.close?.();
    // eslint-disable-next-line no-control-regex
    expect(terminal.written).not.toMatch(/\u001b\[\d+m/);
  });

  it('prints no rows when it is quiet, only what is wrong', async () => {
    const { terminal, emit, reporter } = openTree(100, 40, { quiet: true });
    emit(halfway);
    await terminal.shows('❯ integration');
    await reporter.close?.();
    expect(terminal.screen()).not.toContain('integration');
    expect(terminal.screen()).toContain('TEST FAIL');
  });

  it('rejects when the terminal cannot be drawn on, but loses no text', async () => {
    const { terminal, emit, reporter } = openTree(100, 40);
    Object.defineProperty(terminal.stream, 'rows', {
      get: () => {
        throw new Error('the terminal is gone');
      },
    });
    emit(halfway);
    await terminal.shows('TEST FAIL');
    await expect(reporter.close?.()).rejects.toThrow('the terminal is gone');
  });
});

function draw(bodies: readonly EventBody[], size: Partial<TreeSize> = {}): string {
  const state = createLiveState();
  for (const event of timed(bodies)) state.fold(event);
  const { rows, footer } = drawTree(state, { columns: 100, maxRows: 8, ...size }, startedAt + 12_345);
  return [...rows.map((row) => `${row.state} | ${row.text}`), ...footer].join('\n');
}
