import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { Task } from '../../../src/model/plan.ts';
import { nextMove } from '../../../src/execution/schedule.ts';
import {
  createScheduleState,
  halt,
  markEnded,
  markPostponed,
  markStarted,
} from '../../../src/execution/schedule-state.ts';
import type { ScheduleState } from '../../../src/execution/schedule-state.ts';
import { aPlan, aTask } from '../../support/plans.ts';

const passed: Outcome = { kind: 'passed' };
const failed: Outcome = { kind: 'tests-failed' };
const blocked = (by: string): Outcome => ({ kind: 'skipped', because: { kind: 'blocked', by } });

/** Starts and settles all that can be now; says what it did. */
function advance(state: ScheduleState): string[] {
  const done: string[] = [];
  for (;;) {
    const move = nextMove(state);
    if (move.kind === 'start') {
      markStarted(state, move.task);
      done.push(`${move.task.id}@${move.slot}`);
    } else if (move.kind === 'settle') {
      markEnded(state, move.task, move.outcome);
      done.push(`${move.task.id}=${move.outcome.kind}`);
    } else {
      return [...done, move.kind];
    }
  }
}

function schedule(
  tasks: readonly Task[],
  slots = 4,
): {
  state: ScheduleState;
  end: (id: string, outcome?: Outcome) => string[];
  postpone: (id: string, until: 'end' | 'alone') => string[];
} {
  const state = createScheduleState(aPlan(tasks, slots));
  const find = (id: string): Task => {
    const task = tasks.find((candidate) => candidate.id === id);
    if (task === undefined) throw new Error(`no task ${id}`);
    return task;
  };
  return {
    state,
    end(id, outcome = passed) {
      markEnded(state, find(id), outcome);
      return advance(state);
    },
    postpone(id, until) {
      markPostponed(state, find(id), until);
      return advance(state);
    },
  };
}

describe('order', () => {
  it('starts by priority, then in the order of the plan', () => {
    const { state, end } = schedule(
      [aTask('low', { priority: 'low' }), aTask('a'), aTask('b'), aTask('top', { priority: 'critical' })],
      1,
    );
    expect(advance(state)).toEqual(['top@0', 'wait']);
    expect(end('top')).toEqual(['a@0', 'wait']);
    expect(end('a')).toEqual(['b@0', 'wait']);
    expect(end('b')).toEqual(['low@0', 'wait']);
    expect(end('low')).toEqual(['done']);
  });

  it('gives the smallest free slot', () => {
    const { state, end } = schedule([aTask('a'), aTask('b'), aTask('c'), aTask('d')], 3);
    expect(advance(state)).toEqual(['a@0', 'b@1', 'c@2', 'wait']);
    expect(end('b')).toEqual(['d@1', 'wait']);
  });

  it('ends an empty plan at once', () => {
    expect(nextMove(createScheduleState(aPlan([])))).toEqual({ kind: 'done' });
  });
});

describe('dependencies', () => {
  // build ─► e2e ─► report
  const chain = [aTask('build'), aTask('e2e', { dependsOn: ['build'] }), aTask('report', { dependsOn: ['e2e'] })];

  it('hold a task until all tasks of the category passed', () => {
    const { state, end } = schedule([aTask('build/1'), aTask('build/2'), aTask('e2e', { dependsOn: ['build'] })]);
    expect(advance(state)).toEqual(['build/1@0', 'build/2@1', 'wait']);
    expect(end('build/2')).toEqual(['wait']);
    expect(end('build/1')).toEqual(['e2e@0', 'wait']);
  });

  const bad: readonly Outcome[] = [
    failed,
    { kind: 'no-tests' },
    { kind: 'timed-out', afterMs: 1 },
    { kind: 'crashed', exit: { kind: 'code', code: 3 } },
    { kind: 'report-unusable', path: 'x', problem: 'y' },
    { kind: 'spawn-failed', problem: 'y' },
    { kind: 'service-failed', service: 'db', problem: 'y' },
    { kind: 'cancelled', reason: { kind: 'fail-fast', cause: 'x' } },
    { kind: 'skipped', because: { kind: 'environment', environment: 'prod', allowed: [] } },
    { kind: 'skipped', because: { kind: 'service-unavailable', service: 'db', problem: 'x', remedy: 'y' } },
  ];
  it.each(bad.map((outcome) => [outcome.kind, outcome] as const))(
    'on a task that ended as %s block all that wait',
    (_kind, outcome) => {
      const { state, end } = schedule(chain);
      advance(state);
      expect(end('build', outcome)).toEqual(['e2e=skipped', 'report=skipped', 'done']);
    },
  );

  it('name the category that blocks, one step away', () => {
    const { state } = schedule(chain);
    advance(state);
    markEnded(state, chain[0] ?? aTask(''), failed);
    expect(nextMove(state)).toMatchObject({ task: { id: 'e2e' }, outcome: blocked('build') });
    markEnded(state, chain[1] ?? aTask(''), blocked('build'));
    expect(nextMove(state)).toMatchObject({ task: { id: 'report' }, outcome: blocked('e2e') });
  });

  it('are satisfied by a category that has no task in the plan', () => {
    expect(advance(schedule([aTask('e2e', { dependsOn: ['build'] })]).state)).toEqual(['e2e@0', 'wait']);
  });

  it('are satisfied by a category that a filter left without tests', () => {
    const { state, end } = schedule([aTask('build', { keyword: 'login' }), aTask('e2e', { dependsOn: ['build'] })]);
    advance(state);
    expect(end('build', { kind: 'no-tests' })).toEqual(['e2e@0', 'wait']);
  });

  it('in a circle end as blocked instead of waiting for ever', () => {
    const { state, end } = schedule([aTask('a', { dependsOn: ['b'] }), aTask('b', { dependsOn: ['a'] }), aTask('c')]);
    expect(advance(state)).toEqual(['c@0', 'wait']);
    expect(end('c')).toEqual(['a=skipped', 'b=skipped', 'done']);
  });
});

