import { createStyle } from '../base/style.ts';
import type { Style } from '../base/style.ts';
import { bracketSeconds, labelled, oneLine, plain, plural, truncate, wrap } from '../base/text.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan } from '../model/plan.ts';
import type { FailedTest, RunState, TaskRecord } from '../results/run-state.ts';
import { isOfTest } from '../results/test-records.ts';
import { coverageLines } from './coverage-lines.ts';
import { isEmptyByFilter, outcomeReason, outcomeWord, testLabel } from './describe.ts';
import { failureText } from './failure-text.ts';
import { keptServiceLines } from './kept-services.ts';
import { outstandingLines } from './outstanding-lines.ts';
import { quarantinedLines } from './quarantined.ts';
import { rerunRestCommand, rerunTasksCommand, rerunTestCommand } from './rerun-command.ts';
import { flakyLines, repetitionLines, restartLines } from './repeated.ts';
import type { RerunContext } from './rerun-command.ts';
import { amountText, groupNotRun, summaryLine } from './summary.ts';
import type { TestHighlights } from './test-highlights.ts';

const maxFailuresInFull = 20;
const maxFailuresAfterInterrupt = 10;
const maxWarnings = 10;
const maxSkipReasons = 5;
const failureLineCount = 12;
const maxNamedTasks = 3;

export interface FinalReportOptions {
  readonly color: boolean;
  /** Columns of a line; commands and paths are never cut, so that they can be copied. */
  readonly width: number;
  /** The reports directory as people should read it. */
  readonly reportsDir: string;
  /** Absolute folder of the reader. */
  readonly cwd?: string;
  /** Where the reports are, each as people should read it; empty when none was written. */
  readonly reports: readonly string[];
  readonly rerun: RerunContext;
}

/** The end of a run as text: what failed with the command that reruns it, what was not run and why, one summary line, where the reports are. */
export function finalReport(run: RunState, highlights: TestHighlights, options: FinalReportOptions): string {
  const style = createStyle(options.color);
  const sections = [
    ...failureSections(run, options, style),
    serviceSection(run, options, style),
    warned(restartLines(run, options.width), style),
    warned(flakyLines(run, options.width), style),
    headed(repetitionLines(run, options.width), style),
    warned(quarantinedLines(run, options.width), style),
    notRunSection(run, options, style),
    warned(outstandingLines(run.unseen), style),
    skippedSection(highlights, options, style),
    warningSection(run, options, style),
    slowestSection(highlights, options, style),
    headed(coverageLines(run, options.width), style),
    keptServiceLines(run),
    [paintSummary(run, style)(summaryLine(run)), ...rerunLines(run, options, style), ...reportLines(options)],
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => `${lines.join('\n')}\n`)
    .join('\n');
  return `\n${text}`;
}

function warned([heading, ...lines]: readonly string[], style: Style): readonly string[] {
  return heading === undefined ? [] : [style.bold(style.yellow(heading)), ...lines];
}

function headed([heading, ...lines]: readonly string[], style: Style): readonly string[] {
  return heading === undefined ? [] : [style.bold(heading), ...lines];
}

function failureSections(run: RunState, options: FinalReportOptions, style: Style): readonly (readonly string[])[] {
  const { plan } = run;
  const failures = failuresOf(run);
  if (plan === null || failures.length === 0) return [];
  const brief = run.cancelled?.kind === 'signal';
  const shown = failures.slice(0, brief ? maxFailuresAfterInterrupt : maxFailuresInFull);
  const entries = shown.map((failure, index) => failureEntry(failure, index + 1, { plan, options, style, brief }));
  const omitted = [...run.tasks.values()].reduce((sum, task) => sum + task.failuresOmitted, 0);
  const left = failures.slice(shown.length).reduce((sum, { tasks }) => sum + tasks.length, omitted);
  const total = shown.reduce((sum, { tasks }) => sum + tasks.length, left);
  const rest = left === 0 ? [] : [[`${plural(left, 'more failure')}: see ${reportOf(options)}`]];
  const title = style.bold(style.red(plural(total, 'failure')));
  return brief ? [[title, ...entries.flat()], ...rest] : [[title], ...entries, ...rest];
}

