import type {
  PageAttempt,
  PageCategory,
  PageData,
  PageGroup,
  PageStatus,
  PageTask,
  PageTest,
} from '../../src/reporters/html/page-data.ts';

type Totals = PageTask['totals'];

const startedAt = Date.UTC(2026, 10, 20, 9, 41, 7);

interface PageParts {
  readonly tasks: readonly PageTask[];
  readonly groups: readonly PageGroup[];
  readonly verdict: string;
  readonly exitCode: number;
  readonly durationMs: number;
  readonly slots: number;
}

/** The data of a page, but for services, alerts and history. */
export function page({ tasks, groups, verdict, exitCode, durationMs, slots }: PageParts): PageData {
  return {
    format: 1,
    run: {
      ...{ runId: '20261120-094107-5c1e', project: 'chat-platform', environment: 'ci', shard: null, verdict, exitCode },
      ...{ startedAt, durationMs, slots, totals: tasks.map((one) => one.totals).reduce(addTotals, noTotals) },
      ...{ categories: categoriesOf(tasks), alerts: [], warnings: [], warningsOmitted: 0, rerun: null },
      links: [
        { name: 'junit.xml', path: 'junit.xml' },
        { name: 'summary.json', path: 'summary.json' },
        { name: 'events.jsonl', path: 'events.jsonl' },
      ],
    },
    ...{ tasks, groups, services: [] },
  };
}

export interface TaskParts extends Pick<PageTask, 'id' | 'category' | 'suite'> {
  readonly slot: number;
  readonly slots?: number;
  readonly from: number;
  readonly durationMs: number;
  readonly outcome?: string;
  readonly outcomeText?: string;
  readonly framework?: string;
  readonly totals?: Totals;
  readonly critical?: boolean;
  readonly retry?: boolean;
}

/** A task with one attempt, or with two of which the first is repeated. */
export function task(parts: TaskParts): PageTask {
  const { id, category, suite, slot, slots, from, durationMs, outcome = 'passed', outcomeText = outcome } = parts;
  const { framework = 'pytest', totals = noTotals, critical = false, retry = false } = parts;
  const attempt = { number: 1, cause: 'first', startedAt: from, durationMs, slot, outcome } as const;
  const rest = {
    tail: `collected ${totals.tests} items\n\n${outcomeText} in ${(durationMs / 1000).toFixed(2)}s\n`,
    truncated: false,
    leaked: [],
  };
  const log = (number: number): string => `logs/${id.replaceAll('/', '-')}.${number}.log`;
  const half = Math.round(durationMs * 0.46);
  const attempts: PageAttempt[] = retry
    ? [
        { ...attempt, ...rest, durationMs: half, log: log(1), leaked: ['4121 python'] },
        {
          ...attempt,
          ...rest,
          number: 2,
          cause: 'retry',
          startedAt: from + half + 300,
          durationMs: durationMs - half - 300,
          log: log(2),
        },
      ]
    : [{ ...attempt, ...rest, log: log(1) }];
  return {
    ...{
      id,
      category,
      suite,
      framework,
      slot,
      ...(slots === undefined ? {} : { slots }),
      startedAt: from,
      durationMs,
      files: 4,
    },
    ...{
      outcome,
      outcomeText,
      totals,
      attempts,
      rerun: `runner --env ci --category ${category} --suite ${suite}`,
      critical,
    },
  };
}

function categoriesOf(tasks: readonly PageTask[]): readonly PageCategory[] {
  return [...Map.groupBy(tasks, (one) => one.category)].map(([name, own]) => ({
    ...{
      name,
      role: 'chosen',
      totals: own.map((one) => one.totals).reduce(addTotals, noTotals),
      tasks: own.length,
      skip: null,
    },
    outcomes: Object.fromEntries(
      [...Map.groupBy(own, (one) => one.outcome)].map(([outcome, ones]) => [outcome, ones.length]),
    ),
  }));
}

/** Of nothing. */
export const noTotals: Totals = { tests: 0, passed: 0, failed: 0, errors: 0, skipped: 0, durationMs: 0 };

/** Numbers of tests as a run counts them. */
export function totalsOf(tests: readonly PageTest[]): Totals {
  const number = (...of: readonly PageStatus[]): number => tests.filter(([, , , status]) => of.includes(status)).length;
  return {
    ...{
      tests: tests.length,
      passed: number('p', 'F'),
      failed: number('f'),
      errors: number('e'),
      skipped: number('s', 'n', 'q'),
    },
    ...{ flaky: number('F'), durationMs: tests.reduce((sum, [, , , , ms]) => sum + ms, 0) },
  };
}

function addTotals(a: Totals, b: Totals): Totals {
  return {
    ...{
      tests: a.tests + b.tests,
      passed: a.passed + b.passed,
      failed: a.failed + b.failed,
      errors: a.errors + b.errors,
    },
    ...{
      skipped: a.skipped + b.skipped,
      flaky: (a.flaky ?? 0) + (b.flaky ?? 0),
      durationMs: a.durationMs + b.durationMs,
    },
  };
}

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
export function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
