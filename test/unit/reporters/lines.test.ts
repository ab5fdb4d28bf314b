import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import { createJsonLinesReporter } from '../../../src/reporters/json-lines.ts';
import { createLinesReporter } from '../../../src/reporters/lines.ts';
import { failedTest, planOf, started, startedAt, task, taskEvents, test, timed, totals } from './run-fixture.ts';

const plan = planOf([task('unit/node/1'), task('unit/node/2'), task('e2e/pytest', { expectedMs: 9000 })]);

const wholeRun: readonly EventBody[] = [
  started(plan),
  { type: 'service-changed', service: 'backend', generation: 1, change: { kind: 'starting', provider: 'process' } },
  {
    type: 'service-changed',
    service: 'backend',
    generation: 1,
    change: { kind: 'ready', provider: 'process', url: 'http://127.0.0.1:4312', afterMs: 412 },
  },
  ...taskEvents('unit/node/1', { kind: 'passed' }, [test('adds'), test('subtracts')]),
  { type: 'task-slow', task: 'unit/node/2', elapsedMs: 60_000 },
  ...taskEvents('unit/node/2', { kind: 'tests-failed' }, [
    test('adds'),
    failedTest('divides'),
    test('later', { status: 'skipped', skipReason: 'not written yet' }),
  ]),
  { type: 'warning', message: 'unit/node/2 left 1 process running: sleep 1000 (pid 4711); it was ended' },
  {
    type: 'task-finished',
    task: 'e2e/pytest',
    outcome: { kind: 'skipped', because: { kind: 'blocked', by: 'unit' } },
    totals: totals({ skipped: 1 }),
    durationMs: 0,
  },
  { type: 'service-changed', service: 'backend', generation: 1, change: { kind: 'stopping' } },
  { type: 'service-changed', service: 'backend', generation: 1, change: { kind: 'stopped', afterMs: 30, leaked: [] } },
  { type: 'run-finished', verdict: 'failed', totals: totals({ passed: 3, failed: 1, skipped: 2 }), durationMs: 15_750 },
];