/** A failed test, or what failed whole tasks. */
interface Failure {
  /** Not empty; several where one service failed them all. */
  readonly tasks: readonly [TaskRecord, ...TaskRecord[]];
  readonly failed: FailedTest | null;
}

/** In the order in which the tasks ended: what failed first is often why the rest did. */
function failuresOf(run: RunState): readonly Failure[] {
  const tasks = [...run.tasks.values()].sort((a, b) => (a.endedAt ?? Infinity) - (b.endedAt ?? Infinity) || 0);
  const byService = new Map<string, [TaskRecord, ...TaskRecord[]]>();
  return tasks.flatMap((task): readonly Failure[] => {
    const { outcome } = task;
    const real = [...task.failures.values()].filter(isOfTest);
    if (outcome?.kind === 'service-failed' && real.length === 0) {
      const first = byService.get(outcome.service);
      first?.push(task);
      if (first !== undefined) return [];
      const together: [TaskRecord, ...TaskRecord[]] = [task];
      byService.set(outcome.service, together);
      return [{ tasks: together, failed: [...task.failures.values()][0] ?? null }];
    }
    // What stands for a cancelled task, or was running in it, is told once, by its reason, below.
    const failures = outcome?.kind === 'cancelled' ? real : [...task.failures.values()];
    if (failures.length > 0) return failures.map((failed) => ({ tasks: [task], failed }));
    return isUnexplained(task) ? [{ tasks: [task], failed: null }] : [];
  });
}

function isUnexplained({ task, outcome, failuresOmitted }: TaskRecord): boolean {
  if (outcome === null || failuresOmitted > 0 || isEmptyByFilter(task, outcome)) return false;
  return outcome.kind !== 'passed' && outcome.kind !== 'skipped' && outcome.kind !== 'cancelled';
}

interface EntryContext {
  readonly plan: Plan;
  readonly options: FinalReportOptions;
  readonly style: Style;
  readonly brief: boolean;
}

function failureEntry({ tasks, failed }: Failure, number: number, context: EntryContext): readonly string[] {
  const { plan, options, style, brief } = context;
  const [task, ...others] = tasks;
  const head = `${String(number).padStart(3)}) ${failed === null ? taskLabel(task) : testLabel(failed)}`;
  if (brief) return [truncate(head, options.width)];
  const indent = '     ';
  const width = options.width - indent.length;
  const rerun =
    failed === null || failed.synthetic
      ? rerunTasksCommand(
          plan,
          tasks.map((record) => record.task),
          options.rerun,
        )
      : rerunTestCommand(plan, task.task, { id: failed.id, how: options.rerun });
  const also = others.slice(0, maxNamedTasks).map((record) => oneLine(record.task.id));
  const more = others.length > maxNamedTasks ? [`and ${others.length - maxNamedTasks} more`] : [];
  return [
    style.red(truncate(head, options.width)),
    ...(failed === null
      ? []
      : failureText(failed.problems, { lines: failureLineCount, width, synthetic: !isOfTest(failed), cwd: options.cwd })
    ).map((line) => indent + line),
    style.dim(`${indent}in     ${[oneLine(task.task.id), ...also, ...more].join(', ')}`),
    ...(task.log === null ? [] : [style.dim(`${indent}log    ${logText(task, options)}`)]),
    `${indent}rerun  ${style.cyan(rerun)}`,
  ];
}

function taskLabel({ task, outcome }: TaskRecord): string {
  const reason = outcome === null ? '' : outcomeReason(outcome);
  return `${oneLine(task.id)}  ${outcome === null ? '' : outcomeWord(outcome)}${reason === '' ? '' : `: ${reason}`}`;
}

function logText({ log }: TaskRecord, options: FinalReportOptions): string {
  if (log === null) return '';
  return `${oneLine(`${options.reportsDir}/${log.path}`)}${log.truncated ? ' (cut off at its size limit)' : ''}`;
}

function serviceSection(run: RunState, options: FinalReportOptions, style: Style): readonly string[] {
  const told = new Set(failuresOf(run).flatMap(({ tasks: [{ outcome }] }) => serviceOf(outcome)));
  const lines = [...run.services].flatMap(([service, { change }]) => {
    if (change.kind !== 'failed' || told.has(service)) return [];
    const [problem = ''] = plain(change.problem).split('\n');
    return wrap(labelled(oneLine(service), problem), options.width - 2).map((line) => `  ${line}`);
  });
  return lines.length === 0 ? [] : [style.bold(style.red('Failed services')), ...lines];
}