describe('after', () => {
  it('orders, and lets a failure pass', () => {
    const { state, end } = schedule([aTask('late', { after: ['early'] }), aTask('early')]);
    expect(advance(state)).toEqual(['early@0', 'wait']);
    expect(end('early', failed)).toEqual(['late@0', 'wait']);
  });

  it('gives way where it contradicts a dependency', () => {
    const { state, end } = schedule([aTask('build', { after: ['e2e'] }), aTask('e2e', { dependsOn: ['build'] })]);
    expect(advance(state)).toEqual(['build@0', 'wait']);
    expect(end('build')).toEqual(['e2e@0', 'wait']);
  });

  it('in a circle keeps the first order that was written', () => {
    const { state, end } = schedule([aTask('a', { after: ['b'] }), aTask('b', { after: ['a'] })]);
    expect(advance(state)).toEqual(['b@0', 'wait']);
    expect(end('b')).toEqual(['a@0', 'wait']);
  });
});

describe('resources', () => {
  it('let one task hold a lock while the others pass by', () => {
    const locks = ['database'];
    const { state, end } = schedule([aTask('a', { locks }), aTask('b', { locks }), aTask('c')]);
    expect(advance(state)).toEqual(['a@0', 'c@1', 'wait']);
    expect(end('a')).toEqual(['b@0', 'wait']);
  });

  it('keep conflicting categories apart, whichever of them says so', () => {
    const { state, end } = schedule([aTask('perf', { conflicts: ['e2e'] }), aTask('e2e'), aTask('unit')]);
    expect(advance(state)).toEqual(['perf@0', 'unit@1', 'wait']);
    expect(end('perf')).toEqual(['e2e@0', 'wait']);
    const mirrored = schedule([aTask('e2e'), aTask('perf', { conflicts: ['e2e'] })]);
    expect(advance(mirrored.state)).toEqual(['e2e@0', 'wait']);
  });

  it('do not let a stream of later tasks overtake one that waits for a conflict', () => {
    const tasks = [
      aTask('start'),
      aTask('perf', { priority: 'high', dependsOn: ['start'], conflicts: ['e2e'] }),
      aTask('e2e/1'),
      aTask('e2e/2'),
    ];
    const { state, end } = schedule(tasks, 2);
    expect(advance(state)).toEqual(['start@0', 'e2e/1@1', 'wait']);
    expect(end('start')).toEqual(['wait']);
    expect(end('e2e/1')).toEqual(['perf@0', 'wait']);
    expect(end('perf')).toEqual(['e2e/2@0', 'wait']);
  });

  it('reserve slots for a heavy task that only lacks slots', () => {
    const { state, end } = schedule([aTask('a'), aTask('heavy', { slots: 2 }), aTask('b')], 2);
    expect(advance(state)).toEqual(['a@0', 'wait']);
    expect(end('a')).toEqual(['heavy@0', 'wait']);
    expect(end('heavy')).toEqual(['b@0', 'wait']);
  });

  it('clamp a weight above the limit, so that it runs alone', () => {
    const { state, end } = schedule([aTask('huge', { slots: 99 }), aTask('a')], 2);
    expect(advance(state)).toEqual(['huge@0', 'wait']);
    expect(end('huge')).toEqual(['a@0', 'wait']);
  });

  it('leave an exclusive task alone', () => {
    const { state, end } = schedule([aTask('a'), aTask('alone', { exclusive: true }), aTask('b')]);
    expect(advance(state)).toEqual(['a@0', 'wait']);
    expect(end('a')).toEqual(['alone@0', 'wait']);
    expect(end('alone')).toEqual(['b@0', 'wait']);
  });
});

