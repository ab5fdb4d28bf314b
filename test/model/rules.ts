import assert from 'node:assert/strict';
import type { EventBody } from '../../src/model/event.ts';
import type { Task } from '../../src/model/plan.ts';
import type { Story } from './story.ts';

/** Watches a run and throws at the first thing that must never be. */
export interface Rules {
  event(body: EventBody): void;
  spawned(task: string): void;
  gone(task: string): void;
  released(task: Task): void;
  /** From now on nothing may start. */
  stopped(): void;
  /** The run says it is over. */
  over(): void;
}

/** What holds in every run at every moment, told from the outside. */
export function createRules({ plan }: Story): Rules {
  const tasks = new Map(plan.tasks.map((task) => [task.id, task]));
  const holding = new Map<string, { readonly task: Task; readonly isAgain: boolean; readonly slot: number }>();
  const outcomes = new Map<string, string>();
  const postponed = new Set<string>();
  const alive = new Map<string, number>();
  const released = new Set<string>();
  let isStopped = false;
  const taskOf = (id: string): Task => tasks.get(id) ?? assert.fail(`${id} is no task of the plan`);
  const weightOf = ({ slots }: Task): number => Math.min(plan.slots, Math.max(1, slots));
  const inCategory = (name: string): readonly Task[] => plan.tasks.filter(({ category }) => category === name);

  const mayHold = (task: Task, isAgain: boolean, slot: number): void => {
    const others = [...holding.values()];
    const used = others.reduce((sum, other) => sum + weightOf(other.task), weightOf(task));
    assert.ok(used <= plan.slots, `${task.id} starts, and ${used} of ${plan.slots} slots are used`);
    assert.ok(
      others.every((other) => other.slot !== slot),
      `${task.id} starts in slot ${slot}, which is taken`,
    );
    const isAlone = (one: Task, again: boolean): boolean =>
      one.exclusive || (again && one.retryRules?.retryWhen === 'alone');
    for (const other of others) {
      const both = `${task.id} starts beside ${other.task.id}`;
      assert.ok(!isAlone(task, isAgain) && !isAlone(other.task, other.isAgain), `${both}, and one wants to be alone`);
      assert.ok(!task.locks.some((lock) => other.task.locks.includes(lock)), `${both}, which has its lock`);
      const conflict = task.conflicts.includes(other.task.category) || other.task.conflicts.includes(task.category);
      assert.ok(!conflict, `${both}, and their categories conflict`);
    }
  };
  const mayStart = (task: Task): void => {
    assert.ok(!isStopped, `${task.id} starts after the stop`);
    assert.ok(!outcomes.has(task.id), `${task.id} starts after its end`);
    for (const name of task.dependsOn.filter((one) => one !== task.category))
      for (const { id } of inCategory(name))
        assert.equal(outcomes.get(id), 'passed', `${task.id} starts before ${id} passed`);
    for (const name of task.after.filter((one) => one !== task.category))
      for (const { id } of inCategory(name)) assert.ok(outcomes.has(id), `${task.id} starts before ${id} has ended`);
  };
  return {
    event(body) {
      if (body.type === 'task-started') {
        const [task, isAgain] = [taskOf(body.task), postponed.has(body.task)];
        mayStart(task);
        mayHold(task, isAgain, body.slot);
        holding.set(task.id, { task, isAgain, slot: body.slot });
      } else if (body.type === 'task-postponed') {
        assert.ok(holding.delete(body.task), `${body.task} is put off and did not run`);
        postponed.add(body.task);
      } else if (body.type === 'task-finished') {
        assert.ok(!outcomes.has(body.task), `${body.task} ends twice`);
        assert.equal(alive.get(taskOf(body.task).id) ?? 0, 0, `${body.task} ends and its process lives`);
        holding.delete(body.task);
        outcomes.set(body.task, body.outcome.kind);
      }
    },
    spawned(id) {
      assert.ok(holding.has(id), `a process of ${id} starts without a slot`);
      assert.ok(!isStopped, `a process of ${id} starts after the stop`);
      assert.ok(!released.has(id), `a process of ${id} starts without its services`);
      assert.equal(alive.get(id) ?? 0, 0, `two processes of ${id} run`);
      alive.set(id, 1);
    },
    gone: (id) => void alive.set(id, 0),
    released(task) {
      assert.ok(!released.has(task.id), `${task.id} gives its services back twice`);
      assert.equal(alive.get(task.id) ?? 0, 0, `${task.id} gives its services back and its process lives`);
      released.add(task.id);
    },
    stopped() {
      isStopped = true;
    },
    over() {
      assert.deepEqual(
        [...alive].filter(([, count]) => count > 0),
        [],
        'processes are left',
      );
      assert.equal(outcomes.size, plan.tasks.length, 'every task has an outcome');
      assert.equal(released.size, plan.tasks.length, 'every task gave its services back');
      assert.equal(holding.size, 0, 'every slot is free');
    },
  };
}
