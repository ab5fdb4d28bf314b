import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { EventBody } from '../../../src/model/event.ts';
import type { Left } from '../../../src/model/plan.ts';
import type { TestResult } from '../../../src/model/test.ts';
import { outstandingOf } from '../../../src/results/ledger.ts';
import type { Ledger } from '../../../src/results/ledger.ts';
import { nextLedger } from '../../../src/results/next-ledger.ts';
import { createRunObserver } from '../../../src/results/observe-run.ts';
import { remainderOf } from '../../../src/results/remainder.ts';
import { testKey } from '../../../src/results/test-records.ts';
import { createPlan, createTask, createTest, startEvent, taskEvents, timed } from '../../support/run-events.ts';

// A world of three files whose tests come and go; each step is a run of some of the files, in which tests pass, fail, skip
// themselves, or are not reached because the process of their file dies.
const names = ['t0', 't1', 't2', 't3'] as const;
const files = ['f0', 'f1', 'f2'] as const;
const result = fc.constantFrom('passed' as const, 'failed' as const, 'skipped' as const);
const fileStep = fc.record({
  selected: fc.boolean(),
  holds: fc.record({ t0: fc.boolean(), t1: fc.boolean(), t2: fc.boolean(), t3: fc.boolean() }),
  edited: fc.nat(3).map((number) => number === 0),
  results: fc.record({ t0: result, t1: result, t2: result, t3: result }),
  /** Tests that are told before the process dies; from 4 it lives. */
  diesAfter: fc.constantFrom(0, 1, 2, 9, 9, 9, 9),
});
type FileStep = typeof fileStep extends fc.Arbitrary<infer T> ? T : never;
const step = fc.record({ f0: fileStep, f1: fileStep, f2: fileStep });
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

/** What happened to one test, run by run; the oracle reads it from the end. */
type Happening = 'passed' | 'failed' | 'unreached' | 'vanished' | 'nothing';

interface World {
  ledger: Ledger | null;
  readonly texts: Map<string, string>;
  readonly history: Map<string, Happening[]>;
  readonly holds: Map<string, readonly string[]>;
}

function newWorld(): World {
  return { ledger: null, texts: new Map(), history: new Map(), holds: new Map() };
}

function leftOf(world: World, file: string): Left {
  if (world.ledger === null) return 'all';
  const remainder = remainderOf(world.ledger, {
    ...{ mode: 'rest', extraArgs: [] },
    digestOf: (path) => world.texts.get(path) ?? null,
    nameOf: (_suite, { name }) => name,
  });
  return remainder('suite', file, { keyword: null, markers: null, names: [] });
}

function edit(world: World, file: string, { holds, edited }: FileStep): void {
  const before = world.holds.get(file);
  if (before !== undefined && !edited) return;
  const own = names.filter((name) => holds[name]);
  world.holds.set(file, own);
  world.texts.set(file, own.join());
}

/** One run of the chain, as the events that it would write. */
function run(world: World, now: Step): void {
  for (const file of files) edit(world, file, now[file]);
  const planned = files.flatMap((file) => {
    const left = leftOf(world, file);
    if (!now[file].selected || left === 'nothing') return [];
    return [
      createTask(`unit/${file}`, { suite: 'suite', files: [file], tests: left === 'all' ? {} : { [file]: left } }),
    ];
  });
  const told = planned.flatMap((task): readonly EventBody[] => {
    const [file] = task.files as readonly (typeof files)[number][];
    if (file === undefined) return [];
    const asked = task.tests[file] ?? null;
    const wanted = (world.holds.get(file) ?? []).filter((name) => asked === null || asked.includes(name));
    const reached = wanted.slice(0, now[file].diesAfter);
    const tests = reached.map((name): TestResult =>
      createTest(name, { id: { file, className: 'c', name }, status: now[file].results[name as 't0'] }),
    );
    note(world, file, { asked, wanted, reached, results: now[file].results, dies: now[file].diesAfter < 9 });
    const failed = tests.some(({ status }) => status === 'failed');
    if (now[file].diesAfter < 9) return taskEvents(task.id, tests, { kind: 'timed-out', afterMs: 1 });
    if (tests.length === 0 && !failed) return taskEvents(task.id, tests, { kind: 'passed' });
    return taskEvents(task.id, tests, { kind: failed ? 'tests-failed' : 'passed' }).map((event) =>
      event.type === 'attempt-finished' && failed ? { ...event, toldAll: true } : event,
    );
  });
  const { ledger } = world;
  const start = {
    ...startEvent(createPlan(planned)),
    digests: Object.fromEntries(world.texts),
    ...(ledger === null ? {} : { rerunOf: { runId: 'r', outstanding: outstandingOf(ledger) } }),
  };
  const observer = createRunObserver(() => false);
  for (const event of timed([start, ...told])) observer.apply(event);
  const observed = observer.result();
  if (observed === null) throw new Error('nothing was observed');
  world.ledger = nextLedger(ledger, observed, (_framework, { name }) => name);
}

