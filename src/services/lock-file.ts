import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import type { ProcessIdentity, Processes } from '../ports.ts';
import { parseIdentity, parseObject } from './journal-lines.ts';

/** Who has a lock. */
export interface LockHolder {
  readonly process: ProcessIdentity;
  readonly runId: string;
}

export type LockResult =
  { readonly kind: 'held'; readonly release: () => void } | { readonly kind: 'busy'; readonly holder: LockHolder };

/** A holder on another machine or in another container cannot be asked; after this long it is taken for dead. */
const elsewhereMs = 24 * 60 * 60 * 1000;

/**
 * Takes the lock at `path`, which is whole or not there at any moment; that of a dead holder is taken over, by one taker only.
 *
 * @throws the file system's error when the folder cannot be written
 */
export function takeLock(path: string, runId: string, processes: Processes): LockResult {
  const content = JSON.stringify({ runId, process: processes.identify(process.pid), id: randomUUID() });
  for (;;) {
    if (createWhole(path, content)) return { kind: 'held', release: () => releaseIfOurs(path, content) };
    const found = readOrNull(path);
    if (found === null) continue;
    const holder = parseHolder(found);
    if (holder !== null && !isDead(holder, path, processes)) return { kind: 'busy', holder };
    // The right to take over from this very holder is a lock again, so two who find it dead cannot both have it.
    const right = takeLock(`${path}.${digest(found)}`, runId, processes);
    if (right.kind === 'busy') return right;
    try {
      if (readOrNull(path) !== found) continue;
      replace(path, content);
      return { kind: 'held', release: () => releaseIfOurs(path, content) };
    } finally {
      right.release();
    }
  }
}

/** Who holds the lock at `path` and lives, else `null`. */
export function lockHolder(path: string, processes: Processes): LockHolder | null {
  const found = readOrNull(path);
  const holder = found === null ? null : parseHolder(found);
  return holder !== null && !isDead(holder, path, processes) ? holder : null;
}

function isDead(holder: LockHolder, path: string, processes: Processes): boolean {
  switch (processes.liveness(holder.process)) {
    case 'alive':
      return false;
    case 'gone':
      return true;
    case 'elsewhere':
      return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) > elsewhereMs;
  }
}

function parseHolder(text: string): LockHolder | null {
  const value = parseObject(text);
  const process = parseIdentity(value?.['process']);
  const runId = value?.['runId'];
  return process === null || typeof runId !== 'string' ? null : { process, runId };
}

/** Linking is atomic and refuses to replace; a file that was opened and then written could be read in between. */
function createWhole(path: string, content: string): boolean {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeFileSync(temporary, content, { flag: 'wx' });
  try {
    linkSync(temporary, path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(temporary, { force: true });
  }
}

function replace(path: string, content: string): void {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeFileSync(temporary, content, { flag: 'wx' });
  renameSync(temporary, path);
}

function releaseIfOurs(path: string, content: string): void {
  try {
    if (readOrNull(path) === content) rmSync(path, { force: true });
  } catch {
    // It is taken over once we are gone.
  }
}

function readOrNull(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
