import type { ProcessIdentity, RecordedGroup } from '../ports.ts';
import type { JournalHead } from './run-journal.ts';

export type JournalLine =
  | ({ readonly type: 'run' } & JournalHead)
  | ({ readonly type: 'group' } & RecordedGroup)
  | { readonly type: 'compose'; readonly project: string };

/** What a journal holds; `head` is `null` when its first line was never whole. */
export interface Journal {
  readonly head: JournalHead | null;
  readonly groups: readonly RecordedGroup[];
  readonly projects: readonly string[];
}

/** Reads a journal; lines that are torn or of another version are passed over. */
export function parseJournal(text: string): Journal {
  const lines = text.split('\n').map(parseLine);
  return {
    head: lines.find((line) => line?.type === 'run') ?? null,
    groups: lines.filter((line) => line?.type === 'group'),
    projects: [...new Set(lines.flatMap((line) => (line?.type === 'compose' ? [line.project] : [])))],
  };
}

function parseLine(text: string): JournalLine | null {
  const value = parseObject(text);
  switch (value?.['type']) {
    case 'run':
      return parseHead(value);
    case 'group': {
      const leader = parseIdentity(value['leader']);
      const { mark } = value;
      return leader === null || typeof mark !== 'string' || mark === '' ? null : { type: 'group', leader, mark };
    }
    case 'compose': {
      const { project } = value;
      // It becomes an argument of a command.
      return typeof project === 'string' && /^[a-z0-9][a-z0-9_-]*$/.test(project) ? { type: 'compose', project } : null;
    }
    default:
      return null;
  }
}

function parseHead(value: Fields): JournalLine | null {
  const { runId, startedAt } = value;
  const runner = parseIdentity(value['runner']);
  if (typeof runId !== 'string' || typeof startedAt !== 'number' || runner === null) return null;
  return {
    type: 'run',
    runId,
    runner,
    startedAt,
    reportsDir: textOrNull(value['reportsDir']),
    tmpDir: textOrNull(value['tmpDir']),
  };
}

export type Fields = Readonly<Record<string, unknown>>;

/** A line or file of JSON that holds an object, else `null`. */
export function parseObject(text: string): Fields | null {
  try {
    return fieldsOf(JSON.parse(text));
  } catch {
    return null;
  }
}

/** The fields of what may be an object. */
export function fieldsOf(value: unknown): Fields | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : null;
}

/** A process as it was noted, else `null`; pid 1 and below would be everybody. */
export function parseIdentity(value: unknown): ProcessIdentity | null {
  const fields = fieldsOf(value);
  const { pid, host } = fields ?? {};
  if (typeof pid !== 'number' || !Number.isSafeInteger(pid) || pid < 2 || typeof host !== 'string') return null;
  return {
    pid,
    host,
    startTime: textOrNull(fields?.['startTime']),
    boot: textOrNull(fields?.['boot']),
    namespace: textOrNull(fields?.['namespace']),
  };
}

export function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