describe('settling and halting', () => {
  it('ends a task whose outcome is known before the run', () => {
    const { state } = schedule([
      aTask('empty', { settled: { kind: 'no-tests' } }),
      aTask('e2e', { dependsOn: ['empty'] }),
      aTask('a'),
    ]);
    expect(advance(state)).toEqual(['empty=no-tests', 'e2e=skipped', 'a@0', 'wait']);
  });

  it('cancels all that has not started, once', () => {
    const { state, end } = schedule([aTask('a'), aTask('b'), aTask('c', { dependsOn: ['a'] })], 1);
    advance(state);
    halt(state, { kind: 'signal', signal: 'SIGINT' }, null);
    halt(state, { kind: 'signal', signal: 'SIGINT' }, null);
    expect(advance(state)).toEqual(['b=cancelled', 'c=cancelled', 'wait']);
    expect(end('a')).toEqual(['done']);
  });

  it('cancels one category and leaves the others', () => {
    const { state, end } = schedule([aTask('a/1'), aTask('a/2'), aTask('b')], 1);
    advance(state);
    halt(state, { kind: 'fail-fast', cause: 'a/1' }, 'a');
    expect(advance(state)).toEqual(['a/2=cancelled', 'wait']);
    expect(end('a/1', failed)).toEqual(['b@0', 'wait']);
  });

  it('refuses to end a task twice', () => {
    const { state, end } = schedule([aTask('a')]);
    advance(state);
    end('a');
    expect(() => markEnded(state, aTask('a'), passed)).toThrow('task a');
  });
});

describe('a task that is run again at the end', () => {
  it('waits for all others, and its dependents for it', () => {
    // a ─► late    b
    const tasks = [aTask('a'), aTask('b'), aTask('c'), aTask('late', { dependsOn: ['a'] })];
    const { state, end, postpone } = schedule(tasks, 2);
    expect(advance(state)).toEqual(['a@0', 'b@1', 'wait']);
    expect(postpone('a', 'end')).toEqual(['c@0', 'wait']);
    expect(end('c')).toEqual(['wait']);
    expect(end('b')).toEqual(['a@0', 'wait']);
    expect(end('a')).toEqual(['late@0', 'wait']);
    expect(end('late')).toEqual(['done']);
  });

  it('runs beside others that do, unless it is to be alone', () => {
    const { state, end, postpone } = schedule([aTask('a'), aTask('b'), aTask('c'), aTask('d')], 4);
    advance(state);
    for (const [id, until] of [
      ['a', 'alone'],
      ['b', 'end'],
      ['c', 'alone'],
    ] as const)
      expect(postpone(id, until)).toEqual(['wait']);
    expect(postpone('d', 'end')).toEqual(['b@0', 'd@1', 'wait']);
    expect(end('b')).toEqual(['wait']);
    expect(end('d')).toEqual(['a@0', 'wait']);
    expect(postpone('a', 'alone')).toEqual(['c@0', 'wait']);
    expect(end('c')).toEqual(['a@0', 'wait']);
    expect(end('a')).toEqual(['done']);
  });

  it('lets what its pass makes possible come before the next that is alone', () => {
    const { state, end, postpone } = schedule([aTask('a'), aTask('b'), aTask('late', { dependsOn: ['a'] })]);
    advance(state);
    postpone('a', 'alone');
    expect(postpone('b', 'alone')).toEqual(['a@0', 'wait']);
    expect(end('a')).toEqual(['late@0', 'wait']);
    expect(end('late')).toEqual(['b@0', 'wait']);
  });

  it('is not started any more after a halt', () => {
    const { state, end, postpone } = schedule([aTask('a'), aTask('b')]);
    advance(state);
    postpone('a', 'end');
    halt(state, { kind: 'signal', signal: 'SIGINT' }, null);
    expect(advance(state)).toEqual(['a=cancelled', 'wait']);
    expect(end('b')).toEqual(['done']);
  });
});
