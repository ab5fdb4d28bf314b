import fc from 'fast-check';
import type { FailFast } from '../../src/execution/run-tools.ts';
import type { Plan, Task } from '../../src/model/plan.ts';
import { aPlan, aTask } from '../support/plans.ts';
import type { Act } from './scripted-machine.ts';

/** A run before it happens: its plan, what each attempt will do, and what comes from outside. */
export interface Story {
  readonly plan: Plan;
  /** By task, attempt after attempt. */
  readonly acts: ReadonlyMap<string, readonly Act[]>;
  readonly services: Readonly<Record<string, ServiceScript>>;
  /** Somebody stops it, milliseconds after its start. */
  readonly stop: {
    readonly atMs: number;
    readonly signal: 'SIGINT' | 'SIGTERM';
    readonly killAfterMs: number | null;
  } | null;
  readonly failFast: FailFast;
  readonly maxFailures: number | null;
}

export interface ServiceScript {
  readonly startMs: number;
  readonly comes: 'ready' | 'failed' | 'unavailable';
}

const categoryCount = 8;
const mostAttempts = 4;
const name = (index: number): string => `c${index}`;

const ends: fc.Arbitrary<Act['ends']> = fc.oneof(
  { weight: 12, arbitrary: fc.constant({ kind: 'code', code: 0 } as const) },
  { weight: 3, arbitrary: fc.constant({ kind: 'code', code: 1 } as const) },
  { weight: 1, arbitrary: fc.constant({ kind: 'signal', signal: 'SIGSEGV' } as const) },
  { weight: 1, arbitrary: fc.constant('does not start' as const) },
);
// Odd, where time limits are even: two things never happen at once.
const act: fc.Arbitrary<Act> = fc.record({
  afterMs: fc.oneof({ weight: 9, arbitrary: fc.nat(400) }, fc.integer({ min: 400, max: 900 })).map((ms) => 2 * ms + 1),
  ends,
  isStubborn: fc.integer({ min: 0, max: 4 }).map((number) => number === 0),
});

const category = fc.record({
  dependsOn: fc.subarray([...Array(categoryCount).keys()], { maxLength: 2 }),
  after: fc.subarray([...Array(categoryCount).keys()], { maxLength: 2 }),
  conflicts: fc.subarray([...Array(categoryCount).keys()], { maxLength: 1 }),
  retryWhen: fc.constantFrom('immediately', 'end', 'alone'),
  backoffMs: fc.constantFrom(0, 0, 500),
  flaky: fc.constantFrom('pass', 'pass', 'fail'),
});

const task = fc.record({
  category: fc.nat(categoryCount - 1),
  priority: fc.constantFrom('critical', 'high', 'normal', 'low', 'background'),
  locks: fc.subarray(['x', 'y', 'z'], { maxLength: 2 }),
  slots: fc.integer({ min: 0, max: 5 }),
  isExclusive: fc.nat(19),
  needs: fc.subarray(['db', 'cache', 'queue'], { maxLength: 1 }),
  retries: fc.integer({ min: 0, max: mostAttempts - 1 }),
  isSettled: fc.nat(24),
  acts: fc.array(act, { minLength: mostAttempts, maxLength: mostAttempts }),
});

const service = fc.record({
  startMs: fc.nat(100).map((ms) => 2 * ms + 1),
  comes: fc.constantFrom('ready', 'ready', 'ready', 'ready', 'failed', 'unavailable'),
});

/** Stories of up to `most` tasks, most of which go on to their end. */
export function stories(most: number): fc.Arbitrary<Story> {
  return fc
    .record({
      slots: fc.integer({ min: 1, max: 6 }),
      categories: fc.array(category, { minLength: categoryCount, maxLength: categoryCount }),
      tasks: fc.array(task, { maxLength: most, size: 'max' }),
      services: fc.record({ db: service, cache: service, queue: service }),
      stop: fc.option(
        fc.record({
          atMs: fc.nat(6000).map((ms) => 2 * ms),
          signal: fc.constantFrom('SIGINT', 'SIGTERM'),
          killAfterMs: fc.option(fc.constantFrom(0, 100, 2000)),
        }),
        { freq: 2 },
      ),
      failFast: fc.constantFrom('never', 'never', 'never', 'first', 'critical'),
      maxFailures: fc.option(fc.integer({ min: 1, max: 9 }), { freq: 2 }),
    })
    .map(({ slots, categories, tasks, ...rest }) => {
      const made = tasks.map((one, index) => makeTask(`t${index}`, one, categories));
      return {
        ...rest,
        plan: aPlan(made, slots),
        acts: new Map(made.map(({ id }, index) => [id, tasks[index]?.acts ?? []])),
      };
    });
}

type Drawn<Of> = Of extends fc.Arbitrary<infer Value> ? Value : never;

function makeTask(id: string, drawn: Drawn<typeof task>, categories: readonly Drawn<typeof category>[]): Task {
  const own = categories[drawn.category];
  // Only on categories before, so that there is no circle.
  const before = (indices: readonly number[] = []): readonly string[] =>
    indices.filter((index) => index < drawn.category).map(name);
  const { priority, locks, slots, needs, retries } = drawn;
  return aTask(id, {
    ...{ category: name(drawn.category), priority, locks, slots, needs, retries },
    ...{ dependsOn: before(own?.dependsOn), after: before(own?.after), conflicts: before(own?.conflicts) },
    exclusive: drawn.isExclusive === 0,
    settled: drawn.isSettled === 0 ? { kind: 'no-tests' } : null,
    missingService: retries % 2 === 0 ? 'fail' : 'skip',
    flaky: own?.flaky ?? 'pass',
    timeoutMs: 1000,
    retryRules: {
      retryOn: ['test-failure', 'timeout', 'crash'],
      retryWhen: own?.retryWhen ?? 'immediately',
      backoff: own?.backoffMs ? { initialMs: own.backoffMs, factor: 2, maxMs: 4000, jitter: false } : null,
      retryLimitPercent: 100,
    },
  });
}
