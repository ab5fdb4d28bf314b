import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { StopSignal } from '../model/config.ts';
import type { RecordedGroup, ServiceAddress } from '../ports.ts';
import { fieldsOf, parseIdentity, parseObject, textOrNull } from './journal-lines.ts';
import type { Fields } from './journal-lines.ts';
import { makeStateDir } from '../base/state-dir.ts';

/** A service that was left running for later runs. */
export interface KeptService {
  /** Tells this copy from every other one, also of the same service. */
  readonly id: string;
  readonly service: string;
  /** Of everything its process was made from; another digest is another service. */
  readonly digest: string;
  readonly address: ServiceAddress;
  readonly handle: KeptHandle;
  /** Absolute. */
  readonly logPath: string | null;
  /** Services that have to outlive it. */
  readonly needs: readonly string[];
  readonly stop: { readonly signal: StopSignal; readonly graceMs: number };
  /** Milliseconds since the epoch. */
  readonly since: number;
  /** How long it took to become ready. */
  readonly startMs: number;
}

/** What ends it. */
export type KeptHandle =
  ({ readonly kind: 'process' } & RecordedGroup) | { readonly kind: 'compose'; readonly project: string };

/** The kept services of a checkout, one file each, so that two runs never write over each other. */
export interface KeptStore {
  all(): readonly KeptService[];
  find(service: string): KeptService | null;
  /** `false` when another copy of the service is kept already. @throws when it cannot be written */
  add(kept: KeptService): boolean;
  /** Forgets this copy; another one of the same service stays. */
  remove(kept: KeptService): void;
}

export function createKeptStore(stateDir: string): KeptStore {
  const dir = join(stateDir, 'services');
  const pathOf = (service: string): string => join(dir, `${encodeURIComponent(service)}.json`);
  const find = (service: string): KeptService | null => {
    const kept = parseKept(readOrEmpty(pathOf(service)));
    return kept?.service === service ? kept : null;
  };
  return {
    all: () =>
      listOrNone(dir)
        .filter((name) => name.endsWith('.json') && !name.startsWith('.'))
        .map((name) => parseKept(readOrEmpty(join(dir, name))))
        .filter((kept) => kept !== null),
    find,
    add: (kept) => {
      makeStateDir(stateDir);
      mkdirSync(dir, { recursive: true });
      const path = pathOf(kept.service);
      // What cannot be read is nobody's: it would stay for ever.
      if (find(kept.service) === null) rmSync(path, { force: true });
      return linkWhole(path, `${JSON.stringify(kept, null, 2)}\n`);
    },
    remove: (kept) => {
      if (find(kept.service)?.id === kept.id) rmSync(pathOf(kept.service), { force: true });
    },
  };
}

/** Readable by this user alone: variables that were captured from a log may be secret. */
function linkWhole(path: string, content: string): boolean {
  const temporary = `${path}.${randomUUID()}.tmp`;
  writeFileSync(temporary, content, { flag: 'wx', mode: 0o600 });
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

function parseKept(text: string): KeptService | null {
  const value = parseObject(text);
  const address = fieldsOf(value?.['address']);
  const handle = parseHandle(fieldsOf(value?.['handle']));
  const { id, service, digest, since, startMs } = value ?? {};
  if (typeof id !== 'string' || typeof service !== 'string' || typeof digest !== 'string') return null;
  if (typeof since !== 'number' || typeof startMs !== 'number' || address === null || handle === null) return null;
  return {
    ...{ id, service, digest, since, startMs, handle },
    address: {
      url: textOrNull(address['url']),
      host: textOrNull(address['host']),
      port: typeof address['port'] === 'number' ? address['port'] : null,
      variables: textsOf(fieldsOf(address['variables'])),
    },
    logPath: textOrNull(value?.['logPath']),
    needs: Array.isArray(value?.['needs']) ? value['needs'].filter((name) => typeof name === 'string') : [],
    stop: parseStop(fieldsOf(value?.['stop'])),
  };
}

function parseHandle(value: Fields | null): KeptHandle | null {
  const { mark, project } = value ?? {};
  if (value?.['kind'] === 'compose') return typeof project === 'string' ? { kind: 'compose', project } : null;
  const leader = parseIdentity(value?.['leader']);
  return leader === null || typeof mark !== 'string' || mark === '' ? null : { kind: 'process', leader, mark };
}

const signals: readonly StopSignal[] = ['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGKILL'];

function parseStop(value: Fields | null): KeptService['stop'] {
  const graceMs = value?.['graceMs'];
  return {
    signal: signals.find((signal) => signal === value?.['signal']) ?? 'SIGTERM',
    graceMs: typeof graceMs === 'number' && graceMs >= 0 ? graceMs : 10_000,
  };
}

function textsOf(value: Fields | null): Readonly<Record<string, string>> {
  const entries = Object.entries(value ?? {});
  return Object.fromEntries(entries.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text]] : [])));
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function listOrNone(dir: string): readonly string[] {
  try {
    return readdirSync(dir).sort();
  } catch {
    return [];
  }
}
