import { byWord, fields, flag, listOf, nullable, number, oneOf, tableOf, text, wordOf } from '../base/shape.ts';
import type { Shape } from '../base/shape.ts';
import type { Priority } from '../model/config.ts';
import type { CancelReason, Outcome, SkipReason } from '../model/outcome.ts';

/** Of each kind of a union, so that the compiler misses one that was added. */
type Kinds<Union extends { readonly kind: string }> = Readonly<Record<Union['kind'], Shape>>;

const texts = listOf(text);

const cancelReason = byWord('kind', {
  signal: fields({ signal: oneOf('SIGINT', 'SIGTERM', 'SIGHUP') }),
  'fail-fast': fields({ cause: text }),
  'max-failures': fields({ failures: number }),
  deadline: fields({ afterMs: number }, { limitMs: number, layer: text }),
  'internal-error': fields({ message: text }),
  'lease-lost': fields({}),
  'queue-lost': fields({ message: text }),
  'broken-worker': fields({ tasks: number }),
} satisfies Kinds<CancelReason>);

const skipReason = byWord('kind', {
  blocked: fields({ by: text }, { stage: fields({ layer: text, number, total: number, categories: texts }) }),
  environment: fields({ environment: text, allowed: texts }),
  'service-unavailable': fields({ service: text, problem: text, remedy: text }),
} satisfies Kinds<SkipReason>);

/** How a task ended. */
export const outcomeShape = byWord('kind', {
  passed: fields({}),
  'tests-failed': fields({}),
  'no-tests': fields({}),
  'timed-out': fields({ afterMs: number }),
  crashed: fields({ exit: byWord('kind', { code: fields({ code: number }), signal: fields({ signal: text }) }) }),
  'report-unusable': fields({ path: text, problem: text }),
  'spawn-failed': fields({ problem: text }),
  'service-failed': fields({ service: text, problem: text }),
  cancelled: fields({ reason: cancelReason }),
  skipped: fields({ because: skipReason }),
} satisfies Kinds<Outcome>);

/** Why a run was stopped. */
export const cancelShape: Shape = cancelReason;

const role = oneOf('chosen', 'dependency');
const priority = wordOf<Priority>({ critical: true, high: true, normal: true, low: true, background: true });

/** One task of a plan. */
export const taskShape = fields(
  {
    ...{
      id: text,
      category: text,
      alsoIn: texts,
      suite: text,
      framework: text,
      role,
      files: texts,
      tests: tableOf(texts),
    },
    ...{ keyword: nullable(text), markers: nullable(text), priority, dependsOn: texts, after: texts, conflicts: texts },
    ...{ needs: texts, locks: texts, slots: number, exclusive: flag, timeoutMs: number, slowAfterMs: number },
    missingService: oneOf('fail', 'skip'),
    ...{ expectedMs: nullable(number), settled: nullable(outcomeShape) },
  },
  // The first versions knew no retries.
  {
    ...{
      retries: number,
      flaky: oneOf('pass', 'fail'),
      retryRules: fields({}),
      repeat: number,
      worker: text,
      first: flag,
    },
  },
);

const category = fields(
  {
    ...{ name: text, role, priority, because: text, dependsOn: texts, files: number, tasks: number },
    ...{ skip: nullable(skipReason), empty: flag, allowEmpty: flag },
  },
  { minCoverage: number },
);

/** What one shard runs. */
export const shardShape = fields(
  {
    index: number,
    work: listOf(
      fields({ category: text, suite: text, keyword: nullable(text), markers: nullable(text), files: texts }),
    ),
  },
  { expectedMs: number },
);

const concerned = listOf(fields({ name: text, because: text }));

/** What `--changed` found. */
export const changesShape = fields({
  since: nullable(fields({ ref: text, commit: text })),
  files: number,
  everything: nullable(text),
  categories: concerned,
  suites: concerned,
  testFiles: concerned,
  ignored: texts,
});

/** What a run was going to do. */
export const planShape = fields(
  {
    ...{
      id: text,
      project: text,
      environment: text,
      slots: number,
      tasks: listOf(taskShape),
      categories: listOf(category),
    },
    excluded: fields({ pattern: number, files: number, suite: number, category: number, uncategorised: number }),
    selection: texts,
  },
  {
    layers: listOf(fields({ name: text, stages: listOf(texts), stopOnFailure: flag, budgetMs: nullable(number) })),
    shards: listOf(shardShape),
    quarantine: listOf(
      fields({ test: text, owner: text, until: text, reason: text, tasks: texts, isWhole: flag }, { expired: flag }),
    ),
    coverage: fields({ without: listOf(fields({ suite: text, framework: text })) }),
    changes: changesShape,
  },
);
