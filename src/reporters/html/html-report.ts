import { join } from 'node:path';
import type { Shard } from '../../model/event.ts';
import type { TestResult } from '../../model/test.ts';
import type { Reporter } from '../../ports.ts';
import { createRunRecord } from '../../results/run-record.ts';
import type { RunRecord } from '../../results/run-record.ts';
import type { RunState, TaskRecord } from '../../results/run-state.ts';
import type { WrittenSuite } from '../junit-suite.ts';
import { rerunTasksCommand, rerunTestCommand } from '../rerun-command.ts';
import type { RerunContext } from '../rerun-command.ts';
import { createSuiteCollector } from '../suite-collector.ts';
import { createSuiteSpool } from '../suite-spool.ts';
import type { SuiteSpool } from '../suite-spool.ts';
import { summaryLine } from '../summary.ts';
import type { PageRun } from './page-data.ts';
import { pageJson } from './page-json.ts';
import { pageRun, pageTasks } from './page-run.ts';
import type { PageRunOptions } from './page-run.ts';
import { pageGroup, wholeBytes } from './page-tests.ts';
import { createPastTests } from './past-tests.ts';
import type { PastTests, ReadPast } from './past-tests.ts';
import { createTimeline } from './page-timeline.ts';
import { writePage } from './write-page.ts';

export interface HtmlReportOptions {
  readonly path: string;
  /** A folder of the reporter's own; emptied at the start, gone at the end. */
  readonly spoolDir: string;
  /** Folder of the page's script and style. */
  readonly assetsDir: string;
  /** The shard that a task ran in, where the run as a whole is not one. */
  readonly shardOf?: (task: string) => Shard | null;
  /** How commands run tests again; `null` = not known, as in a merge. */
  readonly rerun: RerunContext | null;
  /** Hides secrets in commands; everything else comes from events, in which there are none. */
  readonly mask?: (text: string) => string;
  /** What else is known to be wrong, asked at the end. */
  readonly problems?: () => readonly string[];
  /** Other reports beside the page. */
  readonly links: PageRun['links'];
  /** What is remembered of tests, asked at the end; absent = nothing. */
  readonly readPast?: ReadPast | undefined;
  /** Kept by whoever hands out the events, ahead of them; absent = the reporter keeps its own. */
  readonly record?: RunRecord | undefined;
}

/**
 * The run as one page for a browser, written when it is closed; needs no network and no other file. Tests wait on disk until then.
 * @throws when the folder cannot be made; later failures come from `onEvent` or `close`.
 */
export function createHtmlReport(options: HtmlReportOptions): Reporter {
  const record = options.record ?? createRunRecord();
  const timeline = createTimeline();
  const budget = { bytes: wholeBytes };
  const groups = new Set<number>();
  const past = createPastTests(options.readPast);
  const masked = (command: string | null): string | null =>
    command === null ? null : (options.mask?.(command) ?? command);
  const collector = createSuiteCollector({
    ...options,
    onSuite(suite, index) {
      if (suite.cases.length === 0) return;
      const rerun = (result: TestResult): string | null => masked(rerunTest(suite, result, options.rerun));
      const told = (result: TestResult, place: number): void => past.add(suite.task, result, `${index}.${place}`);
      spool.put(index, pageGroup(suite, { task: index, budget, rerun, told }));
      groups.add(index);
    },
  });
  const spool = createSuiteSpool(join(options.spoolDir, 'groups.json'));
  const finish = async (): Promise<void> => {
    collector.endUnfinished();
    const { state } = record;
    if (state.plan === null) return;
    const rerun = (tasks: readonly TaskRecord[]): string | null => masked(rerunTasks(state, tasks, options.rerun));
    const about = {
      state,
      timeline,
      rerun,
      shardOf: options.shardOf,
      links: options.links,
      problems: options.problems?.() ?? [],
    };
    await writePage({
      path: options.path,
      assetsDir: options.assetsDir,
      name: 'page',
      title: `${state.verdict ?? 'unfinished'}: ${state.plan.project} (${state.plan.environment})`,
      summary: summaryLine(state),
      dataBytes: spool.size(),
      data: dataOf(about, { groups, spool, past }),
    });
  };
  return {
    onEvent(event) {
      record.apply(event);
      timeline.onEvent(event);
      collector.onEvent(event);
    },
    async close() {
      try {
        await finish();
      } finally {
        spool.close();
        collector.close();
      }
    },
  };
}

function* dataOf(
  about: PageRunOptions,
  content: { readonly groups: ReadonlySet<number>; readonly spool: SuiteSpool; readonly past: PastTests },
): Generator<string | Uint8Array> {
  const { state, timeline } = about;
  const { groups, spool, past } = content;
  const from = state.startedAt ?? 0;
  const services = timeline.services(from, state.endedAt ?? state.lastAt ?? from);
  yield `{"format":1,"run":${pageJson(pageRun(about))},"services":${pageJson(services)},"tasks":[`;
  let before = '';
  for (const task of pageTasks(about)) {
    yield `${before}${pageJson(task)}`;
    before = ',\n';
  }
  yield '],"groups":[';
  for (const [place, index] of [...groups].sort((a, b) => a - b).entries()) {
    if (place > 0) yield ',\n';
    yield* spool.parts(index);
  }
  const { history, flakiness } = past.read(state.plan?.environment ?? '');
  yield `]${history === null ? '' : `,"history":${pageJson(history)},"flakiness":${pageJson(flakiness)}`}}`;
}

function rerunTest({ plan, task }: WrittenSuite, result: TestResult, how: RerunContext | null): string | null {
  if (how === null) return null;
  return result.synthetic ? rerunTasksCommand(plan, [task], how) : rerunTestCommand(plan, task, { id: result.id, how });
}

function rerunTasks({ plan }: RunState, records: readonly TaskRecord[], how: RerunContext | null): string | null {
  if (how === null || plan === null) return null;
  return rerunTasksCommand(
    plan,
    records.map(({ task }) => task),
    how,
  );
}
