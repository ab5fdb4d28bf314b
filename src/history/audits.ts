import { all, execute, insert, numberOf, textOf, textOrNull } from './sqlite.ts';
import type { Database } from './sqlite.ts';

/** What an audit counted. */
export interface AuditCounts {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly commit: string | null;
  readonly branch: string | null;
  readonly counts: readonly AuditCount[];
}

export interface AuditCount {
  readonly guard: string;
  readonly priority: string;
  readonly matches: number;
  readonly files: number;
}

/** Remembers an audit, in the place of the last one where that was of the same commit and counted the same; keeps the last `most`. */
export function recordAudit(db: Database, audit: AuditCounts, most: number): void {
  const [last] = readAudits(db, 1);
  if (last !== undefined && isSame(last, audit)) {
    execute(db, 'UPDATE audits SET at = ? WHERE id = (SELECT MAX(id) FROM audits)', audit.at);
    return;
  }
  insert(db, 'audits', { at: audit.at, commit_id: audit.commit, branch: audit.branch });
  const id = numberOf(all(db, 'SELECT MAX(id) AS id FROM audits')[0] ?? {}, 'id');
  for (const count of audit.counts) insert(db, 'audit_counts', { audit: id, ...count });
  execute(db, 'DELETE FROM audits WHERE id <= ?', id - most);
  execute(db, 'DELETE FROM audit_counts WHERE audit <= ?', id - most);
}

/** The last audits, the oldest first. */
export function readAudits(db: Database, last: number): readonly AuditCounts[] {
  const rows = all(db, 'SELECT * FROM audits ORDER BY id DESC LIMIT ?', last).toReversed();
  return rows.map((row) => ({
    at: numberOf(row, 'at'),
    commit: textOrNull(row, 'commit_id'),
    branch: textOrNull(row, 'branch'),
    counts: all(db, 'SELECT * FROM audit_counts WHERE audit = ? ORDER BY guard, priority', numberOf(row, 'id')).map(
      (count) => ({
        ...{ guard: textOf(count, 'guard'), priority: textOf(count, 'priority') },
        ...{ matches: numberOf(count, 'matches'), files: numberOf(count, 'files') },
      }),
    ),
  }));
}

function isSame(a: AuditCounts, b: AuditCounts): boolean {
  const sorted = (counts: AuditCounts['counts']): string =>
    counts
      .map(({ guard, priority, matches, files }) => `${guard} ${priority} ${matches} ${files}`)
      .sort()
      .join('\n');
  return a.commit === b.commit && sorted(a.counts) === sorted(b.counts);
}
