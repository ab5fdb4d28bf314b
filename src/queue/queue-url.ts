import { UsageError } from '../errors.ts';

/** Where a queue is, and how it is entered. */
export interface QueueAddress {
  readonly host: string;
  readonly port: number;
  readonly db: number;
  readonly username: string | null;
  readonly password: string | null;
  readonly isEncrypted: boolean;
  /** What all keys in Redis begin with. */
  readonly prefix: string;
  /** Without user and password, for messages. */
  readonly shown: string;
}

const hint = 'write redis://host:6379/0 or rediss://user:password@host/0; ?prefix=name is what its keys begin with';

/** Reads `--queue`. @throws UsageError that does not repeat what may hold a password */
export function parseQueueUrl(text: string): QueueAddress {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^rediss?:$/.test(url.protocol) || url.hostname === '') {
    throw new UsageError('--queue is not the URL of a Redis server', hint);
  }
  const db = /^\/?$/.test(url.pathname) ? '0' : url.pathname.slice(1);
  if (!/^\d{1,4}$/.test(db)) throw new UsageError(`--queue: ${JSON.stringify(db)} is no database number`, hint);
  const unknown = [...url.searchParams.keys()].find((name) => name !== 'prefix');
  if (unknown !== undefined) throw new UsageError(`--queue: ${unknown} is not known`, hint);
  const prefix = url.searchParams.get('prefix') ?? 'runner';
  if (!/^[\w.{}-]{1,100}$/.test(prefix)) {
    throw new UsageError('--queue: a prefix is made of letters, digits, "-", "_" and "."', hint);
  }
  const port = url.port === '' ? 6379 : Number(url.port);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, '$1'),
    port,
    db: Number(db),
    username: orNull(url.username),
    password: orNull(url.password),
    isEncrypted: url.protocol === 'rediss:',
    prefix,
    shown: `${url.protocol}//${url.hostname}:${port}/${db}`,
  };
}

function orNull(part: string): string | null {
  if (part === '') return null;
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
