import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Totals } from '../../src/model/test.ts';
import { summaryProblems } from './published-schemas.ts';
import { readPageData } from './page-data.ts';

type Counts = Readonly<Record<(typeof columns)[number], number>>;

const columns = ['tests', 'passed', 'failed', 'errors', 'skipped', 'flaky', 'quarantined'] as const;

interface Summary {
  readonly totals: Totals;
  readonly categories?: readonly { readonly totals: Totals }[];
  /** Of merged XML. */
  readonly files?: readonly { readonly totals: Totals }[];
}

interface Ctrf {
  readonly results: {
    readonly summary: Readonly<Record<'tests' | 'passed' | 'failed' | 'skipped' | 'flaky', number>>;
    readonly tests: readonly { readonly status: string; readonly flaky: boolean; readonly rawStatus: string }[];
  };
}

/** Checks that all reports in a folder say the same of the same run. @throws with both where two do not */
export function expectReportsAgree(dir: string): void {
  const found = Object.entries(readers).filter(([name]) => isFile(join(dir, name)));
  const said = found.map(([name, read]) => ({ name, counts: read(join(dir, name)) }));
  const [first] = said;
  for (const { name, counts } of said) same(first?.name ?? '', first?.counts, name, counts);
  if (isFile(join(dir, 'summary.json'))) {
    const problems = summaryProblems(readJson(join(dir, 'summary.json')));
    if (problems.length > 0) throw new Error(`summary.json is not as its schema says\n${problems.join('\n')}`);
  }
  if (isFile(join(dir, 'summary.md')) && isFile(join(dir, 'summary.json'))) {
    const { categories, files = [] } = readJson(join(dir, 'summary.json')) as Summary;
    same(
      'the categories of summary.json',
      (categories ?? files).map(({ totals }) => countsOf(totals)),
      'the rows of summary.md',
      rowsOf(join(dir, 'summary.md')).slice(0, -1),
    );
  }
  if (isFile(join(dir, 'trace.json'))) readJson(join(dir, 'trace.json'));
}

/** Whether a run left all that runs leave; some tests see to it that it cannot. */
export function hasReports(dir: string): boolean {
  return ['summary.json', 'summary.md', 'junit.xml', 'report.html'].every((name) => isFile(join(dir, name)));
}

const readers: Readonly<Record<string, (path: string) => Partial<Counts>>> = {
  'summary.json': (path) => countsOf((readJson(path) as Summary).totals),
  'summary.md': (path) => rowsOf(path).at(-1) ?? {},
  'junit.xml': readJunit,
  'report.html': readPage,
  'ctrf.json': readCtrf,
};

function rowsOf(path: string): readonly Counts[] {
  const rows = readFileSync(path, 'utf8').matchAll(
    /^\| (?:<code>.*<\/code>|\*\*all\*\*)? ?\| ([\d |]+) \| \S+(?: \S+)* \|$/gm,
  );
  return [...rows].map(([, cells = '']) => {
    const numbers = cells.split(' | ').map(Number);
    return Object.fromEntries(columns.map((column, index) => [column, numbers[index] ?? -1])) as Counts;
  });
}

function readJunit(path: string): Partial<Counts> {
  const [head = ''] = /<testsuites [^>]*>/.exec(readFileSync(path, 'utf8')) ?? [];
  const of = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(head)?.[1] ?? -1);
  const [tests, failed, errors, skipped] = [of('tests'), of('failures'), of('errors'), of('skipped')];
  return { tests, failed, errors, skipped, passed: tests - failed - errors - skipped };
}

/** What its head says has to be what its rows come to. */
function readPage(path: string): Counts {
  const { run, groups } = readPageData(path);
  const letters = groups.flatMap(({ tests }) => tests.map(([, , , status]) => status));
  const count = (...wanted: readonly string[]): number => letters.filter((letter) => wanted.includes(letter)).length;
  const rows = {
    ...{ tests: letters.length, passed: count('p', 'F'), failed: count('f'), errors: count('e') },
    ...{ skipped: count('s', 'n', 'q'), flaky: count('F'), quarantined: count('q') },
  };
  same(`the head of ${path}`, countsOf(run.totals), 'its rows', rows);
  return rows;
}

function readCtrf(path: string): Partial<Counts> {
  const { summary, tests } = (readJson(path) as Ctrf).results;
  const count = (status: string): number => tests.filter((test) => test.status === status).length;
  const errors = tests.filter(({ rawStatus }) => rawStatus === 'error').length;
  const rows = {
    ...{ tests: tests.length, passed: count('passed'), failed: count('failed'), skipped: count('skipped') },
    flaky: tests.filter(({ flaky }) => flaky).length,
  };
  const { tests: all, passed, failed, skipped, flaky } = summary;
  same(`the summary of ${path}`, { tests: all, passed, failed, skipped, flaky }, 'its tests', rows);
  return { ...rows, errors, failed: rows.failed - errors };
}

function countsOf(totals: Totals): Counts {
  return Object.fromEntries(columns.map((column) => [column, totals[column] ?? 0])) as Counts;
}

/** Compares what both tell of. */
function same(name: string, said: unknown, otherName: string, other: unknown): void {
  const [a, b] = [JSON.stringify(shared(said, other)), JSON.stringify(shared(other, said))];
  if (a !== b) throw new Error(`reports disagree\n${name}: ${a}\n${otherName}: ${b}`);
}

function shared(value: unknown, other: unknown): unknown {
  if (Array.isArray(value) || typeof value !== 'object' || value === null || typeof other !== 'object') return value;
  const keys = Object.keys(value).filter((key) => Object.hasOwn(other ?? {}, key));
  return Object.fromEntries(keys.sort().map((key) => [key, Reflect.get(value, key) as unknown]));
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}

function isFile(path: string): boolean {
  return existsSync(path) && statSync(path).isFile();
}
