import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { RunEvent } from '../../../../src/model/event.ts';
import { criticalTasks } from '../../../../src/reporters/html/page-timeline.ts';
import { createRunRecord } from '../../../../src/results/run-record.ts';
import type { TaskRecord } from '../../../../src/results/run-state.ts';
import { emptyTotals } from '../../../../src/results/totals.ts';
import { createPlan, createTask, startEvent } from '../../../support/run-events.ts';

interface Ran {
  readonly from: number;
  readonly ms: number;
  readonly slot: number;
  readonly category: string;
  readonly dependsOn: readonly string[];
  readonly locks: readonly string[];
}

const category = fc.constantFrom('a', 'b', 'c');
const ran: fc.Arbitrary<Ran> = fc.record({
  from: fc.nat(20),
  ms: fc.nat(5),
  slot: fc.nat(2),
  category,
  dependsOn: fc.subarray(['a', 'b', 'c']),
  locks: fc.subarray(['db']),
});

function recordsOf(all: readonly Ran[]): readonly TaskRecord[] {
  const tasks = all.map(({ category: own, dependsOn, locks }, index) =>
    createTask(`t${index}`, { category: own, dependsOn, locks }),
  );
  const record = createRunRecord();
  const apply = (event: RunEvent): void => record.apply(event);
  apply({ ...startEvent(createPlan(tasks)), at: 0 });

  for (const [index, { from, ms, slot }] of all.entries()) {
    apply({ type: 'task-started', task: `t${index}`, slot, at: from });
    apply({
      type: 'task-finished',
      task: `t${index}`,
      outcome: { kind: 'passed' },
      totals: emptyTotals,
      durationMs: ms,
      at: from + ms,
    });
  }
  return [...record.state.tasks.values()];
}

/** By looking at every task for each of the path. */
function searched(records: readonly TaskRecord[]): readonly string[] {
  const chain = new Set<string>();
  let current = latest(records);
  while (current !== null && !chain.has(current.task.id)) {
    const { task, slot, startedAt } = current;
    const self = current;
    chain.add(task.id);
    const heldUp = records.filter(
      (before) =>
        before !== self &&
        Number(before.endedAt) <= Number(startedAt) &&
        (before.slot === slot ||
          task.dependsOn.includes(before.task.category) ||
          task.locks.some((lock) => before.task.locks.includes(lock))),
    );
    current = latest(heldUp);
  }
  return [...chain];
}

function latest(records: readonly TaskRecord[]): TaskRecord | null {
  const end = Math.max(...records.map(({ endedAt }) => Number(endedAt)));
  return records.find(({ endedAt }) => Number(endedAt) === end) ?? null;
}

it('is the same path as by looking at every task for each that is on it', () => {
  fc.assert(
    fc.property(fc.array(ran, { maxLength: 25 }), (all) => {
      const records = recordsOf(all);
      expect([...criticalTasks(records)]).toEqual(searched(records));
    }),
  );
});
