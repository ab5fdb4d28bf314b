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
import { startProcess } from './start-process.ts';

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
    const attempt = { argv: request.argv, cwd: request.cwd, env: withMark(request.env, request.mark) };
    const started = startProcess(attempt, output?.childFd ?? log.childFd);
    if ('pid' in started) return createRunningChild(started, { request, log, output, ...tools });
    const problem = started.then((error) => describeSpawnProblem(error, request));
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
