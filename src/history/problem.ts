/** Why a history cannot be used now. `busy` passes, `damaged` never does. */
export interface HistoryProblem {
  readonly kind: 'busy' | 'damaged' | 'other';
  /** For people: `the disk is full`. */
  readonly text: string;
}

/** Writing took so long that whoever waits for it should wait no more. */
export class TooSlowError extends Error {
  override readonly name = 'TooSlowError';

  constructor() {
    super('writing to it takes too long');
  }
}

/** SQLite has read it, but nothing that was ever written there. */
export class DamagedError extends Error {
  override readonly name = 'DamagedError';

  constructor() {
    super('it is damaged');
  }
}

/** @see https://www.sqlite.org/rescode.html; the low byte is the kind of error. */
const meanings: Readonly<Record<number, HistoryProblem>> = {
  5: { kind: 'busy', text: 'another process is writing to it' },
  6: { kind: 'busy', text: 'another process is writing to it' },
  8: { kind: 'other', text: 'it cannot be written to' },
  10: { kind: 'other', text: 'it cannot be read or written (input/output error)' },
  11: { kind: 'damaged', text: 'it is damaged' },
  13: { kind: 'other', text: 'the disk is full' },
  14: { kind: 'other', text: 'it cannot be opened' },
  26: { kind: 'damaged', text: 'it is no database' },
};

/** What an error of SQLite or of the file system means; `null` for one of our own making. */
export function describeProblem(error: unknown): HistoryProblem | null {
  if (!(error instanceof Error)) return null;
  if ('errcode' in error && typeof error.errcode === 'number') {
    const known = meanings[error.errcode & 0xff];
    return known ?? { kind: 'other', text: error.message };
  }
  if (error instanceof DamagedError) return { kind: 'damaged', text: error.message };
  if (error instanceof TooSlowError || 'syscall' in error) return { kind: 'other', text: error.message };
  return null;
}
