import { formatDuration } from '../base/duration.ts';
import { displayWidth, oneLine, plural, truncate } from '../base/text.ts';
import type { Outcome } from '../model/outcome.ts';
import type { TaskRecord } from '../results/run-state.ts';
import { isOfTest } from '../results/test-records.ts';
import { cancelText } from './describe.ts';
import { expectedRemainingMs, isRunning, startingServices } from './live-state.ts';
import type { LiveState } from './live-state.ts';

/** One row of the tree: a category, a suite where there is only one category, or all that had no room. */
export interface TreeRow {
  readonly state: RowState;
  /** One harmless line that fits the width. */
  readonly text: string;
}

export type RowState = 'waiting' | 'running' | 'passed' | 'failed' | 'skipped';

export interface Tree {
  readonly rows: readonly TreeRow[];
  /** How far the run is and what it is doing, below the rows. */
  readonly footer: readonly string[];
}

export interface TreeSize {
  readonly columns: number;
  /** Rows at most, the one for what had no room included. */
  readonly maxRows: number;
  /** Put behind how far the run is, where there is room. */
  readonly hint?: string;
}

/** The picture of a run at the moment `now` (milliseconds since the epoch); never more than `maxRows` rows and three lines below. */
export function drawTree(state: LiveState, size: TreeSize, now: number): Tree {
  const groups = groupTasks(state);
  const shown = choose(groups, size.maxRows);
  const nameWidth = Math.min(
    Math.max(0, ...shown.map(({ name }) => displayWidth(name))),
    Math.floor(size.columns / 3),
    28,
  );
  const rows = shown.map((group) => ({ state: group.state, text: rowText(group, nameWidth, size.columns) }));
  const hidden = groups.filter((group) => !shown.includes(group));
  if (hidden.length > 0) rows.push(hiddenRow(hidden, size.columns));
  return { rows, footer: footerLines(state, size, now) };
}

interface Group {
  readonly name: string;
  readonly state: RowState;
  readonly tasks: readonly TaskRecord[];
}

function groupTasks(state: LiveState): readonly Group[] {
  const tasks = [...state.run.tasks.values()];
  const oneCategory = new Set(tasks.map(({ task }) => task.category)).size <= 1;
  const groups = new Map<string, TaskRecord[]>();
  for (const live of tasks) {
    const name = oneCategory && live.task.suite !== '' ? live.task.suite : live.task.category;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [live]);
    else group.push(live);
  }
  return Array.from(groups, ([name, members]) => ({ name: oneLine(name), state: stateOf(members), tasks: members }));
}

/** Running and failed groups are what people look for; the others fill up, in the plan's order. */
function choose(groups: readonly Group[], maxRows: number): readonly Group[] {
  if (groups.length <= maxRows) return groups;
  const urgency: Readonly<Record<RowState, number>> = { running: 0, failed: 1, waiting: 2, passed: 3, skipped: 4 };
  const chosen = new Set(
    groups.toSorted((a, b) => urgency[a.state] - urgency[b.state]).slice(0, Math.max(0, maxRows - 1)),
  );
  return groups.filter((group) => chosen.has(group));
}

function stateOf(tasks: readonly TaskRecord[]): RowState {
  if (tasks.some(isRunning)) return 'running';
  const outcomes = tasks.flatMap(({ outcome }) => (outcome === null ? [] : [outcome]));
  if (outcomes.length < tasks.length)
    return outcomes.length === 0 ? 'waiting' : outcomes.some(isBad) ? 'failed' : 'running';
  if (outcomes.some(isBad)) return 'failed';
  return outcomes.every(({ kind }) => kind === 'passed') ? 'passed' : 'skipped';
}

function isBad({ kind }: Outcome): boolean {
  return kind !== 'passed' && kind !== 'skipped' && kind !== 'cancelled' && kind !== 'no-tests';
}

function rowText(group: Group, nameWidth: number, columns: number): string {
  const name = truncate(group.name, nameWidth);
  const padded = name + ' '.repeat(nameWidth - displayWidth(name));
  const running = group.tasks.filter(isRunning);
  const what = running.length === 0 ? '' : `  · ${running.map(shortId).join(' ')}`;
  return truncate(`${padded}  ${countsText(group.tasks)}${what}`, columns);
}

