import { describe, expect, it } from 'vitest';
import { synthesise } from '../../../src/execution/synthesise.ts';
import type { LogFacts } from '../../../src/model/event.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import { aTask } from '../../support/plans.ts';

const log: LogFacts = { path: 'logs/unit/backend/1.log', bytes: 12, truncated: false, tail: 'last words\n' };
const task = aTask('unit/backend');

const told: readonly (readonly [Outcome, boolean, string, string])[] = [
  [{ kind: 'no-tests' }, true, 'no tests', 'error'],
  [{ kind: 'no-tests' }, false, 'no tests', 'error'],
  [{ kind: 'timed-out', afterMs: 30_000 }, true, 'timed out after 30s', 'error'],
  [{ kind: 'crashed', exit: { kind: 'code', code: 3 } }, true, 'crashed with exit code 3', 'error'],
  [{ kind: 'crashed', exit: { kind: 'signal', signal: 'SIGKILL' } }, true, 'crashed with signal SIGKILL', 'error'],
  [{ kind: 'report-unusable', path: 'p', problem: 'why' }, true, 'report unusable', 'error'],
  [{ kind: 'spawn-failed', problem: 'why' }, false, 'could not be started', 'error'],
  [{ kind: 'service-failed', service: 'db', problem: 'why' }, false, 'service db failed', 'error'],
  [{ kind: 'cancelled', reason: { kind: 'signal', signal: 'SIGINT' } }, false, 'not run', 'error'],
  [{ kind: 'cancelled', reason: { kind: 'deadline', afterMs: 1000 } }, true, 'not finished', 'error'],
  [{ kind: 'skipped', because: { kind: 'blocked', by: 'build' } }, false, 'not run: blocked by build', 'skipped'],
  [
    { kind: 'skipped', because: { kind: 'environment', environment: 'prod', allowed: ['local'] } },
    false,
    'not run: not in environment prod',
    'skipped',
  ],
  [
    {
      kind: 'skipped',
      because: { kind: 'service-unavailable', service: 'db', problem: 'no docker', remedy: 'start docker' },
    },
    false,
    'not run: service db is unavailable',
    'skipped',
  ],
];

describe('an outcome that no framework reports', () => {
  it.each(told)('%j (ran: %s) shows up as "%s"', (outcome, ran, what, status) => {
    const test = synthesise(outcome, { task, ran, log: ran ? log : null, durationMs: 7 });
    expect(test).toMatchObject({
      id: { file: null, className: '[runner]', name: `unit/backend: ${what}` },
      status,
      synthetic: true,
    });
    if (status === 'skipped') {
      expect(test?.problems).toEqual([]);
      expect(test?.skipReason).not.toBe('');
    } else {
      expect(test?.problems).toMatchObject([{ kind: 'error', type: outcome.kind }]);
      if (ran) expect(test?.problems[0]?.details).toMatch(/logs\/unit\/backend\/1\.log[^]*last words/);
    }
  });

  it('says what would make a missing service available', () => {
    const because = {
      kind: 'service-unavailable',
      service: 'db',
      problem: 'docker is not running',
      remedy: 'start docker',
    } as const;
    const test = synthesise({ kind: 'skipped', because }, { task, ran: false, log: null, durationMs: 0 });
    expect(test?.skipReason).toBe('service db is unavailable: docker is not running. start docker');
  });

  it('is nothing where the tests tell it, or a filter found none', () => {
    const context = { task, ran: true, log, durationMs: 7 };
    expect(synthesise({ kind: 'passed' }, context)).toBeNull();
    expect(synthesise({ kind: 'tests-failed' }, context)).toBeNull();
    expect(synthesise({ kind: 'no-tests' }, { ...context, task: { ...task, markers: 'slow' } })).toBeNull();
  });
});
