import type { PageData, PageDetails, PageStatus, PageTask } from '../page-data.ts';

/** A test, with all that its group and task say of it. */
export interface Row {
  /** Place in the list of all tests. */
  readonly at: number;
  /** Names it in the address of the page: places of its task and in its group. */
  readonly key: string;
  readonly task: PageTask;
  readonly taskAt: number;
  readonly file: string | null;
  readonly className: string;
  readonly name: string;
  readonly status: PageStatus;
  readonly durationMs: number;
  readonly line: number | null;
  readonly details: PageDetails | null;
}

/** All tests of a page in the order of their tasks; what belongs to no task that is there is left out. */
export function rowsOf(data: PageData): readonly Row[] {
  const rows: Row[] = [];
  for (const group of data.groups) {
    const task = data.tasks[group.task];
    if (task === undefined) continue;
    for (const [index, [file, className, name, status, durationMs, line, details]] of group.tests.entries()) {
      rows.push({
        at: rows.length,
        key: `${group.task}.${index}`,
        task,
        taskAt: group.task,
        file: group.files[file] ?? null,
        className: group.classNames[className] ?? '',
        ...{ name, status, durationMs },
        line: line > 0 ? line : null,
        details: details ?? null,
      });
    }
  }
  return rows;
}

/** Where a test stands: `tests/api/login.test.ts:12`, or its class where no file is known. */
export function placeOf(row: Pick<Row, 'file' | 'className' | 'line'>): string {
  if (row.file === null) return row.className;
  return row.line === null ? row.file : `${row.file}:${row.line}`;
}

/** A test file, and how long its tests took together. */
export interface FileTime {
  readonly file: string;
  readonly durationMs: number;
  readonly tests: number;
}

/** The files whose tests took longest together, the longest first. */
export function slowestFiles(rows: readonly Row[], limit: number): readonly FileTime[] {
  const files = new Map<string, { durationMs: number; tests: number }>();
  for (const { file, durationMs } of rows) {
    if (file === null) continue;
    const sum = files.get(file);
    if (sum === undefined) files.set(file, { durationMs, tests: 1 });
    else {
      sum.durationMs += durationMs;
      sum.tests += 1;
    }
  }
  const slowest = [...files].sort(([, a], [, b]) => b.durationMs - a.durationMs).slice(0, limit);
  return slowest.filter(([, sum]) => sum.durationMs > 0).map(([file, sum]) => ({ file, ...sum }));
}

/** The tests that took longest, the longest first. */
export function slowestTests(rows: readonly Row[], limit: number): readonly Row[] {
  const slowest: Row[] = [];
  // Kept short while it is filled: sorting 100,000 rows to show ten would be felt when the page opens.
  for (const row of rows) {
    const last = slowest[limit - 1];
    if (row.durationMs <= (last?.durationMs ?? 0)) continue;
    slowest.push(row);
    slowest.sort((a, b) => b.durationMs - a.durationMs);
    slowest.length = Math.min(slowest.length, limit);
  }
  return slowest;
}
