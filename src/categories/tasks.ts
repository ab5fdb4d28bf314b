import { UsageError } from '../errors.ts';
import type { Category, Config, Priority, Suite } from '../model/config.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Narrowing, PlanFacts, Role, Task } from '../model/plan.ts';
import type { SelectionRequest } from '../model/selection.ts';
import { againOf, timesOf } from './again.ts';
import type { Claim } from './assign-files.ts';
import { batch, type BatchOptions } from './batch.ts';
import type { Gates } from './gates.ts';
import { wholeSuite, type PlannerTraits } from './membership.ts';
import type { ExpectedTimes } from './times.ts';

/** What tasks are made with, beside the claims. */
export interface TaskContext {
  readonly config: Config;
  readonly request: SelectionRequest;
  readonly facts: PlanFacts;
  readonly traits: ReadonlyMap<string, PlannerTraits>;
  readonly gates: Gates;
  readonly times: ExpectedTimes;
  readonly roles: ReadonlyMap<string, Role>;
  /** Categories that are here for those that wait for them, whatever they were asked for as. */
  readonly followers: ReadonlySet<string>;
  readonly priorities: ReadonlyMap<string, Priority>;
}

type Expressions = Omit<Narrowing, 'names'>;

/**
 * Cuts what each category runs into tasks.
 * @throws UsageError when a framework cannot do what the selection asks
 */
export function createTasks(claims: readonly Claim[], context: TaskContext): readonly Task[] {
  const everything = workOf(claims, context.times);
  const perPair = Map.groupBy(claims, ({ category, suite }) => `${category.name}/${suite.name}`);
  return [...perPair].flatMap(([pair, own]) => {
    const times = (claim: Claim): number => timesOf(claim, roleOf(claim, context), context.facts);
    const alike = Map.groupBy(own, (claim) => {
      const { keyword, markers, alsoIn } = claim;
      return JSON.stringify([keyword, markers, alsoIn, times(claim)]);
    });
    const pieces = [...alike.values()].flatMap((group) => cutGroup(group, context, everything));
    return pieces.map((piece, index) => ({ ...piece, id: pieces.length === 1 ? pair : `${pair}/${index + 1}` }));
  });
}

/** A task of a category of which nothing will be started, so that its outcome is reported like any other. */
export function createSettledTask(
  name: string,
  settled: Outcome,
  context: TaskContext & { readonly files: readonly string[] },
): Task[] {
  const category = context.config.categories[name];
  if (category === undefined) return [];
  return [
    {
      id: name,
      category: name,
      alsoIn: [],
      suite: '',
      framework: '',
      role: context.followers.has(name) ? 'dependency' : (context.roles.get(name) ?? 'chosen'),
      files: context.files,
      tests: {},
      keyword: null,
      markers: null,
      priority: context.priorities.get(name) ?? category.priority,
      dependsOn: [],
      after: [],
      conflicts: [],
      needs: [],
      locks: [],
      slots: 1,
      exclusive: false,
      timeoutMs: category.timeoutMs,
      slowAfterMs: category.slowAfterMs ?? context.config.settings.slowAfterMs,
      missingService: category.missingService,
      retries: category.retries,
      flaky: category.flaky,
      expectedMs: 0,
      settled,
    },
  ];
}

function cutGroup(group: readonly Claim[], context: TaskContext, everything: number): Omit<Task, 'id'>[] {
  const [first] = group;
  if (first === undefined) return [];
  const traits = context.traits.get(first.suite.framework);
  if (traits === undefined) {
    throw new UsageError(
      `suite ${first.suite.name}: framework ${JSON.stringify(first.suite.framework)} is not known`,
      `frameworks: ${[...context.traits.keys()].join(', ')}`,
    );
  }
  const narrowing = combineNarrowing(first, context.request);
  checkNarrowing(first, traits, narrowing);
  const claims = group.filter((claim) => claim.file !== wholeSuite);
  const narrowed = claims.filter(({ names }) => names !== null);
  refuseTestIds(first, traits, narrowed);
  const isFirst = ({ suite, file }: Claim): boolean => context.facts.first?.(suite.name, file) === true;
  const cut = (part: readonly Claim[]): readonly (readonly Claim[])[] =>
    cutClaims(part, { traits, context, everything });
  const batches =
    claims.length === 0
      ? [group.slice(0, 1)]
      : [...cut(claims.filter(isFirst)), ...cut(claims.filter((claim) => !isFirst(claim)))];
  return batches.map((part) => ({
    ...toTask(first, { part, narrowing, traits, context }),
    ...(part.some(isFirst) ? { first: true } : {}),
  }));
}