function countsText(tasks: readonly TaskRecord[]): string {
  const done = tasks.filter(({ state }) => state === 'finished').length;
  const totals = sum(tasks);
  const parts = [
    tasks.length === 1 ? '' : `${done}/${tasks.length} tasks`,
    totals.passed === 0 ? '' : `${totals.passed} passed${among(totals.flaky, 'flaky')}`,
    totals.bad === 0 ? '' : `${totals.bad} failed`,
    totals.skipped === 0 ? '' : `${totals.skipped} skipped${among(totals.quarantined, 'quarantined')}`,
    totals.cutOff === 0 ? '' : `${plural(totals.cutOff, 'task')} cut off`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? (done === tasks.length ? 'not run' : 'no result yet') : parts.join(', ');
}

function among(count: number, word: string): string {
  return count === 0 ? '' : ` (${count} ${word})`;
}

function sum(tasks: readonly TaskRecord[]): {
  readonly passed: number;
  readonly bad: number;
  readonly skipped: number;
  readonly flaky: number;
  readonly quarantined: number;
  /** Tasks; what stands for them in the reports is no failure of a test. */
  readonly cutOff: number;
} {
  const total = { passed: 0, bad: 0, skipped: 0, flaky: 0, quarantined: 0, cutOff: 0 };
  for (const { totals, outcome, failures } of tasks) {
    const cutOff = outcome?.kind === 'cancelled';
    const made = cutOff ? [...failures.values()].filter((failure) => !isOfTest(failure)).length : 0;
    total.passed += totals.passed;
    total.bad += totals.failed + totals.errors - made;
    total.skipped += totals.skipped;
    total.flaky += totals.flaky ?? 0;
    total.quarantined += totals.quarantined ?? 0;
    total.cutOff += cutOff ? 1 : 0;
  }
  return total;
}

/** `unit/vitest/3` is `vitest/3` where the category is told beside it. */
function shortId({ task }: TaskRecord): string {
  const prefix = `${task.category}/`;
  return oneLine(task.id.startsWith(prefix) ? task.id.slice(prefix.length) : task.id);
}

function hiddenRow(hidden: readonly Group[], columns: number): TreeRow {
  const count = (state: RowState): number => hidden.filter((group) => group.state === state).length;
  const parts = (['running', 'failed', 'waiting', 'passed', 'skipped'] as const)
    .filter((state) => count(state) > 0)
    .map((state) => `${count(state)} ${state}`);
  const state =
    count('running') > 0 ? 'running' : count('failed') > 0 ? 'failed' : count('waiting') > 0 ? 'waiting' : 'passed';
  return { state, text: truncate(`${hidden.length} more: ${parts.join(', ')}`, columns) };
}

function footerLines(state: LiveState, { columns, hint = '' }: TreeSize, now: number): readonly string[] {
  if (state.run.plan === null) return [];
  const totals = sum([...state.run.tasks.values()]);
  const remaining = expectedRemainingMs(state.run, now);
  const progress = [
    `${state.finished}/${plural(state.run.tasks.size, 'task')}`,
    `${totals.passed} passed`,
    totals.bad === 0 ? '' : `${totals.bad} failed`,
    clock(now - (state.run.startedAt ?? now)),
    remaining === null || remaining < 1000 ? '' : `about ${clock(remaining)} left`,
  ];
  const [task, test = null] = [...state.tests].at(-1) ?? [];
  const starting = startingServices(state.run).map(oneLine);
  return [
    withHint(progress.filter((part) => part !== '').join('  '), hint, columns),
    starting.length === 0 ? '' : `starting service ${starting.join(', ')}`,
    state.run.cancelled === null ? '' : `${cancelText(state.run.cancelled)}; ending, reports follow`,
    test === null || state.run.cancelled !== null ? '' : `test ${oneLine(test)}${shareText(state, task)}`,
  ]
    .filter((line) => line !== '')
    .slice(0, 3)
    .map((line) => truncate(line, columns));
}

function withHint(text: string, hint: string, columns: number): string {
  return hint === '' || displayWidth(text) + displayWidth(hint) + 4 > columns ? text : `${text}    ${hint}`;
}

/** How many tests of its task are done, where it is known how many there are. */
function shareText({ progress }: LiveState, task: string | undefined): string {
  const far = task === undefined ? undefined : progress.get(task);
  return far === undefined ? '' : ` (${far.done}/${far.of})`;
}

/** Whole seconds: a clock that shows fractions would have the terminal redrawn for nothing. */
function clock(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  return seconds < 60 ? `${seconds}s` : formatDuration(seconds * 1000);
}
