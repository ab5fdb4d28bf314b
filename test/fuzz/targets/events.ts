import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { merge } from '../../../src/commands/merge.ts';
import type { MergeResult } from '../../../src/commands/merge.ts';
import { UsageError } from '../../../src/errors.ts';
import type { EventBody, RunEvent } from '../../../src/model/event.ts';
import type { ReportItem } from '../../../src/model/report.ts';
import { readJunit } from '../../../src/results/junit-reader.ts';
import { parseEvent } from '../../../src/results/parse-event.ts';
import { createRunRecord } from '../../../src/results/run-record.ts';
import { totalsOf } from '../../../src/results/run-state.ts';
import { verdictOf } from '../../../src/results/verdict.ts';
import {
  createPlan,
  createTask,
  createTest,
  collect,
  finishEvent,
  startEvent,
  taskEvents,
  timed,
} from '../../support/run-events.ts';
import type { LineMutant, LineSource } from '../line-mutations.ts';
import { lineMutants } from '../line-mutations.ts';
import type { FuzzTarget } from '../target.ts';

interface LogSource extends LineSource {
  /** What the log is as it was. */
  readonly whole: Merged;
}

interface Merged {
  readonly verdict: MergeResult['verdict'];
  readonly passed: number;
}

/** Event logs: torn, mixed with other lines, and with values of the wrong kind. */
export const events: FuzzTarget = {
  name: 'events',
  reads: 'event logs',
  runsInCi: 250,
  async property(folder) {
    const sources: LogSource[] = [];
    for (const source of logs()) {
      const whole = await replay(source.lines, folder);
      assert.ok(whole !== null, source.name);
      sources.push({ ...source, whole });
    }
    const words = [
      '{}',
      '{"at":1}',
      '{"at":1,"type":"constructor"}',
      '{"at":1,"type":"warning","message":"\\u2028"}',
      '\0',
    ];
    return fc.asyncProperty(lineMutants(sources, words), (mutant) => check(mutant, folder));
  },
};

async function check(mutant: LineMutant<LogSource>, folder: string): Promise<void> {
  const lines = mutant.lines.flatMap(({ text }) => text.split('\n'));
  replayAlone(lines);
  const merged = await replay(lines, folder);
  if (merged?.verdict !== 'passed') return;
  const { whole } = mutant.source;
  const strange = mutant.lines.flatMap(({ text, from }) => (from === null ? (parseEvent(text) ?? []) : []));
  const alone = strange.every(({ type }) => !telling.has(type));
  assert.ok(!alone || whole.verdict === 'passed', `${whole.verdict} became a pass`);
  if (alone) assert.equal(merged.passed, whole.passed, 'tests are lost, or there are more of them');
  const others = new Set(strange.flatMap((event) => ('task' in event ? event.task : [])));
  for (const { text, from } of mutant.lines) {
    const event = from === null ? null : parseEvent(text);
    assert.ok(event === null || !isRed(event, others), `red, and it passed: ${text.slice(0, 300)}`);
  }
}

/** What else may decide how a run ended. */
const telling: ReadonlySet<RunEvent['type']> = new Set<RunEvent['type']>([
  ...(['run-started', 'run-finished', 'task-finished', 'task-claimed', 'attempt-started', 'elsewhere'] as const),
]);

const harmless: ReadonlySet<string> = new Set(['passed', 'skipped', 'no-tests', 'cancelled']);

function isRed(event: RunEvent, others: ReadonlySet<string>): boolean {
  if (event.type === 'run-finished') return event.verdict !== 'passed';
  return event.type === 'task-finished' && !others.has(event.task) && !harmless.has(event.outcome.kind);
}

/** As reruns and comparisons read a log. */
function replayAlone(lines: readonly string[]): void {
  const record = createRunRecord();
  for (const line of lines) {
    const event = parseEvent(line);
    if (event !== null) record.apply(event);
  }
  verdictOf(record.state);
  for (const value of Object.values(totalsOf(record.state))) assert.equal(typeof value, 'number');
}

/** `null` = it was refused. */
async function replay(lines: readonly string[], folder: string): Promise<Merged | null> {
  mkdirSync(join(folder, 'log'), { recursive: true });
  writeFileSync(join(folder, 'log/events.jsonl'), `${lines.join('\n')}\n`);
  try {
    const options = { cwd: folder, reportsDir: join(folder, 'merged'), chosen: ['junit'] as const };
    const { verdict } = await merge({ paths: ['log'], ...options });
    const items = await collect(readJunit([readFileSync(join(folder, 'merged/junit.xml'))]));
    assert.ok(
      items.every(({ kind }) => kind !== 'damage'),
      'junit.xml is whole',
    );
    return { verdict, passed: items.filter(isPass).length };
  } catch (error) {
    if (error instanceof UsageError) return null;
    throw error;
  }
}

function isPass(item: ReportItem): boolean {
  return item.kind === 'case' && item.case.status === 'passed';
}

/** One of each kind. */
function logs(): readonly LineSource[] {
  const earlier = readFileSync(join(import.meta.dirname, '../../fixtures/earlier/events.jsonl'), 'utf8');
  const tasks = ['unit/api', 'unit/web', 'e2e/web'];
  const plan = createPlan(tasks.map((id) => createTask(id, { files: ['tests/test_a.py'] })));
  const begin = startEvent(plan);
  const [a, b, c] = [createTest('a'), createTest('b', { stdout: 'said' }), createTest('c', { status: 'skipped' })];
  const bad = createTest('c', { status: 'failed' });
  const passed = tasks.slice(0, 2).flatMap((id) => taskEvents(id, [a, b, c], { kind: 'passed' }));
  const last = (test: typeof a, outcome: Parameters<typeof taskEvents>[2]): readonly EventBody[] =>
    taskEvents('e2e/web', [a, test], outcome);
  const retried: readonly EventBody[] = [
    ...last(bad, { kind: 'tests-failed' }).slice(0, -1),
    { type: 'attempt-started', task: 'e2e/web', attempt: 2, cause: 'retry', command: ['x'], cwd: '.' },
    ...last({ ...bad, status: 'passed', problems: [], flaky: true }, { kind: 'passed' })
      .slice(3)
      .map((event) => ('attempt' in event ? { ...event, attempt: 2 } : event)),
  ];
  const stop: EventBody = { type: 'run-cancelling', reason: { kind: 'signal', signal: 'SIGINT' } };
  const bodies: Readonly<Record<string, readonly EventBody[]>> = {
    green: [begin, ...passed, ...last(b, { kind: 'passed' }), finishEvent('passed')],
    flaky: [begin, ...passed, ...retried, finishEvent('passed')],
    failed: [begin, ...passed, ...last(bad, { kind: 'tests-failed' }), finishEvent('failed')],
    crashed: [
      begin,
      ...passed,
      ...last(b, { kind: 'crashed', exit: { kind: 'signal', signal: 'SIGSEGV' } }),
      finishEvent('infrastructure'),
    ],
    killed: [begin, ...passed, ...last(b, { kind: 'passed' }).slice(0, 3)],
    stopped: [begin, ...passed, stop, finishEvent('interrupted')],
    shard: [startEvent(plan, { index: 1, total: 2 }), ...passed, ...last(b, { kind: 'passed' }), finishEvent('passed')],
  };
  return [
    { name: 'earlier', lines: earlier.trimEnd().split('\n') },
    ...Object.entries(bodies).map(([name, list]) => ({
      name,
      lines: timed(list).map((event) => JSON.stringify(event)),
    })),
  ];
}
