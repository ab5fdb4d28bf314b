import { describe, expect, it } from 'vitest';
import { defaultRetryRules } from '../../../src/base/retry-rules.ts';
import { backoffMs, createRetryRule } from '../../../src/execution/retry-rule.ts';
import type { Allowed, RetryRule } from '../../../src/execution/retry-rule.ts';
import type { Exit, Outcome } from '../../../src/model/outcome.ts';
import { createTest } from '../../support/run-events.ts';

const failed: Outcome = { kind: 'tests-failed' };
const late: Outcome = { kind: 'timed-out', afterMs: 1 };
const crash: Outcome = { kind: 'crashed', exit: { kind: 'code', code: 3 } };
const code = (number: number): Exit => ({ kind: 'code', code: number });

function rule(retryOn: readonly string[], warn: (message: string) => void = () => undefined): RetryRule {
  return createRetryRule({ id: 'unit/lib', retryRules: { ...defaultRetryRules, retryOn } }, warn);
}

it.each<[readonly string[], Outcome, Exit | null, string, Allowed]>([
  [['test-failure'], failed, code(1), '', 'all'],
  [['test-failure'], crash, code(3), '', 'none'],
  [['timeout', 'crash'], failed, code(1), '', 'none'],
  [['timeout'], late, null, '', 'all'],
  [['crash'], crash, code(3), '', 'all'],
  [['exit:3'], crash, code(3), '', 'all'],
  [['exit:3'], crash, code(4), '', 'none'],
  [['exit:1'], failed, code(1), '', 'all'],
  [['exit:9'], crash, { kind: 'signal', signal: 'SIGKILL' }, '', 'none'],
  [['regex:ECONN'], failed, code(1), 'read ECONNRESET', 'all'],
  [['regex:ECONN'], failed, code(1), 'assertion', 'none'],
  [['regex:ECONN'], crash, code(3), 'read ECONNRESET', 'all'],
  [['regex:ECONN'], crash, code(3), 'assertion', 'none'],
  [['test-failure', 'crash', 'timeout', 'exit:0', 'regex:.'], { kind: 'passed' }, code(0), 'x', 'none'],
  [['crash', 'regex:.'], { kind: 'spawn-failed', problem: 'x' }, null, 'x', 'none'],
  [['crash', 'regex:.'], { kind: 'report-unusable', path: 'x', problem: 'x' }, code(0), 'x', 'none'],
])('%j after %j with %j and last words %j allows %s', (retryOn, outcome, exit, tail, allowed) => {
  expect(rule(retryOn).allows({ outcome, exit, tail, anyMatches: false })).toBe(allowed);
});

it('of failed tests those count that match, whatever the log says, but they excuse no crash', () => {
  const regexes = rule(['regex:ECONN']);
  const ended = { exit: code(1), tail: 'read ECONNRESET', anyMatches: true };
  expect(regexes.allows({ ...ended, outcome: failed })).toBe('matching');
  expect(regexes.allows({ ...ended, outcome: crash, tail: '' })).toBe('none');
});

describe('a pattern', () => {
  it('is looked for in what a test failed of', () => {
    const regexes = rule(['regex:ECONN(RESET|REFUSED)']);
    const problem = { kind: 'failure', type: 'E', message: 'boom', details: 'at socket: ECONNRESET' } as const;
    expect(regexes.matches(createTest('a', { problems: [problem] }))).toBe(true);
    expect(regexes.matches(createTest('a', { status: 'failed' }))).toBe(false);
  });

  it('that takes too long matches nothing, and is told once', () => {
    const told: string[] = [];
    const regexes = rule(['regex:(x+)+y', 'exit:3'], (message) => told.push(message));
    const tail = 'x'.repeat(200);
    expect(regexes.allows({ outcome: failed, exit: code(1), tail, anyMatches: false })).toBe('none');
    expect(regexes.allows({ outcome: crash, exit: code(3), tail, anyMatches: false })).toBe('all');
    expect(regexes.allows({ outcome: crash, exit: code(4), tail, anyMatches: false })).toBe('none');
    expect(told).toEqual([expect.stringContaining('unit/lib: retryOn "regex:(x+)+y" took too long')]);
  });
});

it('pauses grow by the factor up to the longest, and jitter takes away up to a half', () => {
  const backoff = { initialMs: 100, factor: 3, maxMs: 1000, jitter: false };
  expect([1, 2, 3, 4].map((retry) => backoffMs(retry, backoff, 0.5))).toEqual([100, 300, 900, 1000]);
  const jittered = { ...backoff, jitter: true };
  expect([0, 0.5, 1].map((random) => backoffMs(2, jittered, random))).toEqual([300, 225, 150]);
  expect(backoffMs(5, null, 0)).toBe(0);
});
