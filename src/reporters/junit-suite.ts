import type { CategoryCoverage } from '../model/coverage.ts';
import type { Shard } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { Totals } from '../model/test.ts';
import { addTest, emptyTotals } from '../results/totals.ts';
import { coverageText } from './coverage-lines.ts';
import { attribute, seconds, writeCase } from './junit-case.ts';
import type { WrittenCase } from './junit-case.ts';

/** Everything that one `<testsuite>` is made of. */
export interface WrittenSuite {
  readonly task: Task;
  readonly plan: Plan;
  readonly shard: Shard | null;
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly durationMs: number;
  readonly attempts: number;
  readonly outcome: Outcome | null;
  /** Of its category, where it was the last task of that. */
  readonly coverage?: CategoryCoverage;
  readonly cases: readonly WrittenCase[];
  /** A case with its texts, which are not in memory before. */
  readonly load: (written: WrittenCase) => WrittenCase;
}

/** A `<testsuite>` in parts, so that a long one is never one string, and what it adds to the totals. */
export function writeSuite(suite: WrittenSuite): { readonly parts: Iterable<string>; readonly totals: Totals } {
  let totals = emptyTotals;
  for (const { result } of suite.cases) totals = addTest(totals, result);
  return { parts: suiteParts(suite, totals), totals };
}

/** ` tests="…" failures="…" errors="…" skipped="…" time="…"`. */
export function totalsAttributes(totals: Totals, durationMs: number): string {
  return [
    attribute('tests', String(totals.tests)),
    attribute('failures', String(totals.failed)),
    attribute('errors', String(totals.errors)),
    attribute('skipped', String(totals.skipped)),
    attribute('time', seconds(durationMs)),
  ].join('');
}

/** ISO 8601 with an offset; always UTC, so that a log replayed elsewhere gives the same report. */
export function timestamp(at: number): string {
  return new Date(at).toISOString().replace('Z', '+00:00');
}

/** What a suite's `properties` say about its task. */
export function suiteProperties(suite: WrittenSuite): readonly (readonly [string, string])[] {
  const { task, plan, shard, outcome, attempts, coverage } = suite;
  const properties: (readonly [string, string])[] = [['category', task.category]];
  if (task.alsoIn.length > 0) properties.push(['alsoIn', task.alsoIn.join(' ')]);
  if (task.suite !== '') properties.push(['suite', task.suite], ['framework', task.framework]);
  properties.push(['environment', plan.environment]);
  if (task.worker !== undefined) properties.push(['worker', task.worker]);
  if (shard !== null) properties.push(['shard', `${shard.index}/${shard.total}`]);
  properties.push(['attempts', String(attempts)], ['outcome', outcome?.kind ?? 'unfinished']);
  if (coverage !== undefined) properties.push(['coverage', coverageText(coverage)]);
  return properties;
}

function* suiteParts(suite: WrittenSuite, totals: Totals): Generator<string> {
  const head = `${attribute('name', suite.task.id)}${totalsAttributes(totals, suite.durationMs)}`;
  yield `  <testsuite${head}${attribute('timestamp', timestamp(suite.startedAt))}>\n    <properties>\n`;
  for (const [name, value] of suiteProperties(suite)) {
    yield `      <property${attribute('name', name)}${attribute('value', value)}/>\n`;
  }
  yield '    </properties>\n';
  for (const written of suite.cases) yield writeCase(suite.load(written));
  yield '  </testsuite>\n';
}