describe('the lines reporter', () => {
  it('tells a run in one line for each thing that matters', () => {
    expect(linesOf(wholeRun, { width: 200 })).toMatchInlineSnapshot(`
      "         Run r-1  chat-platform, environment local, 4 slots
          Starting 3 tasks over 3 files: unit, e2e
           SERVICE backend starting (process)
           SERVICE backend ready at http://127.0.0.1:4312 after 412ms
              PASS [   0.512s] (1/3) unit/node/1  2 passed
              SLOW [> 60.000s] unit/node/2
         TEST FAIL tests/a.test.js:12  divides
                   AssertionError: expected 1 to be 2
                       at tests/a.test.js:12:10
               LOG reports/logs/unit/node/2/1.log
              FAIL [   0.512s] (2/3) unit/node/2  1 passed, 1 failed, 1 skipped
           WARNING unit/node/2 left 1 process running: sleep 1000 (pid 4711); it was ended
           BLOCKED [   0.000s] (3/3) e2e/pytest  blocked by unit
           SERVICE backend stopped after 30ms
      "
    `);
  });

  it('keeps every line within a narrow width', () => {
    const text = linesOf(wholeRun, { width: 80 });
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(text).toMatchInlineSnapshot(`
      "         Run r-1  chat-platform, environment local, 4 slots
          Starting 3 tasks over 3 files: unit, e2e
           SERVICE backend starting (process)
           SERVICE backend ready at http://127.0.0.1:4312 after 412ms
              PASS [   0.512s] (1/3) unit/node/1  2 passed
              SLOW [> 60.000s] unit/node/2
         TEST FAIL tests/a.test.js:12  divides
                   AssertionError: expected 1 to be 2
                       at tests/a.test.js:12:10
               LOG reports/logs/unit/node/2/1.log
              FAIL [   0.512s] (2/3) unit/node/2  1 passed, 1 failed, 1 skipped
           WARNING unit/node/2 left 1 process running: sleep 1000 (pid 4711); it was
                   ended
           BLOCKED [   0.000s] (3/3) e2e/pytest  blocked by unit
           SERVICE backend stopped after 30ms
      "
    `);
  });

  it('tells only what is wrong when it is quiet', () => {
    expect(linesOf(wholeRun, { width: 200, quiet: true })).toMatchInlineSnapshot(`
      "        SLOW [> 60.000s] unit/node/2
         TEST FAIL tests/a.test.js:12  divides
                   AssertionError: expected 1 to be 2
                       at tests/a.test.js:12:10
               LOG reports/logs/unit/node/2/1.log
              FAIL [   0.512s] (2/3) unit/node/2  1 passed, 1 failed, 1 skipped
           WARNING unit/node/2 left 1 process running: sleep 1000 (pid 4711); it was ended
      "
    `);
  });

  it('tells commands and every test when it is verbose', () => {
    const text = linesOf(wholeRun, { width: 200, verbose: true });
    expect(text).toContain('START unit/node/1');
    expect(text).toContain('RUN node --test');
    expect(text).toContain(' test passed [   0.005s] tests/a.test.js  subtracts');
    expect(text).toContain('test skipped [   0.005s] tests/a.test.js  later  (not written yet)');
  });

  it('colours the words and nothing else', () => {
    const colored = linesOf(wholeRun, { width: 200, color: true });
    expect(colored).toContain('\u001b[32m        PASS\u001b[39m [');
    // eslint-disable-next-line no-control-regex
    expect(colored.replace(/\u001b\[\d+m/g, '')).toBe(linesOf(wholeRun, { width: 200 }));
  });

  it('says why it stops and what happens next', () => {
    const text = linesOf([
      started(plan),
      { type: 'task-started', task: 'unit/node/1', slot: 0 },
      { type: 'run-cancelling', reason: { kind: 'signal', signal: 'SIGINT' } },
    ]);
    expect(text).toContain('  CANCELLING interrupted by SIGINT; ending 1 running task, then services; reports follow');
  });

  it('does not end in a wall of lines after Ctrl-C', () => {
    const many = planOf(Array.from({ length: 50 }, (_, index) => task(`unit/node/${index}`)));
    const reason = { kind: 'signal', signal: 'SIGINT' } as const;
    const text = linesOf([
      started(many),
      { type: 'task-started', task: 'unit/node/0', slot: 0 },
      { type: 'run-cancelling', reason },
      ...many.tasks.flatMap(({ id }): readonly EventBody[] => [
        { type: 'test-finished', task: id, attempt: 1, test: failedTest(`${id}: not run`, { synthetic: true }) },
        { type: 'task-finished', task: id, outcome: { kind: 'cancelled', reason }, totals: totals(), durationMs: 0 },
      ]),
    ]);
    expect(text).not.toContain('TEST FAIL');
    expect(text.match(/CANCELLED/g)).toHaveLength(1);
  });

  it.each([
    [{ kind: 'timed-out', afterMs: 30_000 }, '     TIMEOUT', 'did not end within 30.0s'],
    [{ kind: 'crashed', exit: { kind: 'signal', signal: 'SIGSEGV' } }, '     SIGSEGV', 'killed by SIGSEGV'],
    [{ kind: 'crashed', exit: { kind: 'code', code: 3 } }, '       CRASH', 'exit code 3 without a failed test'],
    [{ kind: 'no-tests' }, '    NO TESTS', 'no test ran'],
    [{ kind: 'report-unusable', path: 'r.xml', problem: 'is empty' }, '   NO REPORT', 'r.xml: is empty'],
    [{ kind: 'spawn-failed', problem: 'pytest was not found' }, '    NO START', 'pytest was not found'],
    [{ kind: 'service-failed', service: 'db', problem: 'exit 1' }, 'SERVICE FAIL', 'service db: exit 1'],
    [
      { kind: 'cancelled', reason: { kind: 'max-failures', failures: 3 } },
      '   CANCELLED',
      '--maxfail after 3 failures',
    ],
  ] as const)('has a word and a reason for %j', (outcome, word, reason) => {
    const text = linesOf([started(plan), ...taskEvents('unit/node/1', outcome)], { width: 200 });
    expect(text).toContain(`${word} [   0.512s] (1/3) unit/node/1`);
    expect(text).toContain(reason);
  });

  it('shows what hostile tests print as harmless text of bounded size', () => {
    const hostile = `\u001b[2J\u001b]0;title\u0007\r\n${'A'.repeat(1_000_000)}\u202e`;
    const problem = { kind: 'failure', type: hostile, message: hostile, details: hostile } as const;
    const text = linesOf(
      [
        started(planOf([task('unit/node/1')], { project: hostile, environment: hostile })),
        { type: 'warning', message: hostile },
        { type: 'service-changed', service: hostile, generation: 1, change: { kind: 'failed', problem: hostile } },
        ...taskEvents('unit/node/1', { kind: 'crashed', exit: { kind: 'signal', signal: hostile } }, [
          failedTest(hostile, {
            id: { file: hostile, className: hostile, name: hostile },
            problems: [problem, problem],
          }),
        ]),
      ],
      { width: 80 },
    );
    // eslint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    const lines = text.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
  });

  it('stops telling failures in full after fifty', () => {
    const failures = Array.from({ length: 60 }, (_, index) => failedTest(`case ${index}`));
    const text = linesOf([started(plan), ...taskEvents('unit/node/1', { kind: 'tests-failed' }, failures)]);
    expect(text.match(/TEST FAIL/g)).toHaveLength(60);
    expect(text.match(/expected 1 to be 2/g)).toHaveLength(50);
  });
});

describe('the heartbeat', () => {
  beforeEach(() => vi.useFakeTimers({ now: startedAt }));
  afterEach(() => vi.useRealTimers());

  const open = () => {
    let text = '';
    const out = { write: (more: string) => (text += more), close: () => undefined };
    const reporter = createLinesReporter({ ...defaults, width: () => defaults.width, out });
    const emit = (body: EventBody): void => reporter.onEvent({ ...body, at: Date.now() });
    const taken = (): string => {
      const seen = text;
      text = '';
      return seen;
    };
    return { reporter, emit, taken };
  };

  it('speaks after a minute of silence, again after the next, and says what is running', () => {
    const { emit, taken } = open();
    emit(started(plan));
    emit({ type: 'task-started', task: 'unit/node/2', slot: 0 });
    taken();
    vi.advanceTimersByTime(59_999);
    expect(taken()).toBe('');
    vi.advanceTimersByTime(1);
    expect(taken()).toBe('       STILL 0/3 tasks done after 1m 00s; running unit/node/2\n');
    vi.advanceTimersByTime(60_000);
    expect(taken()).toBe('       STILL 0/3 tasks done after 2m 00s; running unit/node/2\n');
  });

  it('says how far a task is and what it runs', () => {
    const { emit, taken } = open();
    emit(started(plan));
    emit({ type: 'task-started', task: 'unit/node/2', slot: 0 });
    emit({ type: 'test-started', task: 'unit/node/2', attempt: 1, test: test('adds').id, collected: 9 });
    emit({ type: 'test-finished', task: 'unit/node/2', attempt: 1, test: test('adds') });
    emit({ type: 'test-started', task: 'unit/node/2', attempt: 1, test: test('waits').id, collected: 9 });
    taken();
    vi.advanceTimersByTime(60_000);
    expect(taken()).toBe('       STILL 0/3 tasks done after 1m 00s; running unit/node/2 (1/9 tests, waits)\n');
  });

  it('is put off by every line, not by events that say nothing', () => {
    const { emit, taken } = open();
    emit(started(plan));
    vi.advanceTimersByTime(50_000);
    emit({ type: 'warning', message: 'still here' });
    vi.advanceTimersByTime(50_000);
    emit({ type: 'test-started', task: 'unit/node/1', attempt: 1, test: test('adds').id });
    taken();
    vi.advanceTimersByTime(9_999);
    expect(taken()).toBe('');
    vi.advanceTimersByTime(1);
    expect(taken()).toContain('STILL');
  });

  it('names the service that is being waited for', () => {
    const { emit, taken } = open();
    emit(started(plan));
    emit({ type: 'service-changed', service: 'db', generation: 1, change: { kind: 'starting', provider: 'process' } });
    taken();
    vi.advanceTimersByTime(60_000);
    expect(taken()).toContain('waiting for service db');
  });

  it('falls silent when the run has finished', async () => {
    const { emit, taken, reporter } = open();
    emit(started(plan));
    emit({ type: 'run-finished', verdict: 'passed', totals: totals(), durationMs: 1 });
    taken();
    vi.advanceTimersByTime(600_000);
    await reporter.close?.();
    expect(taken()).toBe('');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('the json reporter', () => {
  it('writes each event as one line of JSON', () => {
    let text = '';
    const reporter = createJsonLinesReporter({ write: (more) => (text += more) });
    const events = timed(wholeRun);
    for (const event of events) reporter.onEvent(event);
    const lines = text.trimEnd().split('\n');
    expect(lines.map((line): unknown => JSON.parse(line))).toEqual(events);
  });
});

const defaults = { color: false, width: 100, verbose: false, quiet: false, reportsDir: 'reports' };

function linesOf(bodies: readonly EventBody[], options: Partial<typeof defaults> = {}): string {
  let text = '';
  const { width, ...look } = { ...defaults, ...options };
  const out = { write: (more: string) => (text += more), close: () => undefined };
  const reporter = createLinesReporter({ ...look, width: () => width, out });
  for (const event of timed(bodies)) reporter.onEvent(event);
  void reporter.close?.();
  return text;
}
