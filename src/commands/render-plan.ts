import { formatDuration } from '../base/duration.ts';
import { oneLine, plural, truncate, wrap } from '../base/text.ts';
import type { Explanation } from '../categories/explain.ts';
import { forecast } from '../execution/forecast.ts';
import type { Shard } from '../model/event.ts';
import type { Plan, PlannedCategory, PlannedLayer, Task } from '../model/plan.ts';
import type { SelectionRequest } from '../model/selection.ts';
import type { PlannedQuarantine } from '../model/quarantine.ts';
import { changeLines } from '../reporters/change-lines.ts';
import { serviceLines } from './explain-services.ts';
import type { ServiceExplanation } from './explain-services.ts';
import { planFormat, sealOf } from './plan-file.ts';
import { describeForecast } from './plan-forecast.ts';
import type { PlanForecast } from './plan-forecast.ts';
import { shardLines, slowestOf } from './render-shards.ts';

/** What is shown beside the plan itself. */
export interface PlanExtra {
  /** Given for `--explain`. */
  readonly explanation: PlanExplanation | null;
  readonly warnings: readonly string[];
  /** What another machine needs beside the plan to run it. */
  readonly origin?: { readonly request: SelectionRequest; readonly config: string };
  /** The plan is that of one shard. */
  readonly shard?: Shard | null;
}

/** What `--explain` adds to a plan. */
export interface PlanExplanation extends Explanation {
  readonly services?: readonly ServiceExplanation[];
  /** `null` = not known. */
  readonly forecast?: PlanForecast | null;
}

/** How a plan is shown to people. */
export interface PlanLook extends PlanExtra {
  readonly width: number;
  /** `--no-services` was given. */
  readonly servicesOff: boolean;
}

/** A plan for people, in lines of at most `width` columns (80 at least). */
export function renderPlan(plan: Plan, { explanation, warnings, width, servicesOff, shard = null }: PlanLook): string {
  const columns = Math.max(80, width);
  return [
    ...heading(plan, columns, shard),
    '',
    ...plan.categories.map((category) => truncate(categoryLine(category), columns)),
    ...changesText(plan, explanation !== null).flatMap((text) => wrapped(text, columns)),
    ...(plan.layers ?? []).flatMap((layer) => wrapped(layerText(layer), columns)),
    ...coverageText(plan).flatMap((text) => wrapped(text, columns)),
    ...(plan.quarantine ?? []).flatMap((entry) => wrapped(quarantineText(entry), columns)),
    '',
    ...(plan.shards !== undefined && shard === null
      ? shardLines(plan.shards, { columns, explained: explanation !== null })
      : taskListLines(plan, { explanation, columns, servicesOff })),
    ...(explanation?.forecast === undefined
      ? []
      : ['', ...wrapped(describeForecast(explanation.forecast, plan.slots), columns)]),
    ...serviceLines(explanation?.services ?? [], columns),
    ...excludedLines(plan, explanation, columns),
    ...warnings.flatMap((warning) => wrapped(`warning: ${warning}`, columns)),
    '',
  ].join('\n');
}

/**
 * A plan for programs: the fields of `Plan` (`tasks[].files` are full root-relative paths), `format` (raised when a field changes its meaning),
 * `request` and `config` (what was asked for, and a digest of the config), `seal` (a digest that says whether these are as they were), `warnings`, and with `--explain` `explanation` (`tasks`, `categories`,
 * `files`, `services`: each with `because`; `forecast`).
 */
