import { groupDigits, oneLine } from '../base/text.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { findIgnored, listIgnored } from '../workspace/git-ignored.ts';
import { watchFiles } from '../workspace/watch-files.ts';
import type { FileWatch } from '../workspace/watch-files.ts';
import { gitIn } from './changed-facts.ts';
import type { CommandResult } from './context.ts';
import type { RunFlags } from './options.ts';
import type { RunInput } from './run.ts';
import { keyLine, listenToKeys } from './watch-keys.ts';
import type { WatchKeys } from './watch-keys.ts';
import { createWatchQueue } from './watch-queue.ts';
import type { Wanted, WatchQueue } from './watch-queue.ts';
import { createRounds } from './watch-rounds.ts';
import { createWatchedServices } from './watch-services.ts';
import { workspaceRoot } from './workspace-root.ts';

/**
 * `runner --watch`: runs what is selected, and then what changes concern as they come, until somebody stops it; services stay up in between.
 * @throws UsageError, ConfigError when the first run cannot be made
 */
export async function watch(input: RunInput): Promise<CommandResult> {
  const { flags, context, signals } = input;
  refuseBeside(flags);
  const root = workspaceRoot(context.cwd, flags.config);
  const say = (text: string): void => {
    if (flags.progress !== 'json' && text !== '') context.out.stream.write(`${text}\n`);
  };
  const services = createWatchedServices(root, { flags, env: context.env });
  const rounds = createRounds(input, services);
  const desk = createDesk(() => rounds.giveUp());
  const keys = listenToKeys(context.attention, { say, isRunning: () => rounds.isRunning, desk });
  const stop = (): void => desk.quit();
  signals.cancel.addEventListener('abort', stop);
  let files: FileWatch | null = null;
  let exitCode: number = exitCodes.passed;
  let isWaiting = false;
  try {
    files = await watchWorkspace(root, input, desk);
    while (!desk.isOver()) {
      const wanted = desk.queue.next(Date.now());
      if (wanted === null) {
        if (!isWaiting) say(waitingText(desk, keys));
        isWaiting = true;
        await desk.next();
        continue;
      }
      isWaiting = false;
      desk.last = wanted;
      say(describeWanted(wanted));
      const result = await rounds.run(wanted, desk.pattern);
      desk.queue.ended(Date.now());
      exitCode = result.exitCode;
      say(result.text.trimEnd());
      if (input.uncaught.length > 0) break;
    }
  } finally {
    signals.cancel.removeEventListener('abort', stop);
    keys.dispose();
    await files?.close();
    await services.endAll(signals.kill);
  }
  if (desk.failure !== null) return { text: `error: ${desk.failure}`, exitCode: exitCodes.infrastructure };
  return { text: '', exitCode: rounds.stoppedBy() ?? exitCode };
}

/** What has come in, and what was said about it. */
export interface Desk {
  readonly queue: WatchQueue;
  /** What was run last. */
  last: Wanted;
  /** Given by a person; `null` = as the command line says. */
  pattern: string | null;
  readonly failure: string | null;
  isOver(): boolean;
  ask(wanted: Wanted): void;
  /** Something came in. */
  wake(): void;
  quit(problem?: string): void;
  /** Resolves when something comes in. */
  next(): Promise<void>;
}

function createDesk(giveUp: () => void): Desk {
  const queue = createWatchQueue();
  let bell = Promise.withResolvers<null>();
  let failure: string | null = null;
  let isOver = false;
  const wake = (): void => {
    if (isOver || queue.isInVain) giveUp();
    bell.resolve(null);
  };
  queue.ask({ kind: 'all' });
  return {
    queue,
    last: { kind: 'all' },
    pattern: null,
    get failure() {
      return failure;
    },
    isOver: () => isOver,
    ask: (wanted) => {
      queue.ask(wanted);
      wake();
    },
    wake,
    quit: (problem) => {
      isOver = true;
      failure ??= problem ?? null;
      wake();
    },
    next: async () => {
      await bell.promise;
      bell = Promise.withResolvers<null>();
    },
  };
}

/** Combinations that would make something else of it. @throws UsageError */
function refuseBeside({ shard, plan, dryRun, queue }: RunFlags): void {
  const others = { '--shard': shard, '--plan': plan, '--queue': queue, '--dry-run': dryRun };
  const other = Object.entries(others).find(([, value]) => value !== undefined)?.[0];
  if (other !== undefined)
    throw new UsageError(
      `--watch and ${other} contradict each other`,
      'watching is for one machine and runs tests: leave one out',
    );
}

async function watchWorkspace(root: string, { context }: RunInput, desk: Desk): Promise<FileWatch> {
  const git = gitIn(root, context);
  const ignored = await listIgnored(git);
  return watchFiles(root, {
    ignored: (path) => ignored.has(path),
    onChanges: (changes) => {
      const paths = changes.map(({ path }) => path);
      void findIgnored(paths, git).then((now) => {
        desk.queue.changed(changes.filter(({ path }) => !now.has(path)));
        desk.wake();
      });
    },
    onFailure: (problem) => desk.quit(problem),
  });
}

function describeWanted(wanted: Wanted): string {
  switch (wanted.kind) {
    case 'all':
      return '';
    case 'failed':
      return 'Running what failed or did not run.';
    case 'changes':
      return `Changed: ${namesOf(wanted.paths.map(({ path }) => path))}`;
  }
}

function waitingText({ queue, pattern }: Desk, keys: WatchKeys): string {
  const held = queue.takeHeld();
  return [
    '',
    ...(held.length === 0 ? [] : [`Changed while the tests ran, so taken for theirs: ${namesOf(held)}`]),
    ...(pattern === null ? [] : [`Pattern: ${oneLine(pattern)}`]),
    `Waiting for changes.${keys.areThere ? ` ${keyLine}` : ''}`,
  ].join('\n');
}

const mostNames = 3;

function namesOf(paths: readonly string[]): string {
  const more = paths.length - mostNames;
  return `${paths.slice(0, mostNames).map(oneLine).join(', ')}${more > 0 ? ` and ${groupDigits(more)} more` : ''}`;
}
