import fc from 'fast-check';
import { expect } from 'vitest';
import { nextMove } from '../../../src/execution/schedule.ts';
import {
  createScheduleState,
  halt,
  markEnded,
  markPostponed,
  markStarted,
} from '../../../src/execution/schedule-state.ts';
import type { Priority } from '../../../src/model/config.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { Plan, Task } from '../../../src/model/plan.ts';
import { aPlan, aTask } from '../../support/plans.ts';

const categories = ['a', 'b', 'c', 'd', 'e'];
const priorities: readonly Priority[] = ['critical', 'high', 'normal', 'low', 'background'];
export const some = (names: readonly string[], maxLength: number): fc.Arbitrary<string[]> =>
  fc.subarray([...names], { maxLength });
const outcomes: readonly Outcome[] = [
  { kind: 'passed' },
  { kind: 'passed' },
  { kind: 'passed' },
  { kind: 'tests-failed' },
  { kind: 'no-tests' },
];

const anyTask = fc.record({
  category: fc.constantFrom(...categories),
  priority: fc.constantFrom(...priorities),
  dependsOn: some(categories, 1),
  after: some(categories, 2),
  conflicts: some(categories, 1),
  locks: some(['x', 'y'], 2),
  slots: fc.integer({ min: 0, max: 6 }),
  exclusive: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  settled: fc.option(fc.constant<Outcome>({ kind: 'no-tests' }), { freq: 10 }),
  keyword: fc.option(fc.constant('login'), { freq: 5 }),
});
export const anyPlan: fc.Arbitrary<Plan> = fc
  .tuple(fc.array(anyTask, { maxLength: 30, size: 'max' }), fc.integer({ min: 1, max: 5 }))
  .map(([tasks, slots]) =>
    aPlan(
      tasks.map((task, index) => aTask(`t${index}`, task)),
      slots,
    ),
  );

/** A run in which each step either follows the next move or ends one of the running tasks, as the numbers say. */
interface Recording {
  readonly log: readonly string[];
  readonly ends: ReadonlyMap<string, number>;
  readonly startedAfterHalt: number;
}

export function play(
  plan: Plan,
  choices: readonly number[],
  options: {
    readonly haltAt: number | null;
    readonly check: (running: ReadonlyMap<string, Running>) => void;
    /** How often each task is put off before it ends, and until when; absent = never. */
    readonly postpone?: { readonly times: number; readonly until: (task: Task) => 'end' | 'alone' };
    readonly onResumed?: (state: ReturnType<typeof createScheduleState>, task: Task) => void;
  },
): Recording {
  const state = createScheduleState(plan);
  const running = new Map<string, Running>();
  const ends = new Map<string, number>();
  const postponed = new Map<string, number>();
  const log: string[] = [];
  let halted = false;
  let startedAfterHalt = 0;
  const end = (task: Task, outcome: Outcome): void => {
    markEnded(state, task, outcome);
    running.delete(task.id);
    ends.set(task.id, (ends.get(task.id) ?? 0) + 1);
    log.push(`${task.id} ${outcome.kind}`);
  };
  const mostSteps = plan.tasks.length * (4 + 4 * (options.postpone?.times ?? 0)) + 10;
  for (let step = 0; step < mostSteps; step += 1) {
    const choice = choices[step % choices.length] ?? 0;
    if (step === options.haltAt) {
      halt(state, { kind: 'signal', signal: 'SIGINT' }, null);
      halted = true;
    }
    const move = nextMove(state);
    expect(nextMove(state)).toEqual(move);
    if (move.kind === 'done') return { log, ends, startedAfterHalt };
    if (move.kind === 'settle') end(move.task, move.outcome);
    else if (move.kind === 'start' && (choice % 3 !== 0 || running.size === 0)) {
      markStarted(state, move.task);
      startedAfterHalt += halted ? 1 : 0;
      if (postponed.has(move.task.id)) options.onResumed?.(state, move.task);
      running.set(move.task.id, { task: move.task, slots: state.byId.get(move.task.id)?.slots ?? [] });
      log.push(`${move.task.id} @${move.slot}`);
      options.check(running);
    } else {
      const all = [...running.values()];
      const next = all[choice % all.length];
      if (next === undefined) throw new Error('told to wait while nothing runs');
      const times = postponed.get(next.task.id) ?? 0;
      if (options.postpone !== undefined && times < options.postpone.times && choice % 2 === 0 && !halted) {
        postponed.set(next.task.id, times + 1);
        running.delete(next.task.id);
        markPostponed(state, next.task, options.postpone.until(next.task));
        log.push(`${next.task.id} later`);
        continue;
      }
      end(next.task, outcomes[choice % outcomes.length] ?? { kind: 'passed' });
    }
  }
  throw new Error(`not done after ${mostSteps} steps: ${log.join(', ')}`);
}

export interface Running {
  readonly task: Task;
  readonly slots: readonly number[];
}

export const anyChoices = fc.array(fc.nat(59), { minLength: 1, maxLength: 40, size: 'max' });
export const unchecked = { haltAt: null, check: (): void => undefined };

export function isSatisfied(line: string, { id, keyword }: Task): boolean {
  return line === `${id} passed` || (line === `${id} no-tests` && keyword !== null);
}
