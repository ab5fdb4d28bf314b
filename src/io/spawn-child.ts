import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import type { Masker } from '../base/mask.ts';
import type { LogFacts } from '../model/event.ts';
import type { Child, ChildExit, SpawnRequest } from '../ports.ts';
import type { LogFile, LogFiles } from './log-file.ts';
import { withMark } from './mark.ts';
import { openMaskedOutput } from './masked-output.ts';
import type { MaskedOutput } from './masked-output.ts';
import type { ProcessTable } from './processes.ts';
import type { Children } from './sleeper.ts';
import { createRunningChild } from './running-child.ts';
import { describeLogProblem, describeSpawnProblem } from './spawn-problem.ts';

/** What all children share. */
export interface SpawnTools {
  readonly table: ProcessTable;
  readonly logs: LogFiles;
  /** Given: no output reaches the disk as it is. */
  readonly masker: Masker | null;
  readonly children: Children;
}

/** Starts a program as the leader of its own process group; whatever fails is told by `exited`, never thrown. */
export function spawnChild(request: SpawnRequest, tools: SpawnTools): Child {
  let log: LogFile;
  try {
    log = tools.logs.open(request.logPath, request.logLimitBytes);
  } catch (error) {
    const problem = describeLogProblem(error, request.logPath);
    const facts = { path: request.logPath, bytes: 0, truncated: false, tail: '' };
    return createDeadChild(Promise.resolve(problem), () => facts);
  }
  let output: MaskedOutput | null = null;
  try {
    output = tools.masker === null ? null : openMaskedOutput(log.childFd, tools.masker);
    const started = start(request, output?.childFd ?? log.childFd);
    if (started.pid !== undefined) return createRunningChild(started, started.pid, { request, log, output, ...tools });
    const problem = errorOf(started).then((error) => describeSpawnProblem(error, request));
    return createDeadChild(problem, () => finishUnused(log, output));
  } catch (error) {
    return createDeadChild(Promise.resolve(describeSpawnProblem(error, request)), () => finishUnused(log, output));
  } finally {
    output?.closeChildFd();
    // With a mask between them, what the child prints is written by us.
    if (output === null) log.closeChildFd();
  }
}

function finishUnused(log: LogFile, output: MaskedOutput | null): LogFacts {
  void output?.close();
  return log.finish();
}

/**
 * node:child_process and not execa: 500 tasks that do nothing take 2.04 times as long as under xargs this way and 3.71
 * times with execa, and output that goes to a descriptor never passes through our memory.
 */
function start(request: SpawnRequest, outputFd: number): ChildProcess {
  const [program, ...args] = request.argv;
  if (program === undefined || program === '') throw new Error('the command is empty');
  return spawn(program, args, {
    cwd: request.cwd,
    env: withMark(request.env, request.mark),
    detached: true,
    stdio: ['ignore', outputFd, outputFd],
  });
}

function errorOf(started: ChildProcess): Promise<Error> {
  return new Promise((resolve) => started.once('error', resolve));
}

function createDeadChild(problem: Promise<string>, log: () => LogFacts): Child {
  const exited = problem.then((text): ChildExit => ({ kind: 'spawn-failed', problem: text }));
  const finished = exited.then(log);
  return {
    pid: null,
    exited,
    end: () => Promise.resolve(),
    sweep: () => Promise.resolve([]),
    log: () => finished,
  };
}
