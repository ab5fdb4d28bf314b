import type { PageData, PageGroup, PageStatus, PageTask, PageTest } from '../../src/reporters/html/page-data.ts';
import { page, sequence, task, totalsOf } from './page-parts.ts';
import { apiFailures, crashed, flakyTest, problem, quarantined, webFailures } from './page-tests.ts';

/** What the page of a run holds in which all passed. */
export function passingPage(): PageData {
  return pageOf({ failing: false });
}

/** What the page of a run holds in which about everything went wrong that can. */
export function failingPage(): PageData {
  return pageOf({ failing: true });
}

/** What the page of a run with many tests holds, of which a share failed. */
export function largePage(tests: number, failed = 0.002): PageData {
  const perTask = 500;
  const random = sequence(7);
  const slots = 8;
  const free = Array.from({ length: slots }, () => 0);
  const groups: PageGroup[] = [];
  const tasks: PageTask[] = [];
  const history: Record<string, string> = {};
  for (let at = 0; at < Math.ceil(tests / perTask); at += 1) {
    const count = Math.min(perTask, tests - at * perTask);
    const made = largeGroup({ at, count, random, failed });
    groups.push(made);
    const totals = totalsOf(made.tests);
    const slot = free.indexOf(Math.min(...free));
    const from = free[slot] ?? 0;
    const durationMs = Math.round(totals.durationMs / 4);
    free[slot] = from + durationMs + 40;
    const category = ['unit', 'api', 'database', 'integration'][at % 4] ?? 'unit';
    const outcome = totals.failed > 0 ? 'tests-failed' : 'passed';
    tasks.push(
      task({
        id: `${category}/backend/${at + 1}`,
        category,
        suite: 'backend',
        slot,
        from,
        durationMs,
        outcome,
        totals,
      }),
    );
    for (const [place, [, , , status]] of made.tests.entries()) {
      if (status !== 'p') history[`${at}.${place}`] = `pppppfpppp${status}`;
    }
  }
  const durationMs = Math.max(...free);
  return { ...page({ tasks, groups, verdict: 'failed', exitCode: 1, durationMs, slots }), history };
}

function largeGroup(of: {
  readonly at: number;
  readonly count: number;
  readonly random: () => number;
  readonly failed: number;
}): PageGroup {
  const { at, count, random, failed } = of;
  const files = Array.from({ length: 25 }, (_, file) => `tests/area_${at % 40}/part_${at}/test_feature_${file}.py`);
  const tests = Array.from({ length: count }, (_, index): PageTest => {
    const draw = random();
    const status: PageStatus = draw < failed ? 'f' : draw < failed + 0.002 ? 'F' : draw < failed + 0.02 ? 's' : 'p';
    const file = index % files.length;
    const name = `test_case_${index}_keeps_its_promise[${Math.floor(random() * 1000)}]`;
    const durationMs = Math.round(random() ** 6 * 4000);
    if (status !== 'f') return [file, file, name, status, durationMs, index + 3];
    const details =
      'def test():\n>       assert total == 5\nE       assert 4 == 5\n\ntests/test_feature.py:12: AssertionError';
    return [file, file, name, status, durationMs, index + 3, problem('AssertionError', 'assert 4 == 5', details)];
  });
  return { task: at, files, classNames: files.map((file) => file.replace('.py', '').replaceAll('/', '.')), tests };
}

const names = ['connects', 'keeps order', 'retries once', 'rejects what is too large', 'survives a restart', 'closes'];

function pageOf({ failing }: { readonly failing: boolean }): PageData {
  const random = sequence(failing ? 3 : 11);
  const groups: PageGroup[] = [];
  const tasks: PageTask[] = [];
  const add = (about: Parameters<typeof task>[0], tests: readonly PageTest[], files: readonly string[]): void => {
    const classNames = files.map((file) => file.replace(/\.\w+$/, '').replaceAll('/', '.'));
    groups.push({ task: tasks.length, files, classNames, tests });
    tasks.push(task({ ...about, totals: totalsOf(tests) }));
  };
  const filler = (count: number, files: number): readonly PageTest[] =>
    Array.from({ length: count }, (_, at): PageTest => {
      const name = `${names[at % names.length] ?? ''} (${Math.floor(at / names.length) + 1})`;
      return [at % files, at % files, name, at % 23 === 22 ? 's' : 'p', Math.round(random() ** 5 * 900), 4 + at * 7];
    });
  const unit = { category: 'unit', suite: 'backend' };
  add(
    { ...unit, id: 'unit/backend/1', slot: 0, from: 400, durationMs: 9_200 },
    filler(64, 4),
    filesOf('tests/unit', 4),
  );
  add(
    { ...unit, id: 'unit/backend/2', slot: 1, from: 450, durationMs: 7_900 },
    filler(58, 4),
    filesOf('tests/unit/core', 4),
  );
  add(
    {
      category: 'unit',
      suite: 'web',
      id: 'unit/web',
      slot: 2,
      from: 500,
      durationMs: 12_400,
      framework: 'vitest',
      slots: 2,
    },
    [...filler(80, 5), ...(failing ? webFailures : [])],
    filesOf('web/src', 5, '.test.ts'),
  );
  add(
    {
      category: 'api',
      suite: 'backend',
      id: 'api/backend/1',
      slot: 0,
      from: 14_200,
      durationMs: 17_800,
      critical: true,
    },
    [...filler(40, 3), ...(failing ? apiFailures : [])],
    filesOf('tests/api', 3),
  );
  add(
    { category: 'api', suite: 'backend', id: 'api/backend/2', slot: 1, from: 14_300, durationMs: 11_000 },
    [...filler(36, 3), ...(failing ? [flakyTest] : [])],
    filesOf('tests/api/v2', 3),
  );
  if (failing) {
    const crash = { outcome: 'crashed', outcomeText: 'killed by SIGSEGV after 9.4s' };
    add(
      {
        category: 'websocket',
        suite: 'backend',
        id: 'websocket/backend',
        slot: 2,
        from: 15_000,
        durationMs: 20_400,
        ...crash,
        retry: true,
      },
      crashed,
      filesOf('tests/websocket', 2),
    );
  }
  add(
    {
      category: 'e2e',
      suite: 'browser',
      id: 'e2e/browser',
      slot: 0,
      from: 36_800,
      durationMs: 24_600,
      critical: true,
      framework: 'playwright',
    },
    [...filler(18, 2), ...(failing ? quarantined : [])],
    filesOf('e2e', 2, '.spec.ts'),
  );
  const made = page({
    ...{ tasks: failing ? tasks.map(failed) : tasks, groups, durationMs: 63_400, slots: 4 },
    ...(failing ? { verdict: 'infrastructure', exitCode: 3 } : { verdict: 'passed', exitCode: 0 }),
  });
  return {
    ...(failing ? withTrouble(made) : made),
    services: services(failing),
    history: historyOf(made, random),
    flakiness: flakinessOf(made),
  };
}

