import { copyFileSync, existsSync, openSync, readSync, closeSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createGzipLines } from '../base/gzip-lines.ts';
import type { Processes } from '../ports.ts';
import { ledgerFile, recordedLog } from '../records/run-records.ts';
import type { RunRecords } from '../records/run-records.ts';
import { readCheckedEvents } from '../reporters/read-events.ts';
import { recordedEvent } from '../reporters/recorder.ts';
import { isBeingWritten } from './reports-dir.ts';

/**
 * Records the runs that were killed before they could, from the event logs in these reports folders (absolute), before another run
 * clears them. What cannot be read or kept is left: that costs a rerun of it and nothing else.
 */
export async function preserveRuns(
  folders: readonly string[],
  { records, processes }: { readonly records: RunRecords; readonly processes: Processes },
): Promise<void> {
  for (const folder of new Set(folders)) {
    try {
      if (!isBeingWritten(folder, processes)) await preserve(folder, records);
    } catch {
      // Nothing depends on it but a later rerun, which says that no run is recorded.
    }
  }
}

async function preserve(folder: string, records: RunRecords): Promise<void> {
  const log = join(folder, 'events.jsonl');
  const before = statSync(log, { throwIfNoEntry: false });
  const runId = before === undefined ? null : runIdIn(log);
  if (before === undefined || runId === null || records.has(runId)) return;
  const record = records.open(runId);
  const ledger = join(folder, ledgerFile);
  if (existsSync(ledger) && !existsSync(join(record, ledgerFile))) copyFileSync(ledger, join(record, ledgerFile));
  const lines = createGzipLines(join(record, recordedLog));
  try {
    // Whoever reads the record is to see that something is lost.
    for await (const event of readCheckedEvents(log, () => lines.write('damaged'))) {
      const recorded = recordedEvent(event);
      if (recorded !== null) lines.write(JSON.stringify(recorded));
    }
    // Another run may have begun to write there meanwhile.
    const after = statSync(log, { throwIfNoEntry: false });
    if (after?.ino === before.ino && after.size === before.size) lines.commit();
  } finally {
    lines.abort();
  }
}

/** The id of the run whose log it is: all of it has to be read only when that is new. */
function runIdIn(log: string): string | null {
  const descriptor = openSync(log, 'r');
  try {
    const head = Buffer.alloc(4096);
    const bytes = readSync(descriptor, head, 0, head.length, 0);
    return (
      /^\{"type":"run-started","format":[\d.]+,"runId":"([^"\\]+)"/.exec(head.toString('utf8', 0, bytes))?.[1] ?? null
    );
  } finally {
    closeSync(descriptor);
  }
}
