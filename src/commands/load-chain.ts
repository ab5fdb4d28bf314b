import { basename } from 'node:path';
import { UsageError } from '../errors.ts';
import { allFrameworks } from '../frameworks/index.ts';
import { nameInFile } from '../frameworks/test-name.ts';
import type { RunEvent } from '../model/event.ts';
import type { TestId } from '../model/test.ts';
import { readLedger } from '../records/ledger-file.ts';
import { readCheckedEvents } from '../reporters/read-events.ts';
import type { Ledger } from '../results/ledger.ts';
import { nextLedger } from '../results/next-ledger.ts';
import { createRunObserver, joinObserved } from '../results/observe-run.ts';
import type { ObservedRun } from '../results/observe-run.ts';
import { ledgerBeside } from './run-source.ts';
import type { RunSource } from './run-source.ts';

export type RunStarted = Extract<RunEvent, { type: 'run-started' }>;

/** An earlier run as a rerun needs it. */
export interface LoadedRun {
  /** What a person calls it. */
  readonly label: string;
  readonly started: RunStarted;
  /** What the chain holds after it. */
  readonly ledger: Ledger;
  /** What of its log cannot be read; `null` = all can. */
  readonly damage: string | null;
}

/**
 * Reads a run and works out what it proved and what it owes, with what the runs before it did.
 * @throws UsageError when it cannot be read, is of a later format, or is not one run
 */
export async function loadChain({ label, logs }: Pick<RunSource, 'label' | 'logs'>): Promise<LoadedRun> {
  if (logs.length === 0) {
    throw new UsageError(
      `${label} is no event log`,
      'a rerun needs events.jsonl; junit.xml does not say what was to run',
    );
  }
  const runs: (SeenRun & { readonly log: string })[] = [];
  for (const log of logs) runs.push({ log, ...(await observe(log, label)) });
  const [first] = runs;
  if (first === undefined) throw new UsageError(`${label} holds no run`, 'it may be empty or torn: name another run');
  const { started } = first;
  if (runs.some((run) => run.started.shard === null || run.started.planId !== started.planId) && runs.length > 1) {
    throw new UsageError(
      `${label} holds ${runs.length} runs, which are not the shards of one`,
      `name one of them: ${logs.slice(0, 3).join(', ')}`,
    );
  }
  const beside = ledgerBeside(first.log);
  const parent = beside === null || started.rerunOf === undefined ? null : await readLedger(beside);
  const own = parent?.runId === started.rerunOf?.runId ? parent : null;
  const observed = joinObserved(runs.map((run) => run.observed));
  const named = (framework: string, id: TestId): string | null => {
    const found = allFrameworks.get(framework);
    // A number that was given here is read as one: what has it is covered by the name without it.
    return found === undefined ? null : nameInFile(found, id, () => false);
  };
  const damage = runs.find((run) => run.damage !== null)?.damage ?? null;
  return { label, started, ledger: nextLedger(own, observed, named), damage };
}

interface SeenRun {
  readonly started: RunStarted;
  readonly observed: ObservedRun;
  readonly damage: string | null;
}

async function observe(log: string, label: string): Promise<SeenRun> {
  const observer = createRunObserver((framework) => allFrameworks.get(framework)?.listsFirst === true);
  let started: RunStarted | null = null;
  const lost: string[] = [];
  const onDamage = (problem: string): void => {
    if (lost.length === 0) lost.push(problem);
    observer.lose();
  };
  try {
    for await (const event of readCheckedEvents(log, onDamage)) {
      if (event.type === 'run-started') started ??= event;
      observer.apply(event);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${label} cannot be read: ${reason}`, 'name another run, or begin anew');
  }
  const observed = observer.result();
  if (started === null || observed === null)
    throw new UsageError(`${label} holds no run`, 'it may be empty or torn: name another run');
  const damage = lost[0] === undefined ? null : `in ${basename(log)} ${lost[0]}`;
  if (damage !== null && started.queue !== undefined) {
    throw new UsageError(
      `${label} is damaged: ${damage}, which may have said what there was to run`,
      'name another run, or begin anew',
    );
  }
  return { started, observed, damage };
}