function failed(one: PageTask): PageTask {
  const broken = one.totals.failed + one.totals.errors > 0 && one.outcome === 'passed';
  if (!broken) return one;
  const text = `${one.totals.failed + one.totals.errors} failed`;
  return {
    ...one,
    outcome: 'tests-failed',
    outcomeText: text,
    attempts: one.attempts.map((attempt) => ({ ...attempt, outcome: 'tests-failed' })),
  };
}

function withTrouble(made: PageData): PageData {
  return {
    ...made,
    run: {
      ...made.run,
      categories: made.run.categories.map((category) => ({ ...category, ...coverageOf(category.name) })),
      withoutCoverage: ['browser (playwright)'],
      alerts: [
        {
          kind: 'infrastructure',
          text: 'websocket/backend crashed twice: killed by SIGSEGV',
          hint: 'Its log: logs/websocket-backend.2.log',
        },
        {
          kind: 'not-run',
          text: '2 tests did not run, because their process ended before their turn came',
          hint: 'Run them again with the command above.',
        },
      ],
      warnings: [
        'suite "web" was retried although its retry limit is 0 percent of its tests',
        'api/backend/1 was slow: 17.8s, expected 9.0s',
      ],
      rerun: 'runner --env ci --suite backend --suite web --category unit,api,websocket',
    },
  };
}

function coverageOf(category: string): Pick<PageData['run']['categories'][number], 'coverage'> {
  if (category === 'unit') {
    return { coverage: { percent: '91.4', text: '91.4 % (8,226 of 9,000), minCoverage 90 %', short: false } };
  }
  if (category !== 'api') return {};
  const text = '61.0 % (5,490 of 9,000), minCoverage 70 %; incomplete: 1 of 2 processes left none';
  return { coverage: { percent: '61.0', text, short: true } };
}

/** Of the tests that did not pass: the first is flaky by its history, the second broken. */
function flakinessOf({ groups }: PageData): NonNullable<PageData['flakiness']> {
  const places = groups.flatMap((group) =>
    group.tests.flatMap(([, , , status], place) =>
      status === 'f' || status === 'F' ? [`${group.task}.${place}`] : [],
    ),
  );
  const evidence = { score: 0.357, atLeast: 0.121, commits: 9, flakyCommits: 3 };
  return Object.fromEntries(
    places.slice(0, 2).map((place, at) => [place, { ...evidence, verdict: at === 0 ? 'flaky' : 'always-fails' }]),
  );
}

function services(failing: boolean): PageData['services'] {
  const api = failing
    ? ([
        { kind: 'starting', from: 9_300, to: 14_100, text: 'generation 1' },
        { kind: 'ready', from: 14_100, to: 24_000, text: '' },
        { kind: 'failed', from: 24_000, to: 24_600, text: 'exit code 137' },
        { kind: 'starting', from: 24_600, to: 28_000, text: 'generation 2' },
        { kind: 'ready', from: 28_000, to: 61_600, text: '' },
        { kind: 'stopping', from: 61_600, to: 63_000, text: '' },
      ] as const)
    : ([
        { kind: 'starting', from: 9_300, to: 14_100, text: '' },
        { kind: 'ready', from: 14_100, to: 61_600, text: '' },
        { kind: 'stopping', from: 61_600, to: 62_800, text: '' },
      ] as const);
  return [
    {
      name: 'postgres',
      spans: [
        { kind: 'starting', from: 100, to: 3_900, text: '' },
        { kind: 'ready', from: 3_900, to: 62_900, text: '' },
      ],
    },
    { name: 'api', spans: api },
  ];
}

function historyOf(made: PageData, random: () => number): Readonly<Record<string, string>> {
  const entries = made.groups.flatMap((group) =>
    group.tests.map(([, , , status], place) => {
      const past = Array.from({ length: 19 }, () =>
        status === 'p' || status === 's' ? (random() < 0.02 ? 'F' : status) : random() < 0.4 ? 'f' : 'p',
      );
      return [`${group.task}.${place}`, `${past.join('')}${status}`] as const;
    }),
  );
  return Object.fromEntries(entries);
}

function filesOf(folder: string, count: number, ending = '.py'): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${folder}/${ending === '.py' ? 'test_' : ''}feature_${at}${ending}`);
}
