import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { createScheduleState } from '../../../src/execution/schedule-state.ts';
import type { Task } from '../../../src/model/plan.ts';
import { anyChoices, anyPlan, isSatisfied, play, unchecked } from './schedule-play.ts';
import type { Running } from './schedule-play.ts';

describe('any plan with tasks that are put off', () => {
  const until = ({ id }: Task): 'end' | 'alone' => (Number(id.slice(1)) % 2 === 0 ? 'end' : 'alone');
  const postpone = { times: 2, until };

  it('ends, each task once, also when it is halted', () => {
    fc.assert(
      fc.property(anyPlan, anyChoices, fc.option(fc.nat(40)), (plan, choices, haltAt) => {
        const { ends, startedAfterHalt } = play(plan, choices, { ...unchecked, haltAt, postpone });
        expect([...ends.values()].every((times) => times === 1)).toBe(true);
        expect(ends.size).toBe(plan.tasks.length);
        expect(startedAfterHalt).toBe(0);
      }),
      { numRuns: 2000 },
    );
  });

  it('starts them again when nothing else runs or can, and alone where that is said', () => {
    const onResumed = (state: ReturnType<typeof createScheduleState>, task: Task): void => {
      const others = state.entries.filter((entry) => entry.task !== task);
      const running = others.filter((entry) => entry.state === 'running').map((entry) => entry.task);
      if (until(task) === 'alone') {
        expect(running).toEqual([]);
        // Those that can run together come first.
        expect(
          others.filter((entry) => entry.state === 'ready' || (entry.state === 'postponed' && !entry.isAlone)),
        ).toEqual([]);
      }
    };
    const check = (running: ReadonlyMap<string, Running>): void => {
      const slots = [...running.values()].flatMap((one) => one.slots);
      expect(new Set(slots).size).toBe(slots.length);
    };
    fc.assert(
      fc.property(
        anyPlan,
        anyChoices,
        (plan, choices) => void play(plan, choices, { haltAt: null, check, postpone, onResumed }),
      ),
      { numRuns: 2000 },
    );
  });

  it('holds back what depends on them until they have passed', () => {
    fc.assert(
      fc.property(anyPlan, anyChoices, (plan, choices) => {
        const { log } = play(plan, choices, { ...unchecked, postpone });
        for (const task of plan.tasks) {
          const start = log.findIndex((line) => line.startsWith(`${task.id} @`));
          if (start === -1) continue;
          const gating = plan.tasks.filter(
            ({ category }) => category !== task.category && task.dependsOn.includes(category),
          );
          const before = log.slice(0, start);
          expect(gating.every((dependency) => before.some((line) => isSatisfied(line, dependency)))).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });
});
