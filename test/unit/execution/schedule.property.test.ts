import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextMove } from '../../../src/execution/schedule.ts';
import { createScheduleState, markEnded, markStarted } from '../../../src/execution/schedule-state.ts';
import type { Plan, Task } from '../../../src/model/plan.ts';
import { aPlan, aTask } from '../../support/plans.ts';
import { anyChoices, anyPlan, isSatisfied, play, some, unchecked } from './schedule-play.ts';
import type { Running } from './schedule-play.ts';

describe('any plan', () => {
  it('ends, each task once', () => {
    fc.assert(
      fc.property(anyPlan, anyChoices, (plan, choices) => {
        const { ends } = play(plan, choices, unchecked);
        expect([...ends.values()].every((times) => times === 1)).toBe(true);
        expect(ends.size).toBe(plan.tasks.length);
      }),
      { numRuns: 2000 },
    );
  });

  it('never holds a slot twice, nor a lock, nor more slots than there are', () => {
    const check = (plan: Plan) => (running: ReadonlyMap<string, Running>) => {
      const slots = [...running.values()].flatMap((one) => one.slots);
      expect(new Set(slots).size).toBe(slots.length);
      expect(slots.every((slot) => slot >= 0 && slot < plan.slots)).toBe(true);
      expect(
        [...running.values()].every((one) => one.slots.length === Math.min(plan.slots, Math.max(1, one.task.slots))),
      ).toBe(true);
      const locks = [...running.values()].flatMap(({ task }) => task.locks);
      expect(new Set(locks).size).toBe(locks.length);
    };
    fc.assert(
      fc.property(
        anyPlan,
        anyChoices,
        (plan, choices) => void play(plan, choices, { haltAt: null, check: check(plan) }),
      ),
      { numRuns: 2000 },
    );
  });

  it('never runs conflicting categories together, nor anything beside an exclusive task', () => {
    const check = (running: ReadonlyMap<string, Running>): void => {
      const tasks = [...running.values()].map(({ task }) => task);
      expect(tasks.length === 1 || tasks.every((task) => !task.exclusive)).toBe(true);
      const pairs = tasks.flatMap((one) =>
        tasks.filter((other) => other !== one).map((other) => [one, other] as const),
      );
      expect(pairs.filter(([one, other]) => one.conflicts.includes(other.category))).toEqual([]);
    };
    fc.assert(
      fc.property(anyPlan, anyChoices, (plan, choices) => void play(plan, choices, { haltAt: null, check })),
      { numRuns: 2000 },
    );
  });

  it('starts a task only when the categories it depends on have passed', () => {
    fc.assert(
      fc.property(anyPlan, anyChoices, (plan, choices) => {
        const { log } = play(plan, choices, unchecked);
        for (const task of plan.tasks) {
          const start = log.findIndex((line) => line.startsWith(`${task.id} @`));
          const gating = plan.tasks.filter(
            ({ category }) => category !== task.category && task.dependsOn.includes(category),
          );
          const before = log.slice(0, Math.max(0, start));
          if (start !== -1)
            expect(gating.every((dependency) => before.some((line) => isSatisfied(line, dependency)))).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  it('starts nothing after a halt', () => {
    fc.assert(
      fc.property(anyPlan, anyChoices, fc.nat(20), (plan, choices, haltAt) => {
        expect(play(plan, choices, { ...unchecked, haltAt }).startedAfterHalt).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it('goes the same way for the same outcomes', () => {
    fc.assert(
      fc.property(anyPlan, anyChoices, (plan, choices) => {
        expect(play(plan, choices, unchecked)).toEqual(play(plan, choices, unchecked));
      }),
      { numRuns: 100 },
    );
  });

  it('starts what a look over all tasks would start', () => {
    fc.assert(fc.property(anyPlan, anyChoices, compareWithFullScan), { numRuns: 2000 });
  });

  it('of equal needs is never overtaken by a later task of the same category', () => {
    const task = fc.record({
      slots: fc.integer({ min: 1, max: 4 }),
      exclusive: fc.boolean(),
      locks: some(['x', 'y'], 2),
    });
    const plans = fc.array(task, { maxLength: 20, size: 'max' }).map((tasks) =>
      aPlan(
        tasks.map((needs, index) => aTask(`t${index}`, { ...needs, category: 'a' })),
        3,
      ),
    );
    fc.assert(
      fc.property(plans, anyChoices, (plan, choices) => {
        const { log } = play(plan, choices, unchecked);
        const order = log.filter((line) => line.includes(' @')).map((line) => Number(/\d+/.exec(line)?.[0]));
        // A task that lacks only slots is next: whoever starts before an earlier one did so because that one lacked a lock.
        for (const [position, index] of order.entries()) {
          for (const overtaken of order.slice(position + 1).filter((other) => other < index)) {
            expect(plan.tasks[overtaken]?.locks).not.toEqual([]);
          }
        }
      }),
    );
  });
});

/** The rule of `nextMove` written over all ready tasks one by one, without groups. */
function fullScan(state: ReturnType<typeof createScheduleState>): string | null {
  const running = state.entries.filter((entry) => entry.state === 'running');
  const free = state.slots - running.reduce((sum, { weight }) => sum + weight, 0);
  if (running.some(({ task }) => task.exclusive)) return null;
  const before: Task[] = [];
  for (const { task, weight } of state.entries.filter((entry) => entry.state === 'ready')) {
    const rivals = [...running.map((entry) => entry.task), ...before];
    const contended = rivals.some(
      (rival) =>
        rival.locks.some((lock) => task.locks.includes(lock)) ||
        rival.conflicts.includes(task.category) ||
        task.conflicts.includes(rival.category),
    );
    if (contended) before.push(task);
    else if (task.exclusive ? running.length === 0 : weight <= free) return task.id;
    else return null;
  }
  return null;
}

function compareWithFullScan(plan: Plan, choices: readonly number[]): void {
  const state = createScheduleState(plan);
  const running: Task[] = [];
  for (let step = 0; ; step += 1) {
    const move = nextMove(state);
    if (move.kind === 'done') return;
    if (move.kind === 'settle') {
      markEnded(state, move.task, move.outcome);
      continue;
    }
    expect(move.kind === 'start' ? move.task.id : null).toBe(fullScan(state));
    if (move.kind === 'start') {
      markStarted(state, move.task);
      running.push(move.task);
    } else {
      const [ended] = running.splice((choices[step % choices.length] ?? 0) % running.length, 1);
      if (ended === undefined) throw new Error('told to wait while nothing runs');
      markEnded(state, ended, { kind: 'passed' });
    }
  }
}
