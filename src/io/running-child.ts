import type { Child, ChildExit, SpawnRequest } from '../ports.ts';
import type { Ending } from './ending.ts';
import { startEnding } from './ending.ts';
import type { Family } from './family.ts';
import { createFamily, isAnyAlive } from './family.ts';
import { findLeftovers, nameSurvivors } from './leftovers.ts';
import { watchLeader } from './leader.ts';
import type { LogFile } from './log-file.ts';
import { encodeMark, markVariable } from './mark.ts';
import type { MaskedOutput } from './masked-output.ts';
import type { ProcessTable } from './processes.ts';
import type { Children } from './sleeper.ts';
import type { StartedProcess } from './started-process.ts';

/** What a started child is made of. */
export interface ChildParts {
  readonly request: SpawnRequest;
  readonly log: LogFile;
  /** What stands between the child and its log; `null` = nothing. */
  readonly output: MaskedOutput | null;
  readonly table: ProcessTable;
  readonly children: Children;
}

/** The life of a process that was just started; must be called in the same turn. */
export function createRunningChild(started: StartedProcess, parts: ChildParts): Child {
  const { pid } = started;
  const leader = watchLeader(started);
  // Beside its own mark it has those that all of ours have, so that no other child can miss it.
  if (parts.request.env[markVariable] === process.env[markVariable]) parts.table.leads(leader);
  const mark = encodeMark(parts.request.mark);
  const family = createFamily(parts.table, leader, { matches: (marks) => marks.includes(mark) });
  const forget = parts.children.add(pid, family);
  // What goes through a mask is written by us alone.
  if (parts.output === null) parts.log.heldBy((act) => parts.children.hold(family, act));
  const { promise: exited, resolve: settle } = Promise.withResolvers<ChildExit>();
  void leader.exited.then(async (exit) => {
    // Whoever looks into the log when it has exited finds its last words there.
    await parts.output?.drained(longestLastWordsMs);
    settle({ kind: 'exited', exit });
  });
  const finishLog = async (): Promise<void> => {
    forget();
    await parts.output?.close();
    parts.log.finish();
  };
  return { pid, exited, ...createEnds(family, exited, { settle, log: parts.log, finishLog }) };
}

const longestLastWordsMs = 500;

interface EndTools {
  readonly settle: (exit: ChildExit) => void;
  readonly log: LogFile;
  readonly finishLog: () => Promise<void>;
}

function createEnds(family: Family, exited: Promise<ChildExit>, tools: EndTools): Pick<Child, 'end' | 'sweep' | 'log'> {
  let ending: Ending | null = null;
  let ended: Promise<void> | null = null;
  let swept: Promise<readonly string[]> | null = null;
  let isOver = false;

  const end: Child['end'] = (graceMs, kill, signal = 'SIGTERM') => {
    if (ending && ended) {
      ending.hurry(graceMs, kill);
      return ended;
    }
    ending = startEnding(family, { signal, graceMs, kill });
    ended = waitForEnd(ending, exited, tools).then(() => void (isOver = true));
    return ended;
  };
  const sweep = async (graceMs: number, kill: AbortSignal): Promise<readonly string[]> => {
    await exited;
    if (ended) return ended.then(() => []);
    const leftovers = await findLeftovers(family, kill);
    const names = nameSurvivors(leftovers);
    if (isAnyAlive(leftovers)) await end(graceMs, kill);
    await tools.finishLog();
    isOver = true;
    return names;
  };
  return {
    end,
    sweep: (graceMs, kill) => {
      ending?.hurry(graceMs, kill);
      return (swept ??= sweep(graceMs, kill));
    },
    log: () => Promise.resolve(isOver ? tools.log.finish() : tools.log.facts()),
  };
}

async function waitForEnd(ending: Ending, exited: Promise<ChildExit>, tools: EndTools): Promise<void> {
  void exited.then(() => ending.look());
  const isGone = await ending.done;
  // Nobody may wait for ever for a process that even SIGKILL does not end.
  if (!isGone) tools.settle({ kind: 'exited', exit: { kind: 'signal', signal: 'SIGKILL' } });
  await exited;
  await tools.finishLog();
}
