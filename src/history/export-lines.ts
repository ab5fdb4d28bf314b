import { UsageError } from '../errors.ts';
import type { Totals } from '../model/test.ts';
import { exportVersion } from './export-history.ts';
import type { ExportLine } from './export-history.ts';
import { testStatuses } from './run-data.ts';
import type { CategoryData, FileData, ProcessData, RunData, TestData } from './run-data.ts';

/** Reads one line of an export; `null` = it is none of its kinds, or a value in it is of the wrong kind. */
export function parseExportLine(text: string): ExportLine | null {
  try {
    const value: unknown = JSON.parse(text);
    if (!isObject(value)) return null;
    const [[kind, content] = ['', null]] = Object.entries(value);
    if (!isObject(content)) return null;
    if (kind === 'run') return { run: readRun(content) };
    if (kind === 'file') return { file: readFile(content) };
    if (kind === 'test') return { test: readTest(content) };
    if (kind === 'end') return { end: { runs: number(content, 'runs') } };
    return null;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof WrongValue) return null;
    throw error;
  }
}

/** @throws UsageError when the first line is not that of an export, or of one that a later version wrote */
export function checkExportHeader(text: string, path: string): void {
  let header: unknown = null;
  try {
    header = JSON.parse(text);
  } catch {
    // Whatever it is, it is no header.
  }
  if (!isObject(header) || header['format'] !== 'runner-history' || typeof header['version'] !== 'number') {
    throw new UsageError(`${path} is no exported history`, 'runner history export <file> writes one');
  }
  if (header['version'] > exportVersion) {
    throw new UsageError(
      `${path} was exported by a later version of runner (format ${header['version']}, this version reads ${exportVersion})`,
      'use that version, or a later one',
    );
  }
}

class WrongValue extends Error {
  override readonly name = 'WrongValue';
}

type Fields = Readonly<Record<string, unknown>>;

function readRun(fields: Fields): RunData {
  const run = filled(fields, 'run');
  const parts = list(fields, 'parts').map(String);
  return {
    run,
    parts: parts.length === 0 ? [run] : [...new Set(parts)].sort(),
    project: text(fields, 'project'),
    environment: text(fields, 'environment'),
    selection: list(fields, 'selection').map(String),
    shard: textOrNull(fields, 'shard'),
    slots: number(fields, 'slots'),
    verdict: text(fields, 'verdict'),
    startedAt: Math.trunc(number(fields, 'startedAt')),
    durationMs: number(fields, 'durationMs'),
    totals: readTotals(object(fields, 'totals')),
    commit: textOrNull(fields, 'commit'),
    branch: textOrNull(fields, 'branch'),
    clean: fields['clean'] === true,
    machine: textOrNull(fields, 'machine'),
    leftOut: textOrNull(fields, 'leftOut'),
    categories: list(fields, 'categories').filter(isObject).map(readCategory),
    processes: list(fields, 'processes').filter(isObject).map(readProcess),
  };
}

function readCategory(fields: Fields): CategoryData {
  return { category: text(fields, 'category'), totals: readTotals(object(fields, 'totals')) };
}

function readProcess(fields: Fields): ProcessData {
  return { suite: text(fields, 'suite'), files: number(fields, 'files'), ms: number(fields, 'ms') };
}

function readTotals(fields: Fields): Totals {
  const flaky = fields['flaky'] === undefined ? 0 : number(fields, 'flaky');
  return {
    ...(flaky === 0 ? {} : { flaky }),
    tests: number(fields, 'tests'),
    passed: number(fields, 'passed'),
    failed: number(fields, 'failed'),
    errors: number(fields, 'errors'),
    skipped: number(fields, 'skipped'),
    durationMs: number(fields, 'durationMs'),
  };
}

function readFile(fields: Fields): FileData {
  const use = number(fields, 'use');
  return {
    suite: text(fields, 'suite'),
    framework: text(fields, 'framework'),
    path: text(fields, 'path'),
    use: use === 2 ? 2 : use === 1 ? 1 : 0,
    attempts: number(fields, 'attempts'),
    outcome: text(fields, 'outcome'),
    detail: textOrNull(fields, 'detail'),
  };
}

function readTest(fields: Fields): TestData {
  const status = testStatuses.find((known) => known === fields['status']);
  if (status === undefined) throw new WrongValue('status');
  return {
    className: text(fields, 'className'),
    name: text(fields, 'name'),
    status,
    ms: number(fields, 'ms'),
    attempts: number(fields, 'attempts'),
    seen: number(fields, 'seen') & 7,
  };
}

function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function object(fields: Fields, key: string): Fields {
  const value = fields[key];
  if (!isObject(value)) throw new WrongValue(key);
  return value;
}

function list(fields: Fields, key: string): readonly unknown[] {
  const value = fields[key];
  if (!Array.isArray(value)) throw new WrongValue(key);
  return value;
}

function text(fields: Fields, key: string): string {
  const value = fields[key];
  if (typeof value !== 'string') throw new WrongValue(key);
  return value;
}

function filled(fields: Fields, key: string): string {
  const value = text(fields, key);
  if (value === '') throw new WrongValue(key);
  return value;
}

function textOrNull(fields: Fields, key: string): string | null {
  return fields[key] === null || fields[key] === undefined ? null : text(fields, key);
}

/** Times and counts: never negative, never so large that it could not be counted on from. */
function number(fields: Fields, key: string): number {
  const value = fields[key];
  if (typeof value !== 'number' || !(value >= 0 && value <= largest)) throw new WrongValue(key);
  return value;
}

/** Milliseconds until the year 10000; the numbers of runs are sixteen times as large. */
const largest = 253_402_300_800_000;
