import { accessSync, closeSync, constants, openSync, readSync, statSync } from 'node:fs';
import type { SpawnAttempt } from './find-program.ts';
import { findProgram } from './find-program.ts';

/** Why a program could not be started, and what to do about it. */
export function describeSpawnProblem(error: unknown, attempt: SpawnAttempt): string {
  const program = attempt.argv[0] ?? '';
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  const folder = describeFolderProblem(attempt.cwd);
  if (folder) return `cannot start ${quote(program)}: ${folder}`;
  switch (code) {
    case 'ENOENT':
    case 'ENOTDIR':
      return describeMissing(program, attempt);
    case 'EACCES':
    case 'EPERM':
      return `cannot start ${quote(program)} in ${attempt.cwd}: it may not be executed (${code}); make it executable (chmod +x) or name the program that runs it in "command"`;
    case 'E2BIG':
      return `cannot start ${quote(program)} in ${attempt.cwd}: its arguments and environment are too long (${sizeOf(attempt)} bytes, ${attempt.argv.length - 1} arguments); give it fewer files at once ("batch: file") or fewer variables`;
    case 'EMFILE':
    case 'ENFILE':
      return `cannot start ${quote(program)} in ${attempt.cwd}: too many files are open (${code}); raise the limit (ulimit -n) or use fewer workers`;
    case 'EAGAIN':
    case 'ENOMEM':
      return `cannot start ${quote(program)} in ${attempt.cwd}: the machine has no room for another process (${code}); raise the limit (ulimit -u), free memory or use fewer workers`;
    default:
      return `cannot start ${quote(program)} in ${attempt.cwd}: ${message}; check "command", "args" and "env" of the suite or service`;
  }
}

/** Whether it failed because there is no such program; a wrong working directory gives the same code. */
export function isProgramMissing(error: unknown, attempt: SpawnAttempt): boolean {
  if (codeOf(error) !== 'ENOENT' || describeFolderProblem(attempt.cwd)) return false;
  return findProgram(attempt) === null;
}

/** Why a log cannot be written, and what to do about it. */
export function describeLogProblem(error: unknown, logPath: string): string {
  const message = error instanceof Error ? error.message : String(error);
  switch (codeOf(error)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return `cannot write the log ${logPath}: the disk is full; free some space or choose another folder with --reports`;
    case 'EMFILE':
    case 'ENFILE':
      return `cannot write the log ${logPath}: too many files are open; raise the limit (ulimit -n) or use fewer workers`;
    default:
      return `cannot write the log ${logPath}: ${message}; choose a folder that can be written to with --reports`;
  }
}

function describeFolderProblem(cwd: string): string | null {
  try {
    if (!statSync(cwd).isDirectory()) return `its working directory ${cwd} is not a directory; correct "cwd"`;
    accessSync(cwd, constants.X_OK);
    return null;
  } catch (error) {
    if (codeOf(error) === 'EACCES') return `its working directory ${cwd} may not be entered; check its permissions`;
    return `its working directory ${cwd} does not exist; correct "cwd"`;
  }
}

/** The kernel says "no such file" also of a script whose interpreter is missing. */
function describeMissing(program: string, attempt: SpawnAttempt): string {
  const found = findProgram(attempt);
  if (found) {
    const interpreter = readInterpreter(found.file);
    const what = interpreter
      ? `its interpreter ${quote(interpreter)} was not found`
      : 'what it needs to be loaded was not found';
    return `cannot start ${found.file} in ${attempt.cwd}: ${what}; install it or correct the first line of the script`;
  }
  if (program.includes('/')) {
    return `cannot start ${quote(program)}: there is no such file (looked in ${attempt.cwd}); build or install it, or correct "command"`;
  }
  const path = attempt.env['PATH'];
  const where = path === undefined ? 'no PATH is set for it' : `its PATH is ${path}`;
  return `cannot start ${quote(program)} in ${attempt.cwd}: there is no such program; install it or correct "command" (${where})`;
}

function readInterpreter(path: string): string | null {
  try {
    const descriptor = openSync(path, 'r');
    try {
      const start = Buffer.alloc(256);
      const text = start.toString('utf8', 0, readSync(descriptor, start));
      return /^#!\s*(\S+)/.exec(text)?.[1] ?? null;
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

function sizeOf({ argv, env }: SpawnAttempt): number {
  const parts = [...argv, ...Object.entries(env).map(([name, value]) => `${name}=${value}`)];
  return parts.reduce((sum, part) => sum + Buffer.byteLength(part) + 1, 0);
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function quote(text: string): string {
  return JSON.stringify(text);
}
