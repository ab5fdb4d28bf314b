import type { HistoryLimits } from '../model/settings.ts';
import type { RunEvent, RunOrigin } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Reporter } from '../ports.ts';
import { createRunRecord } from '../results/run-record.ts';
import type { RunRecord } from '../results/run-record.ts';
import { describeRun } from './describe-run.ts';
import { createEventFold } from './fold-events.ts';
import type { EventFold } from './fold-events.ts';
import type { HistoryPlace } from './open.ts';
import { describeProblem } from './problem.ts';
import { recordRun } from './record.ts';
import { createStage } from './stage.ts';
import type { Stage } from './stage.ts';
import { writeHistory } from './write-history.ts';

export interface HistoryReporterOptions {
  readonly place: HistoryPlace;
  readonly limits: HistoryLimits;
  /** Why a task did not run to its end, for people. */
  readonly describe: (outcome: Outcome) => string;
  /** Hears why the run is not in the history; the run itself is none the worse. */
  readonly warn: (message: string) => void;
  /** Run ids of the event logs that are merged; absent = the run is one. */
  readonly parts?: readonly string[];
  /** Called before the history is written. */
  readonly prepare?: () => void;
  /** Kept by whoever hands out the events, ahead of them; absent = the reporter keeps its own. */
  readonly record?: RunRecord | undefined;
}

/** Less than what the reporters of a run are waited for. */
const budgetMs = 20_000;

/**
 * Records the run that its events tell, in one go at the end; its results wait in a private database until then. Never throws: a history
 * that cannot be written costs a warning.
 */
export function createHistoryReporter(options: HistoryReporterOptions): Reporter {
  const record = options.record ?? createRunRecord();
  let origin: RunOrigin | null = null;
  let staged: { readonly stage: Stage; readonly fold: EventFold } | null = null;

  const fail = (reason: string): void => {
    options.warn(`the run is not in the history: ${reason}`);
    staged?.stage.close();
    staged = null;
  };
  const begin = (): void => {
    const stage = createStage();
    if (stage === null) fail('this Node.js was built without SQLite');
    else staged = { stage, fold: createEventFold(stage, options.describe) };
  };
  const write = async ({ stage, fold }: NonNullable<typeof staged>): Promise<void> => {
    const [processes, parts] = [fold.finish(), options.parts ?? []];
    const run = describeRun(record.state, { origin, processes, parts });
    if (run === null) return;
    options.prepare?.();
    const problem = await writeHistory(stage, options.place, {
      budgetMs,
      told: options.warn,
      work: async (pause) => {
        await recordRun(stage.db, run, { limits: options.limits, now: run.startedAt + run.durationMs, pause });
      },
    });
    if (problem !== null) fail(problem.problem);
  };
  return {
    onEvent(event: RunEvent) {
      record.apply(event);
      try {
        if (event.type === 'run-started') {
          origin = event.origin ?? null;
          begin();
        }
        staged?.fold.apply(event);
      } catch (error) {
        fail(reasonOf(error));
      }
    },
    async close() {
      try {
        if (staged !== null) await write(staged);
      } catch (error) {
        fail(reasonOf(error));
      } finally {
        staged?.stage.close();
        staged = null;
      }
    },
  };
}

function reasonOf(error: unknown): string {
  return describeProblem(error)?.text ?? (error instanceof Error ? error.message : String(error));
}