/** Files of which only some tests run stand alone where a process has one filter for all of its files. */
function cutClaims(
  claims: readonly Claim[],
  {
    traits,
    context,
    everything,
  }: { readonly traits: PlannerTraits; readonly context: TaskContext; readonly everything: number },
): readonly (readonly Claim[])[] {
  const [first] = claims;
  if (first === undefined) return [];
  const byFile = new Map(claims.map((claim) => [claim.file, claim]));
  const alone = new Set(
    traits.selectsTestsPerFile === true ? [] : claims.flatMap(({ file, names }) => (names === null ? [] : [file])),
  );
  const options: BatchOptions = {
    mode: first.suite.batch,
    ownWorkers: traits.ownWorkers,
    slots: concurrentTasks(first, context.facts.slots),
    durations: new Map(claims.flatMap((claim) => timeEntry(claim, context.times))),
    startUpMs: context.facts.startUp?.get(first.suite.name) ?? null,
    ...(context.facts.pulled === true ? { pulled: true } : {}),
    alone: workOf(claims, context.times) > everything * mostOfIt,
    argumentsOf: (file) => byFile.get(file)?.names?.map((name) => `${file}::${name}`) ?? [file],
  };
  const together = [...byFile.keys()].filter((file) => !alone.has(file));
  const batches = [...batch(together, options), ...[...alone].sort().map((file) => [file])];
  return batches.map((files) => files.flatMap((file) => byFile.get(file) ?? []));
}

/** What runs beside so much of all work is too little to fill slots with. */
const mostOfIt = 0.9;

/** Milliseconds; what was never measured counts nothing. */
function workOf(claims: readonly Claim[], times: ExpectedTimes): number {
  return claims.reduce(
    (sum, { category, suite, file }) => sum + (times.of({ category: category.name, suite: suite.name, file }) ?? 0),
    0,
  );
}

function toTask(
  claim: Claim,
  {
    part,
    narrowing,
    traits,
    context,
  }: { part: readonly Claim[]; narrowing: Expressions; traits: PlannerTraits; context: TaskContext },
): Omit<Task, 'id'> {
  const { category, suite, alsoIn } = claim;
  const role = roleOf(claim, context);
  const times = timesOf(claim, role, context.facts);
  // What `filter` returns keeps room for sixteen more, of each of thousands of tasks.
  const files = part.some(({ file }) => file === wholeSuite) ? [] : part.map(({ file }) => file);
  const fair = traits.ownWorkers && category.slots <= 1 ? Math.max(1, files.length) : category.slots;
  const slots = Math.max(1, Math.min(fair, context.facts.slots));
  const gates = context.gates.of(category.name);
  const expectedMs = expectedDuration({ category: category.name, suite: suite.name }, files, {
    context,
    parallel: traits.ownWorkers ? slots : 1,
  });
  return {
    category: category.name,
    alsoIn,
    suite: suite.name,
    framework: suite.framework,
    role,
    files,
    tests: Object.fromEntries(part.flatMap(({ file, names }) => (names === null ? [] : [[file, names]]))),
    ...narrowing,
    priority: context.priorities.get(category.name) ?? category.priority,
    dependsOn: gates.dependsOn,
    after: gates.after,
    conflicts: gates.conflicts,
    needs: category.needs,
    locks: locksOf(category, suite, traits),
    slots,
    exclusive: category.exclusive,
    timeoutMs: category.ownTimeout === true ? category.timeoutMs : (suite.timeoutMs ?? category.timeoutMs),
    slowAfterMs: category.slowAfterMs ?? context.config.settings.slowAfterMs,
    missingService: category.missingService,
    ...againOf(category, times),
    flaky: category.flaky,
    expectedMs: expectedMs === null ? null : expectedMs * times,
    settled: null,
  };
}

