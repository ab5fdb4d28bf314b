import { bracketSeconds, oneLine, plural } from '../base/text.ts';
import { exitCodeOf } from '../errors.ts';
import type { Outcome, Verdict } from '../model/outcome.ts';
import { totalsOf } from '../results/run-state.ts';
import type { RunState, TaskRecord } from '../results/run-state.ts';
import { isNarrowed } from '../results/verdict.ts';
import { outstandingText } from './outstanding-lines.ts';
import { cancelText, skipRemedy, skipText, totalsText } from './describe.ts';

/** Tasks that did not run, or not to their end, or tests of them, for one common reason. */
export interface NotRun {
  /** `cut off`: they were running when the run was stopped. */
  readonly state: 'not run' | 'cut off';
  readonly reason: string;
  /** What to do so that they run; `null` when that is told elsewhere. */
  readonly remedy: string | null;
  readonly categories: readonly string[];
  readonly tasks: number;
  readonly files: number;
  /** Given where the rest of their tasks did run. */
  readonly tests?: number;
}

/** `Summary [  15.750s] 120 tests: 115 passed, 3 failed, 2 skipped; 12 test files not run: docker is not running`, on one line. */
export function summaryLine(run: RunState): string {
  if (run.verdict === null || run.durationMs === null)
    return `Summary: the run did not finish; ${totalsText(totalsOf(run))}`;
  const parts = [
    totalsText(totalsOf(run)),
    ...groupNotRun(run).map((group) => `${amountText(group)} ${group.state}: ${group.reason}`),
    outstandingText(run.unseen),
    verdictText(run, run.verdict),
  ];
  return `Summary ${bracketSeconds(run.durationMs)} ${parts.filter((part) => part !== '').join('; ')}`;
}

/** What was planned and not run, by reason, in the order of the plan. */
export function groupNotRun(run: RunState): readonly NotRun[] {
  const groups = new Map<string, NotRun>();
  for (const { task, outcome, startedAt, notRun } of run.tasks.values()) {
    const why = whyNotRun(outcome, run);
    if (why === null) {
      for (const [reason, tests] of notRun) addTests(groups, { reason, tests, category: oneLine(task.category) });
      continue;
    }
    const state = outcome?.kind === 'cancelled' && startedAt !== null ? 'cut off' : 'not run';
    const key = `${state} ${why.reason}`;
    const { categories = [], tasks = 0, files = 0 } = groups.get(key) ?? {};
    const named = new Set([...categories, oneLine(task.category)]);
    groups.set(key, { ...why, state, categories: [...named], tasks: tasks + 1, files: files + task.files.length });
  }
  return [...groups.values()];
}

function addTests(
  groups: Map<string, NotRun>,
  { reason, tests, category }: { readonly reason: string; readonly tests: number; readonly category: string },
): void {
  const key = `tests ${reason}`;
  const { categories = [], tests: before = 0 } = groups.get(key) ?? {};
  groups.set(key, {
    ...{ state: 'not run', reason: oneLine(reason.replace(/^not run: /, '')), remedy: null, tasks: 0, files: 0 },
    ...{ categories: [...new Set([...categories, category])], tests: before + tests },
  });
}

/** `12 test files`, or tests, or tasks where a suite is not made of files. */
export function amountText(group: NotRun): string {
  if (group.tests !== undefined) return plural(group.tests, 'test');
  return group.files > 0 ? plural(group.files, 'test file') : plural(group.tasks, 'task');
}

function whyNotRun(
  outcome: Outcome | null,
  run: RunState,
): { readonly reason: string; readonly remedy: string | null } | null {
  if (outcome === null) {
    // A run that is still going on has nothing to say about what it has not reached.
    return run.verdict === null
      ? null
      : { reason: 'no result was recorded', remedy: 'run it again; if this repeats, it is a bug' };
  }
  return notRunOutcome(outcome);
}

function notRunOutcome(outcome: Outcome): { readonly reason: string; readonly remedy: string | null } | null {
  if (outcome.kind === 'skipped') return { reason: skipText(outcome.because), remedy: skipRemedy(outcome.because) };
  return outcome.kind === 'cancelled' ? { reason: cancelText(outcome.reason), remedy: null } : null;
}

/** A verdict that the counts alone do not explain. */
function verdictText(run: RunState, verdict: Verdict): string {
  const exit = `exit ${exitCodeOf(verdict)}`;
  switch (verdict) {
    case 'passed':
    case 'failed':
      return '';
    case 'infrastructure':
      return `infrastructure failed (${exit})`;
    case 'incomplete':
      return `not complete (${exit})`;
    case 'nothing-ran':
      return `${nothingText(run)} (${exit})`;
    case 'interrupted':
    case 'terminated':
      return `${verdict} (${exit})`;
  }
}

function nothingText(run: RunState): string {
  const empty = [...run.tasks.values()].filter(({ outcome }) => outcome?.kind === 'no-tests');
  const unfiltered = empty.filter(({ task }) => !isNarrowed(task));
  if (unfiltered.length > 0) {
    const names = [...new Set(unfiltered.map(({ task }) => oneLine(task.id)))];
    const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
    return `no test in ${names.slice(0, maxNamed).join(', ')}${more}`;
  }
  return empty.length === 0 ? 'nothing ran' : `no test ${filterText(run, empty)}`;
}

/** What was asked for on the command line and found nowhere; what the config narrows by is told by its name only. */
function filterText(run: RunState, empty: readonly TaskRecord[]): string {
  const asked = (run.plan?.selection ?? []).flatMap((word) => {
    const [, option, value] = /^--(keyword|markers)=(.*)$/s.exec(word) ?? [];
    return option === undefined ? [] : [`--${option} ${JSON.stringify(oneLine(value ?? ''))}`];
  });
  const names = empty.flatMap(({ task }) => Object.entries(task.tests).flatMap(([file, tests]) => idsOf(file, tests)));
  if (names.length > 0) {
    const more = names.length > maxNamed ? ` and ${names.length - maxNamed} more` : '';
    return `is named ${names.slice(0, maxNamed).join(', ')}${more}${asked.length === 0 ? '' : ` and matches ${asked.join(' and ')}`}`;
  }
  return `matches ${asked.length === 0 ? 'the keywords and markers of its category' : asked.join(' and ')}`;
}

function idsOf(file: string, tests: readonly string[]): readonly string[] {
  return tests.map((test) => oneLine(`${file}::${test}`));
}

const maxNamed = 3;