function note(
  world: World,
  file: string,
  what: {
    readonly asked: readonly string[] | null;
    readonly wanted: readonly string[];
    readonly reached: readonly string[];
    readonly results: FileStep['results'];
    readonly dies: boolean;
  },
): void {
  for (const name of names) {
    const history = world.history.get(`${file}::${name}`) ?? [];
    world.history.set(`${file}::${name}`, history);
    if (what.reached.includes(name)) {
      const status = what.results[name];
      history.push(status === 'skipped' ? 'nothing' : status);
    } else if (what.asked !== null && !what.asked.includes(name)) history.push('nothing');
    // Nobody knows of a test that was never told of, so that its file is owed instead.
    else if (what.dies) history.push(oracle(history) === 'untracked' ? 'nothing' : 'unreached');
    else history.push('vanished');
  }
}

function oracle(history: readonly Happening[]): 'passing' | 'outstanding' | 'untracked' {
  const last = history.findLastIndex((happening) => happening !== 'nothing');
  const decisive = history[last];
  if (decisive === 'passed') return 'passing';
  if (decisive === 'failed' || decisive === 'unreached') return 'outstanding';
  return decisive === 'vanished' && oracle(history.slice(0, last)) === 'outstanding' ? 'outstanding' : 'untracked';
}

function standingIn(world: World, file: string, name: string): string {
  const key = testKey({ file, className: 'c', name });
  return world.ledger?.suites.get('suite')?.get(file)?.tests.get(key)?.standing ?? 'untracked';
}

const everything = (results: FileStep['results']): Omit<FileStep, 'holds'> => ({
  ...{ selected: true, edited: false, results, diesAfter: 9 },
});
const good = { t0: 'passed', t1: 'passed', t2: 'passed', t3: 'passed' } as const;

function chain(steps: readonly Step[], check: (world: World, before: World) => void): World {
  const world = newWorld();
  for (const now of steps) {
    const before = { ...world, history: structuredClone(world.history) };
    run(world, now);
    check(world, before);
  }
  return world;
}

test('each test stands as its history alone says', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      chain(steps, (world) => {
        for (const file of files) {
          for (const name of names) {
            const history = world.history.get(`${file}::${name}`) ?? [];
            // A test that was heard of only while nothing was tracked of it may be owed with its file.
            const expected = oracle(history);
            const actual = standingIn(world, file, name);
            if (expected !== actual) expect([file, name, history, actual]).toEqual([file, name, history, expected]);
          }
        }
      });
    }),
    { numRuns: 400 },
  );
});

test('every test that is there, was selected and has not passed runs or is still owed, a new one too', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), step, (steps, next) => {
      const world = chain(steps, () => undefined);
      for (const file of files) {
        edit(world, file, next[file]);
        const left = leftOf(world, file);
        for (const name of world.holds.get(file) ?? []) {
          const history = world.history.get(`${file}::${name}`) ?? [];
          const skippedItself = oracle(history) === 'untracked' && history.length > 0;
          if (standingIn(world, file, name) === 'passing' || skippedItself) continue;
          expect(left === 'all' || left.includes(name), `${file}::${name} of ${String(left)}`).toBe(true);
        }
      }
    }),
    { numRuns: 400 },
  );
});

test('what passed stays passed until it runs again and fails, dies or is gone', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 2, maxLength: 8 }), (steps) => {
      chain(steps, (world, before) => {
        for (const [key, history] of world.history) {
          const [file = '', name = ''] = key.split('::');
          if (standingIn(before, file, name) !== 'passing' || standingIn(world, file, name) === 'passing') continue;
          expect(['failed', 'unreached', 'vanished']).toContain(history.at(-1));
        }
      });
    }),
    { numRuns: 400 },
  );
});

test('once everything passes, a chain ends: nothing is left after two more runs, and only lost tests are owed', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 8 }), (steps) => {
      const world = chain(steps, () => undefined);
      const healthy = everything(good);
      const last = steps.at(-1);
      if (last === undefined) return;
      for (let round = 0; round < 2; round += 1) {
        run(world, {
          f0: { ...healthy, holds: last.f0.holds },
          f1: { ...healthy, holds: last.f1.holds },
          f2: { ...healthy, holds: last.f2.holds },
        });
      }
      expect(files.map((file) => leftOf(world, file))).toEqual(['nothing', 'nothing', 'nothing']);
      for (const { file, tests } of world.ledger === null ? [] : outstandingOf(world.ledger)) {
        const holds = world.holds.get(file) ?? [];
        expect(tests?.filter(({ name }) => holds.includes(name))).toEqual([]);
      }
    }),
    { numRuns: 400 },
  );
});