function serviceOf(outcome: Outcome | null): readonly string[] {
  return outcome?.kind === 'service-failed' ? [outcome.service] : [];
}

function notRunSection(run: RunState, options: FinalReportOptions, style: Style): readonly string[] {
  const groups = groupNotRun(run);
  if (groups.length === 0) return [];
  const lines = groups.flatMap((group) => {
    const what = group.state === 'not run' ? '' : ` ${group.state}`;
    const text = `${amountText(group)}${what} (${group.categories.join(', ')}): ${group.reason}`;
    const remedy =
      group.remedy === null || group.remedy === ''
        ? []
        : wrap(`to run: ${group.remedy}`, options.width - 4).map((line) => `    ${line}`);
    return [...wrap(text, options.width - 2).map((line) => `  ${line}`), ...remedy];
  });
  return [style.bold(style.yellow('Not run')), ...lines];
}

function skippedSection({ skipReasons }: TestHighlights, options: FinalReportOptions, style: Style): readonly string[] {
  const reasons = [...skipReasons].sort(([, a], [, b]) => b - a);
  if (reasons.length === 0) return [];
  const lines = reasons
    .slice(0, maxSkipReasons)
    .map(([reason, count]) => truncate(`  ${plural(count, 'test')}: ${reasonText(reason)}`, options.width));
  const left = reasons.length - maxSkipReasons;
  return [
    style.bold('Skipped by the tests themselves'),
    ...lines,
    ...(left > 0 ? [`  ${plural(left, 'more reason')}`] : []),
  ];
}

/** Frameworks put their own word where the test gives no reason. */
function reasonText(reason: string): string {
  const text = oneLine(reason);
  return /^(?:|skip|skipped)$/i.test(text) ? 'no reason given' : text;
}

function warningSection(run: RunState, options: FinalReportOptions, style: Style): readonly string[] {
  if (run.warningCount === 0) return [];
  const shown = run.warnings.slice(0, maxWarnings);
  const left = run.warningCount - shown.length;
  return [
    style.bold(style.yellow(plural(run.warningCount, 'warning'))),
    ...shown.flatMap((message) => wrap(oneLine(message), options.width - 2).map((line) => `  ${line}`)),
    ...(left > 0 ? [`  ${plural(left, 'more warning')}: see ${options.reportsDir}/events.jsonl`] : []),
  ];
}

function slowestSection({ slowest }: TestHighlights, options: FinalReportOptions, style: Style): readonly string[] {
  if (slowest.length === 0) return [];
  const lines = slowest.map(({ id, durationMs }) =>
    truncate(`  ${bracketSeconds(durationMs)} ${testLabel({ id, line: null, synthetic: false })}`, options.width),
  );
  return [style.bold(plural(slowest.length, 'slowest test')), ...lines];
}

function paintSummary(run: RunState, style: Style): (text: string) => string {
  const color = run.verdict === 'passed' ? style.green : run.verdict === 'nothing-ran' ? style.yellow : style.red;
  return (text) => style.bold(color(text));
}

/** What failed alone has its own command above; this one is for several, and for what did not run. */
function rerunLines(run: RunState, { rerun }: FinalReportOptions, style: Style): readonly string[] {
  const records = [...run.tasks.values()];
  const failures = records.reduce((sum, task) => sum + task.failures.size + task.failuresOmitted, 0);
  const isOpen = records.some(({ outcome }) => outcome === null || outcome.kind === 'cancelled');
  if (run.shard !== null || (failures < 2 && !isOpen)) return [];
  return [`Rerun:   ${style.cyan(rerunRestCommand(rerun))}`];
}

function reportLines(options: FinalReportOptions): readonly string[] {
  return options.reports.length === 0 ? [] : [`Reports: ${options.reports.map(oneLine).join('  ')}`];
}

function reportOf(options: FinalReportOptions): string {
  return oneLine(options.reports[0] ?? `${options.reportsDir}/events.jsonl`);
}
