import { plural } from '../base/text.ts';
import { exitCodes, InfrastructureError } from '../errors.ts';
import { stoppedExitCode } from '../execution/cancel-reason.ts';
import { sleep } from '../io/sleep.ts';
import type { Plan } from '../model/plan.ts';
import type { StopSignals } from '../ports.ts';
import type { BuildQueue } from '../queue/build-queue.ts';
import { createPainter } from '../reporters/tree-painter.ts';
import { openTreeScreen } from '../reporters/tree-screen.ts';
import { headOf, readBuildStatus, statusLines } from './build-status.ts';
import type { BuildStatus } from './build-status.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { planWaitMs } from './await-document.ts';
import { terminalTraits } from './terminal-traits.ts';

export interface FollowedBuild {
  readonly queue: BuildQueue;
  readonly plan: Plan;
  readonly build: string;
  readonly isJson: boolean;
  readonly context: CommandContext;
  readonly signals: StopSignals;
}

/** Shows a build as it changes. */
interface View {
  show(status: BuildStatus): void;
  close(): Promise<void>;
}

const lookEveryMs = 1000;
const quietLineMs = 10_000;

/**
 * Shows how far a build is until all of its tasks have a result, or nobody has worked on it for ten minutes.
 * @throws InfrastructureError when the server is lost
 */
export async function followBuild(followed: FollowedBuild): Promise<CommandResult> {
  const { queue, plan, build, signals } = followed;
  const view = openView(followed);
  try {
    let aloneSince: number | null = null;
    while (!signals.cancel.aborted) {
      const status = await readBuildStatus(queue, plan, build);
      view.show(status);
      if (status.done >= status.total) return await ended(queue, status);
      const isAlone = status.workers.every(({ state }) => state === 'left' || state === 'silent');
      aloneSince = isAlone ? (aloneSince ?? performance.now()) : null;
      if (aloneSince !== null && performance.now() - aloneSince >= planWaitMs) return abandoned(status);
      await sleep(lookEveryMs, signals.cancel);
    }
    return { text: '', exitCode: stoppedExitCode(signals.cancel) };
  } catch (error) {
    if (!queue.lost.aborted) throw error;
    throw new InfrastructureError(`the queue was lost: ${String(queue.lost.reason)}`, 'see whether the server runs');
  } finally {
    await view.close();
  }
}

async function ended(queue: BuildQueue, { total }: BuildStatus): Promise<CommandResult> {
  const results = await queue.accepted(new Map());
  const failed = results.filter(({ satisfies }) => !satisfies).length;
  const missing = total - results.length;
  const parts = [
    `${plural(total, 'task')} ended`,
    ...(failed > 0 ? [`${failed} did not pass`] : []),
    ...(missing > 0 ? [`${missing} without a result that can be read`] : []),
  ];
  const exitCode = failed > 0 ? exitCodes.failed : missing > 0 ? exitCodes.incomplete : exitCodes.passed;
  return { text: `${parts.join(', ')}. The verdict: runner merge <events.jsonl of all machines>`, exitCode };
}

function abandoned({ total, done }: BuildStatus): CommandResult {
  const text = `${plural(total - done, 'task')} of ${total} have no result, and no machine has been heard of for ten minutes`;
  return { text, exitCode: exitCodes.incomplete };
}

function openView({ isJson, context }: FollowedBuild): View {
  const { stream } = context.out;
  const write = (line: string): void => void stream.write(`${line}\n`);
  if (isJson) return { show: (status) => write(JSON.stringify(status)), close: () => Promise.resolve() };
  const { canDraw, reflows } = terminalTraits(context);
  return canDraw ? drawn(stream, reflows) : printed(write);
}

function drawn(stream: NodeJS.WriteStream, reflows: boolean): View {
  const columns = (): number => Math.max(20, stream.columns || 80);
  const rows = (): number => stream.rows || 24;
  let last: BuildStatus | null = null;
  const picture = (): readonly string[] =>
    last === null ? [] : statusLines(last, { columns: columns() - 1, rows: rows() - 2 });
  const painter = createPainter({
    stream,
    open: () => openTreeScreen({ stream, columns, rows, reflows }),
    picture,
    last: () => picture().map((line) => `${line}\n`).join(''), // prettier-ignore
  });
  const resize = (): void => painter.resized();
  stream.on('resize', resize);
  return {
    show(status) {
      last = status;
      painter.changed('');
    },
    async close() {
      stream.off('resize', resize);
      await painter.close();
    },
  };
}

/** How far it is when that has changed, every ten seconds at most, and what becomes of each machine. */
function printed(write: (line: string) => void): View {
  const states = new Map<string, string>();
  let [said, saidAt] = ['', -Infinity];
  return {
    show(status) {
      for (const { worker, state, left } of status.workers) {
        const now =
          state === 'left' ? `has left: ${left ?? ''}` : state === 'silent' ? 'is not heard of any more' : 'has joined';
        const said = states.get(worker);
        // It may have left before it was seen for the first time.
        if (said === undefined && now !== 'has joined') write(`${worker} has joined`);
        if (said !== now) write(`${worker} ${now}`);
        states.set(worker, now);
      }
      const news = `${status.done} ${status.running}`;
      const isLast = status.done >= status.total;
      if (news === said || (!isLast && performance.now() - saidAt < quietLineMs)) return;
      [said, saidAt] = [news, performance.now()];
      write(headOf(status));
    },
    close: () => Promise.resolve(),
  };
}
