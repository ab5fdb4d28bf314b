import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { assertNever } from '../errors.ts';
import { startEnding } from './ending.ts';
import { createFamily } from './family.ts';
import { watchLeader } from './leader.ts';
import { withMark } from './mark.ts';
import { createProcessTable } from './processes.ts';
import { longestTimerMs } from './sleep.ts';
import type { SpawnAttempt } from './find-program.ts';
import { describeSpawnProblem, isProgramMissing } from './spawn-problem.ts';
import { startedByNode } from './started-process.ts';
import type { Printed } from './tool-output.ts';
import { collectOutput } from './tool-output.ts';

/** How a short command is run. */
export interface ToolOptions {
  readonly cwd: string;
  /** The whole environment of the command. */
  readonly env: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  /** Ends the command at once; the result is then `failed`. */
  readonly signal: AbortSignal;
  /** Of stdout and of stderr each (16 MiB); a command that prints more is ended and `failed`, never cut short unseen. */
  readonly maxBytes?: number;
}

/** How it ended: `missing` = there is no such program; for what is neither `ok` nor told by the command, `stderr` ends with the reason. */
export interface ToolResult {
  readonly kind: 'ok' | 'failed' | 'missing' | 'timed-out';
  /** `null` when it was ended by a signal or never started. */
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

const defaultMaxBytes = 16 * 1024 * 1024;
const graceMs = 500;
const never = new AbortController().signal;

/** Runs a short control command (git, docker, a probe) to its end and returns what it printed. Never rejects. */
export async function runTool(argv: readonly string[], options: ToolOptions): Promise<ToolResult> {
  if (options.signal.aborted) return notRun('failed', 'cancelled before it was started');
  const { execa } = await import('execa');
  const [program = '', ...args] = argv;
  const attempt = { argv, cwd: options.cwd, env: options.env };
  const mark = `tool/${randomUUID()}`;
  try {
    // Its own timeout signals one process only, and its promise waits for whoever holds the output: neither is used.
    const running = execa(program, args, {
      cwd: options.cwd,
      env: withMark(options.env, mark),
      extendEnv: false,
      detached: true,
      cleanup: false,
      stdin: 'ignore',
      buffer: false,
      reject: false,
    });
    running.catch(() => undefined);
    if (running.pid === undefined) return notStarted(await running, attempt);
    return await follow(running.nodeChildProcess, running.pid, { mark, ...options });
  } catch (error) {
    return notStarted(error, attempt);
  }
}

function notStarted(error: unknown, attempt: SpawnAttempt): ToolResult {
  return notRun(isProgramMissing(error, attempt) ? 'missing' : 'failed', describeSpawnProblem(error, attempt));
}

function notRun(kind: 'failed' | 'missing', problem: string): ToolResult {
  return { kind, exitCode: null, stdout: '', stderr: problem };
}

interface FollowOptions extends ToolOptions {
  readonly mark: string;
}

type Stop = 'timed-out' | 'cancelled' | 'too-much';

async function follow(running: ChildProcess, pid: number, options: FollowOptions): Promise<ToolResult> {
  const leader = watchLeader(startedByNode(running, pid));
  let stop: Stop | null = null;
  // What a command starts in a session of its own (a daemon of git's) is meant to stay, unless the command is stopped.
  const family = createFamily(createProcessTable(), leader, {
    matches: (marks) => stop !== null && marks.includes(options.mark),
  });
  const stopping = Promise.withResolvers<Stop>();
  const maxBytes = options.maxBytes ?? defaultMaxBytes;
  const output = collectOutput(running, maxBytes, () => stopping.resolve('too-much'));
  const timer = setTimeout(() => stopping.resolve('timed-out'), Math.min(options.timeoutMs, longestTimerMs));
  const cancel = (): void => stopping.resolve('cancelled');
  options.signal.addEventListener('abort', cancel, { once: true });
  if (options.signal.aborted) cancel();

  const first = await Promise.race([leader.exited, stopping.promise]);
  clearTimeout(timer);
  options.signal.removeEventListener('abort', cancel);
  if (typeof first === 'string') stop = first;
  else if (await output.drained()) stop = 'too-much';
  await startEnding(family, { signal: 'SIGTERM', graceMs, kill: never }).done;
  const printed = output.close();
  if (stop !== null) {
    const kind = stop === 'timed-out' ? stop : 'failed';
    return { kind, exitCode: null, ...withReason(printed, describeStop(stop, options.timeoutMs, maxBytes)) };
  }
  const exit = await leader.exited;
  if (exit.kind === 'signal')
    return { kind: 'failed', exitCode: null, ...withReason(printed, `ended by ${exit.signal}`) };
  return { kind: exit.code === 0 ? 'ok' : 'failed', exitCode: exit.code, ...printed };
}

function withReason(printed: Printed, reason: string): Printed {
  return { stdout: printed.stdout, stderr: `${printed.stderr}\n${reason}`.trim() };
}

function describeStop(stop: Stop, timeoutMs: number, maxBytes: number): string {
  switch (stop) {
    case 'timed-out':
      return `ended because it took longer than ${timeoutMs} ms`;
    case 'cancelled':
      return 'ended because nobody waits for it any more';
    case 'too-much':
      return `ended because it printed more than ${maxBytes} bytes`;
    default:
      return assertNever(stop);
  }
}
