import { createSteadyClock } from '../base/steady-clock.ts';
import type { EventBody, QueueMembership, RerunWords } from '../model/event.ts';
import { eventFormat } from '../reporters/events.ts';
import type { FanOut, NamedReporter } from '../reporters/fan-out.ts';
import { createFanOut } from '../reporters/fan-out.ts';
import { createTestHighlights } from '../reporters/test-highlights.ts';
import type { TestHighlights } from '../reporters/test-highlights.ts';
import type { RunRecord } from '../results/run-record.ts';
import type { RunState } from '../results/run-state.ts';
import { linkOf } from './chain.ts';
import type { CommandContext } from './context.ts';
import { givenArguments } from './inherit-flags.ts';
import { createEventMask } from './mask-events.ts';
import type { RunFlags } from './options.ts';
import type { ReadyRun } from './prepared.ts';
import { readOrigin } from './run-origin.ts';

/** A run that has been announced to its reporters and not yet ended. */
export interface OpenRun {
  readonly runId: string;
  readonly state: RunState;
  readonly highlights: TestHighlights;
  readonly reporters: FanOut;
  /** Milliseconds since the run was announced. */
  readonly elapsedMs: () => number;
  /** Gives an event its time and hands it to the record and to every reporter. */
  readonly emit: (body: EventBody) => void;
}

/** Starts the record of a run and emits its first events. */
export function openRun(
  runId: string,
  prepared: ReadyRun,
  {
    record,
    reporters,
    flags,
    context,
    rerunWith,
    queue,
  }: {
    readonly record: RunRecord;
    /** Made with what tells them of trouble of their own. */
    readonly reporters: (warn: (message: string) => void) => readonly NamedReporter[];
    readonly flags: RunFlags;
    readonly context: CommandContext;
    readonly rerunWith: RerunWords;
    /** The tasks come from a queue. */
    readonly queue: QueueMembership | null;
  },
): OpenRun {
  const now = createSteadyClock();
  const startedAt = now();
  const highlights = createTestHighlights(slowestOf(flags));
  const warn = (message: string): void => emit({ type: 'warning', message });
  const fanOut = createFanOut(reporters(warn), (name, error) => {
    const reason = error instanceof Error ? error.message : String(error);
    warn(`${name} could not be written: ${reason}`);
  });
  const mask = prepared.masker === null ? null : createEventMask(prepared.masker);
  const emit = (body: EventBody): void => {
    const event = { ...(mask === null ? body : mask(body)), at: now() };
    record.apply(event);
    highlights.fold(event);
    fanOut.onEvent(event);
  };

  const { plan, shard, chain, masker } = prepared;
  const origin = readOrigin(prepared.loaded.root, context.env);
  const rerunOf = linkOf(chain);
  emit({
    ...{ type: 'run-started', format: eventFormat, runId, planId: plan.id, shard, origin },
    plan: queue === null ? plan : { ...plan, tasks: [] },
    ...{ digests: digestsOf(prepared), given: givenArguments(flags, context, masker), rerunWith },
    ...(rerunOf === null ? {} : { rerunOf }),
    ...(queue === null ? {} : { queue }),
  });
  prepared.warnings.forEach(warn);
  return { runId, state: record.state, highlights, reporters: fanOut, elapsedMs: () => now() - startedAt, emit };
}

function digestsOf({ plan, digestOf }: ReadyRun): Readonly<Record<string, string>> {
  const files = new Set(plan.tasks.flatMap((task) => (task.settled === null ? task.files : [])));
  return Object.fromEntries([...files].flatMap((file) => toEntry(file, digestOf(file))));
}

function toEntry(file: string, digest: string | null): readonly (readonly [string, string])[] {
  return digest === null ? [] : [[file, digest]];
}

function slowestOf(flags: RunFlags): number {
  if (flags.slowest === undefined) return 0;
  return flags.slowest === true ? 10 : Number(flags.slowest);
}
