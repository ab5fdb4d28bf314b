import type { Totals } from '../model/test.ts';
import { DamagedError } from './problem.ts';
import { all, numberOf, textOf, textOrNull } from './sqlite.ts';
import type { Database, Row } from './sqlite.ts';

/** Which runs are looked at: the last ones, of one environment or of all. */
export interface RunFilter {
  /** `null` = all environments. */
  readonly environment: string | null;
  /** `null` = all there are. */
  readonly last: number | null;
}

/** A run as it is listed. */
export interface KeptRun {
  readonly id: number;
  readonly run: string;
  /** The runs that it was merged from; itself when it was not. */
  readonly parts: readonly string[];
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly environment: string;
  readonly verdict: string;
  readonly shard: string | null;
  readonly selection: readonly string[];
  readonly totals: Totals;
  readonly commit: string | null;
  readonly branch: string | null;
  /** Its files were those of the commit. */
  readonly clean: boolean;
  /** Why it says nothing about flaky tests; `null` = it does. */
  readonly leftOut: string | null;
}

/** The runs that a filter lets through, the last one first. */
export function listRuns(db: Database, { environment, last }: RunFilter): readonly KeptRun[] {
  return all(
    db,
    'SELECT * FROM runs WHERE ? IS NULL OR environment = ? ORDER BY id DESC LIMIT ?',
    environment,
    environment,
    last ?? -1,
  ).map(readRun);
}

function readRun(row: Row): KeptRun {
  return {
    id: numberOf(row, 'id'),
    run: textOf(row, 'run'),
    parts: readWords(textOf(row, 'parts')),
    startedAt: numberOf(row, 'started_at'),
    durationMs: numberOf(row, 'duration_ms'),
    environment: textOf(row, 'environment'),
    verdict: textOf(row, 'verdict'),
    shard: textOrNull(row, 'shard'),
    selection: readWords(textOf(row, 'selection')),
    totals: readTotals(row),
    commit: textOrNull(row, 'commit_id'),
    branch: textOrNull(row, 'branch'),
    clean: numberOf(row, 'clean') === 1,
    leftOut: textOrNull(row, 'left_out'),
  };
}

/** The totals that a row of runs or of categories holds. */
export function readTotals(row: Row): Totals {
  const flaky = numberOf(row, 'flaky');
  return {
    ...(flaky === 0 ? {} : { flaky }),
    tests: numberOf(row, 'tests'),
    passed: numberOf(row, 'passed'),
    failed: numberOf(row, 'failed'),
    errors: numberOf(row, 'errors'),
    skipped: numberOf(row, 'skipped'),
    durationMs: numberOf(row, 'duration_ms'),
  };
}

/** A list of words that is kept as JSON. @throws DamagedError for anything else */
export function readWords(json: string): readonly string[] {
  const value = parseJson(json);
  if (!Array.isArray(value)) throw new DamagedError();
  return value.map(String);
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    throw new DamagedError();
  }
}