export function planJson(plan: Plan, { explanation, warnings, origin, shard }: PlanExtra): string {
  const document = {
    format: planFormat,
    ...plan,
    ...origin,
    ...(origin === undefined ? {} : { seal: sealOf({ ...plan, ...origin }) }),
    ...(shard == null ? {} : { shard }),
    warnings,
    ...(explanation === null ? {} : { explanation }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function heading(plan: Plan, columns: number, shard: Shard | null): string[] {
  const started = plan.tasks.filter((task) => task.settled === null);
  const files = new Set(started.flatMap((task) => task.files)).size;
  const cut = shard === null ? (plan.shards ?? null) : null;
  const expected = started.length === 0 ? null : cut === null ? forecast(plan) : slowestOf(cut);
  const counts = [
    ...(shard === null ? [] : [`shard ${shard.index}/${shard.total}`]),
    cut === null ? plural(started.length, 'task') : plural(cut.length, 'shard'),
    plural(files, 'test file'),
    `${plural(plan.slots, 'slot')}${cut === null ? '' : ' each'}`,
    ...(expected === null ? [] : [`about ${formatDuration(expected)}`]),
  ];
  return [
    truncate(oneLine(`${plan.project} in ${plan.environment}: ${counts.join(', ')}`), columns),
    truncate(oneLine(`plan ${plan.id}${plan.selection.length === 0 ? '' : `  ${plan.selection.join(' ')}`}`), columns),
  ];
}

function taskListLines(
  plan: Plan,
  look: Pick<PlanLook, 'explanation' | 'servicesOff'> & { readonly columns: number },
): readonly string[] {
  if (plan.tasks.length === 0) return ['Nothing to do: the plan leaves this shard empty'];
  return ['In expected order of start:', ...plan.tasks.flatMap((task) => taskLines(task, look))];
}

function categoryLine(category: PlannedCategory): string {
  const name = category.name.padEnd(18);
  const counts = `${plural(category.files, 'file')}, ${plural(category.tasks, 'task')}`;
  const state =
    category.skip !== null
      ? 'skipped'
      : category.empty && !category.allowEmpty
        ? 'EMPTY: no test file matches'
        : counts;
  return `  ${name} ${category.priority.padEnd(10)} ${state.padEnd(22)} ${category.because}`;
}

/** Reasons that are named without `--explain`. */
const mostReasons = 10;

function changesText({ changes }: Plan, isExplained: boolean): readonly string[] {
  return changes === undefined ? [] : changeLines(changes, isExplained ? Infinity : mostReasons);
}

function quarantineText({ test, owner, until, expired }: PlannedQuarantine): string {
  return `quarantine: ${test} (${owner}, ${expired === true ? `expired on ${until}, which fails the run` : `until ${until}`})`;
}

function coverageText({ coverage, categories }: Plan): string[] {
  if (coverage === undefined) return [];
  const without = coverage.without.map(({ suite, framework }) => `${suite} (${framework})`).join(', ');
  const minimums = categories.flatMap(({ name, minCoverage }) =>
    minCoverage === undefined ? [] : [`${name} at least ${minCoverage} %`],
  );
  return [
    `coverage is measured${minimums.length === 0 ? '' : `: ${minimums.join(', ')}`}`,
    ...(without === '' ? [] : [`warning: no coverage from ${without}: these frameworks cannot be measured`]),
  ];
}

function layerText({ name, stages, stopOnFailure, budgetMs }: PlannedLayer): string {
  const order = stages.map((stage, index) => `${index + 1} ${stage.join(', ') || 'nothing that runs'}`).join('; ');
  const rule = stopOnFailure ? 'each when all before passed' : 'each when all before ended';
  return [
    `layer ${name}: `,
    ...(stages.length === 1 ? [] : [`in stages, ${rule}: ${order}`]),
    ...(budgetMs === null ? [] : [`${stages.length === 1 ? '' : '; '}${formatDuration(budgetMs)} for all of it`]),
  ].join('');
}

function taskLines(
  task: Task,
  { explanation, columns, servicesOff }: Pick<PlanLook, 'explanation' | 'servicesOff'> & { readonly columns: number },
): string[] {
  const facts = [
    task.files.length === 0
      ? task.suite === ''
        ? 'nothing is started'
        : 'the whole suite'
      : plural(task.files.length, 'file'),
    ...(task.slots > 1 ? [plural(task.slots, 'slot')] : []),
    ...(task.expectedMs === null || task.settled !== null ? [] : [`about ${formatDuration(task.expectedMs)}`]),
    ...(task.repeat === undefined ? [] : [`${task.repeat} times`]),
    ...(task.role === 'dependency' ? ['dependency'] : []),
    ...(task.keyword === null ? [] : [`-k ${JSON.stringify(task.keyword)}`]),
    ...(task.markers === null ? [] : [`-m ${JSON.stringify(task.markers)}`]),
    ...(task.needs.length === 0 ? [] : [`needs ${task.needs.join(', ')}${servicesOff ? offText(task) : ''}`]),
    ...settledFacts(task),
  ];
  const line = truncate(oneLine(`${task.id}: ${facts.join(', ')}`), columns - 2);
  const because = explanation?.tasks.find((entry) => entry.task === task.id)?.because;
  if (because === undefined) return [`  ${line}`];
  const files = task.files.map((file) => `      ${oneLine(file)}`);
  return [`  ${line}`, ...wrapped(because, columns, '    '), ...files];
}

function offText(task: Task): string {
  return `, which --no-services leaves off: ${task.missingService === 'skip' ? 'skipped' : 'fails'}`;
}

function settledFacts(task: Task): string[] {
  if (task.settled?.kind === 'no-tests') return ['no test file matches, which fails the run'];
  if (task.settled?.kind !== 'skipped' || task.settled.because.kind !== 'environment') return [];
  const { environment, allowed } = task.settled.because;
  return [`skipped: not allowed in ${environment}${allowed.length === 0 ? '' : ` (only in ${allowed.join(', ')})`}`];
}

function excludedLines(plan: Plan, explanation: Explanation | null, columns: number): string[] {
  const reasons: readonly (readonly [number, string])[] = [
    [plan.excluded.category, 'in categories that do not run'],
    [plan.excluded.suite, 'in other suites'],
    [plan.excluded.files, 'not named'],
    [plan.excluded.pattern, 'not matching the pattern'],
    [plan.excluded.uncategorised, 'in no category'],
    [plan.excluded.passed ?? 0, 'with nothing left to rerun'],
    [plan.excluded.changed ?? 0, 'not concerned by what has changed'],
  ];
  const said = reasons.filter(([count]) => count > 0).map(([count, text]) => `${plural(count, 'test file')} ${text}`);
  const summary = said.length === 0 ? [] : ['', ...wrapped(`Left out: ${said.join('; ')}`, columns)];
  if (explanation === null)
    return [...summary, ...(said.length === 0 ? [] : ['runner plan --explain says why for each one'])];
  return [
    ...summary,
    ...(explanation.categories.length === 0 ? [] : ['', 'Categories that do not run:']),
    ...explanation.categories.flatMap(({ category, because }) => wrapped(`${category}: ${because}`, columns, '  ')),
    ...(explanation.files.length === 0 ? [] : ['', 'Test files that do not run:']),
    ...explanation.files.map(({ file, because }) => `  ${oneLine(file)}: ${because}`),
  ];
}

function wrapped(text: string, columns: number, indent = ''): string[] {
  return wrap(oneLine(text), columns - indent.length).map((line) => `${indent}${line}`);
}