/** A lock of the folder cannot be meant by the config: names there have no colon. */
function locksOf(category: Category, suite: Suite, traits: PlannerTraits): readonly string[] {
  return traits.oneAtATime === true ? [...category.locks, `${traits.name}:${suite.cwd}`] : category.locks;
}

function roleOf({ category, alsoIn }: Claim, { roles, followers }: TaskContext): Role {
  if (followers.has(category.name)) return 'dependency';
  return [category.name, ...alsoIn].some((name) => roles.get(name) === 'chosen') ? 'chosen' : 'dependency';
}

function timeEntry(claim: Claim, times: ExpectedTimes): readonly (readonly [string, number])[] {
  const { category, suite, file } = claim;
  const ms = times.of({ category: category.name, suite: suite.name, file });
  return ms === null ? [] : [[file, ms]];
}

/** Batches that can never run side by side are not worth their start-up. */
function concurrentTasks({ category }: Claim, slots: number): number {
  if (category.exclusive || category.locks.length > 0) return 1;
  return Math.max(1, Math.floor(slots / Math.max(1, category.slots)));
}

/** With the start of the process; `null` where nothing of the category was ever measured. */
function expectedDuration(
  { category, suite }: Pick<Task, 'category' | 'suite'>,
  files: readonly string[],
  { context, parallel }: { readonly context: TaskContext; readonly parallel: number },
): number | null {
  if (files.length === 0) return context.times.of({ category, suite, file: wholeSuite });
  let sum = 0;
  for (const file of files) {
    const ms = context.times.of({ category, suite, file });
    if (ms === null) return null;
    sum += ms;
  }
  return Math.round(sum / parallel + (context.facts.startUp?.get(suite) ?? 0));
}

/** What a claim and the command line together narrow its files by. */
export function combineNarrowing(claim: Expressions, request: Expressions): Expressions {
  return {
    keyword: combine(claim.keyword, request.keyword),
    markers: combine(claim.markers, request.markers),
  };
}

function combine(own: string | null, asked: string | null): string | null {
  if (own === null || asked === null) return own ?? asked;
  return own === asked ? own : `(${own}) and (${asked})`;
}

function checkNarrowing({ category, suite }: Claim, traits: PlannerTraits, { keyword, markers }: Expressions): void {
  const where = `category ${category.name}: suite ${suite.name} (${suite.framework})`;
  const hint = `leave the suite out with --suite, or the category with --exclude-category ${category.name}`;
  if (keyword !== null && !traits.canFilterByKeyword) {
    throw new UsageError(`${where} cannot select tests by keyword ${JSON.stringify(keyword)}`, hint);
  }
  if (markers !== null && !traits.canFilterByMarkers) {
    throw new UsageError(`${where} cannot select tests by markers ${JSON.stringify(markers)}`, hint);
  }
  const problems = [
    keyword === null ? null : traits.keywordProblem?.(keyword),
    markers === null ? null : traits.markersProblem?.(markers),
  ];
  const problem = problems.find((text) => typeof text === 'string');
  if (problem != null) throw new UsageError(`${where}: ${problem}`, hint);
}

function refuseTestIds({ suite }: Claim, traits: PlannerTraits, [named]: readonly Claim[]): void {
  if (named === undefined || traits.canSelectTests) return;
  throw new UsageError(
    `${named.file}: suite ${suite.name} (${suite.framework}) cannot run single tests of a file`,
    `name the file without "::", or leave the suite out with --suite`,
  );
}
