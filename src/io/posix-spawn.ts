import { constants } from 'node:os';
import type { Exit } from '../model/outcome.ts';
import type { CLibrary } from './c-library.ts';
import { cLibrary } from './c-library.ts';
import type { SpawnAttempt } from './find-program.ts';
import { findProgram } from './find-program.ts';

/** Starts processes by the C library's `posix_spawn`, which copies nothing of our memory, and takes their exit status. Linux only. */
export interface PosixSpawn {
  /** The pid of the leader of a new session that prints to `outputFd` and reads nothing; `null`: it cannot be had this way, and nothing runs. */
  start(attempt: SpawnAttempt, outputFd: number): number | null;
  /** How it ended, told once; `null` while it runs. */
  takeExit(pid: number): Exit | null;
}

let known: PosixSpawn | null | undefined;

/** `null` where it cannot be had: without the C library, and with one that cannot start a process in another folder (glibc before 2.29). */
export function posixSpawn(): PosixSpawn | null {
  if (known === undefined) known = tryToBind();
  return known;
}

function tryToBind(): PosixSpawn | null {
  const libc = cLibrary();
  try {
    return libc === null ? null : bind(libc);
  } catch {
    return null;
  }
}

// The same on every Linux: spawn.h and wait.h of glibc and of musl.
const flags = { setSignalsToDefault: 0x04, setSignalMask: 0x08, setSession: 0x80 };
const doNotWait = 1;
const mayExecute = 1;
/** More than any of the structures has: 336, 80 and 128 bytes with both. */
const structureBytes = 1024;

function bind(libc: CLibrary): PosixSpawn {
  const spawn = bindSpawn(libc);
  // A PATH has ten folders and more, and Node takes three times as long for each.
  const access = libc.func('int access(const char *path, int mode)');
  const wait = libc.func('int waitpid(int pid, _Out_ int *status, int options)');
  return {
    start: (attempt, outputFd) => {
      const program = findProgram(attempt, (path) => access(path, mayExecute) === 0);
      const env = Object.entries(attempt.env).map(([name, value]) => `${name}=${value}`);
      // C takes it for the end of the text, and Node says what is wrong.
      if (program === null || [attempt.cwd, ...attempt.argv, ...env].some((text) => text.includes('\0'))) return null;
      return spawn({ program: program.said, argv: attempt.argv, env, cwd: attempt.cwd, outputFd });
    },
    takeExit: (pid) => {
      const status = [0];
      const changed = wait(pid, status, doNotWait);
      if (changed === 0) return null;
      // Otherwise somebody else took it, and how it ended nobody knows; a pass it must not be.
      return changed === pid ? toExit(status[0] ?? 0) : { kind: 'signal', signal: 'SIGKILL' };
    },
  };
}

interface Program {
  readonly program: string;
  readonly argv: readonly string[];
  readonly env: readonly string[];
  readonly cwd: string;
  readonly outputFd: number;
}

function bindSpawn(libc: CLibrary): (program: Program) => number | null {
  const spawn = libc.func(
    'int posix_spawn(_Out_ int *pid, const char *path, void *actions, void *attributes, const char **argv, const char **envp)',
  );
  const init = libc.func('int posix_spawn_file_actions_init(void *actions)');
  const destroy = libc.func('int posix_spawn_file_actions_destroy(void *actions)');
  const enter = libc.func('int posix_spawn_file_actions_addchdir_np(void *actions, const char *path)');
  const open = libc.func(
    'int posix_spawn_file_actions_addopen(void *actions, int fd, const char *path, int flags, int mode)',
  );
  const copy = libc.func('int posix_spawn_file_actions_adddup2(void *actions, int from, int to)');
  const attributes = makeAttributes(libc);
  const actions = Buffer.alloc(structureBytes);
  return ({ program, argv, env, cwd, outputFd }) => {
    const pid = [0];
    if (init(actions) !== 0) return null;
    try {
      const steps = [
        enter(actions, cwd),
        open(actions, 0, '/dev/null', 0, 0),
        copy(actions, outputFd, 1),
        copy(actions, outputFd, 2),
      ];
      if (steps.some((error) => error !== 0)) return null;
      const error = spawn(pid, program, actions, attributes, [...argv, null], [...env, null]);
      return error === 0 ? (pid[0] ?? null) : null;
    } finally {
      destroy(actions);
    }
  };
}

/** What Node gives its children: a session of their own, every signal as it is by default, and none held back. */
function makeAttributes(libc: CLibrary): Buffer {
  const attributes = Buffer.alloc(structureBytes);
  const all = Buffer.alloc(structureBytes, 0xff);
  const none = Buffer.alloc(structureBytes);
  const steps = [
    libc.func('int posix_spawnattr_init(void *attributes)')(attributes),
    libc.func('int posix_spawnattr_setsigdefault(void *attributes, void *set)')(attributes, all),
    libc.func('int posix_spawnattr_setsigmask(void *attributes, void *set)')(attributes, none),
    libc.func('int posix_spawnattr_setflags(void *attributes, short flags)')(
      attributes,
      flags.setSignalsToDefault | flags.setSignalMask | flags.setSession,
    ),
  ];
  if (steps.some((error) => error !== 0)) throw new Error('the C library does not take the attributes of a process');
  return attributes;
}

/** `status` as waitpid gives it. */
function toExit(status: number): Exit {
  const signal = status & 0x7f;
  if (signal === 0) return { kind: 'code', code: (status >> 8) & 0xff };
  const name = Object.entries(constants.signals).find(([, number]) => number === signal)?.[0];
  return { kind: 'signal', signal: name ?? `SIG${signal}` };
}
