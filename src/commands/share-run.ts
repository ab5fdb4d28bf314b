import { plural } from '../base/text.ts';
import type { EventBody } from '../model/event.ts';
import type { Reporter, TaskSource } from '../ports.ts';
import type { TaskPool } from '../queue/task-pool.ts';
import type { JoinedBuild } from './join-build.ts';
import { createEventMask } from './mask-events.ts';
import type { OpenRun } from './open-run.ts';
import type { SessionInput } from './session.ts';

type Execute = (opened: OpenRun, input: SessionInput, source: TaskSource) => Promise<unknown>;

/** A run whose tasks come from a queue. */
export interface SharedRun {
  readonly reporter: Reporter;
  /** Runs what the queue hands out, then takes the results of others into the event log. Resolves as `execute` does. */
  execute(opened: OpenRun, input: SessionInput, execute: Execute): Promise<unknown>;
  /** What a person is told at the end. */
  summary(): string;
}

/** Connects a run with the build that it has a part in. */
export function shareRun(build: JoinedBuild): SharedRun {
  let pool: TaskPool | null = null;
  let hasLeft = false;
  return {
    reporter: { onEvent: (event) => pool?.reporter.onEvent(event) },
    async execute(opened, input, execute) {
      const mask = input.prepared.masker === null ? null : createEventMask(input.prepared.masker);
      const joined = build.openPool(opened.emit);
      pool = joined;
      // The end of a task is told when it is known whether it counts.
      const emit = (body: EventBody): void => {
        const masked = mask?.(body) ?? body;
        if (masked.type !== 'task-finished' || hasLeft) opened.emit(body);
        else joined.finish(masked);
      };
      const signals = { ...input.signals, cancel: AbortSignal.any([input.signals.cancel, joined.broken]) };
      try {
        return await execute({ ...opened, emit }, { ...input, signals }, joined);
      } finally {
        await joined.leave(signals.cancel.aborted ? 'stopped' : 'done');
        hasLeft = true;
        const outstanding = joined.outstanding();
        if (joined.broken.aborted && outstanding !== null) opened.emit({ type: 'warning', message: outstanding });
        if (!signals.cancel.aborted) await takeOthers(joined, opened.emit);
      }
    },
    summary() {
      const name = JSON.stringify(build.build);
      if (build.isDrained) return `The queue of build ${name} was drained before: nothing was left to run here.`;
      const here = plural(pool?.acceptedHere() ?? 0, 'task');
      const all = build.prepared.plan.tasks.length;
      return `Queue: ${here} of ${all} of build ${name} ran here. Its verdict: runner merge <events.jsonl of all machines>`;
    },
  };
}

/** So that nothing is lost with a machine that vanishes before its reports are collected. */
async function takeOthers(pool: TaskPool, emit: (body: EventBody) => void): Promise<void> {
  try {
    for await (const event of pool.others()) emit(event);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    emit({ type: 'warning', message: `the results of other machines are not in this event log: ${reason}` });
  }
}
