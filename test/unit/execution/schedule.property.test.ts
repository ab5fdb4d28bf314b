import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nextMove } from '../../../src/execution/schedule.ts';
import {
  createScheduleState,
  halt,
  markEnded,
  markPostponed,
  markStarted,
} from '../../../src/execution/schedule-state.ts';
import type { Outcome } from '../../../src/model/outcome.ts';
import type { Priority } from '../../../src/model/config.ts';
import type { Plan, Task } from '../../../src/model/plan.ts';
import { aPlan, aTask } from '../../support/plans.ts';

const categories = ['a', 'b', 'c', 'd', 'e'];
const priorities: readonly Priority[] = ['critical', 'high', 'normal', 'low', 'background'];
const some = (names: readonly string[], maxLength: number): fc.Arbitrary<string[]> =>
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
const anyPlan: fc.Arbitrary<Plan> = fc
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

function play(
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

interface Running {
  readonly task: Task;
  readonly slots: readonly number[];
}

const anyChoices = fc.array(fc.nat(59), { minLength: 1, maxLength: 40, size: 'max' });
const unchecked = { haltAt: null, check: (): void => undefined };

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

function isSatisfied(line: string, { id, keyword }: Task): boolean {
  return line === `${id} passed` || (line === `${id} no-tests` && keyword !== null);
}

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
