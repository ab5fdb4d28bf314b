import { formatDuration } from '../base/duration.ts';
import type { Style } from '../base/style.ts';
import { bracketSeconds, labelled, oneLine, plain, plural, truncate, wrap } from '../base/text.ts';
import { assertNever } from '../errors.ts';
import type { EventBody, RunEvent, ServiceChange } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { TestResult } from '../model/test.ts';
import type { TaskRecord } from '../results/run-state.ts';
import { isOfTest } from '../results/test-records.ts';
import { changeLines } from './change-lines.ts';
import { cancelText, isEmptyByFilter, outcomeWord, testLabel } from './describe.ts';
import { failureText } from './failure-text.ts';
import { keptNote } from './kept-services.ts';
import { progressText, runningTasks, startingServices } from './live-state.ts';
import type { LiveState } from './live-state.ts';
import { queueStart, queueText } from './queue-lines.ts';
import { isPassedRepetition } from '../results/task-cases.ts';
import { isToldByService, taskText } from './task-line.ts';

/** Columns of the status word; what belongs to a line is indented below by as much. */
const wordWidth = 12;
const indent = ' '.repeat(wordWidth + 1);

/** Failures told in full while a run goes on; later ones are named only, the report at the end has them. */
const maxToldInFull = 50;
const failureLineCount = 8;
/** Reasons for which something runs, of those that changes give. */
const mostChanges = 5;
/** Of a service's log below its failure. */
const maxProblemLines = 24;
/** Of a message that is one long line. */
const maxMessageRows = 6;

export interface EventLinesOptions {
  readonly style: Style;
  /** Columns of the terminal, or of a CI log; asked for each line, for terminals are resized. */
  readonly width: () => number;
  /** Also commands, started tasks and every finished test. */
  readonly verbose: boolean;
  /** Only what is wrong. */
  readonly quiet: boolean;
  /** Absolute folder of the reader. */
  readonly cwd: string | undefined;
  /** Where log paths are relative to, as people should read it. */
  readonly reportsDir: string;
  /** Folded over the events up to and including the one at hand. */
  readonly state: LiveState;
}

/** A function from one event to the lines that tell it, empty for most; it keeps count, so one is needed per run. */
export function createEventLines(options: EventLinesOptions): (event: RunEvent) => readonly string[] {
  const { style, verbose, quiet, state } = options;
  let told = 0;
  const line = (word: string, text: string, paint: (text: string) => string): string => {
    const room = Math.max(20, options.width() - wordWidth - 1);
    return `${paint(word.padStart(wordWidth))} ${truncate(text, room)}`;
  };
  const failure = (test: TestResult): readonly string[] => {
    told += 1;
    const head = line(test.status === 'failed' ? 'TEST FAIL' : 'TEST ERROR', testLabel(test), style.red);
    if (told > maxToldInFull) return [head];
    const width = Math.max(20, options.width() - indent.length);
    return [
      head,
      ...failureText(test.problems, {
        lines: failureLineCount,
        width,
        synthetic: !isOfTest(test),
        cwd: options.cwd,
      }).map((text) => indent + style.dim(text)),
    ];
  };
  const isTold = (outcome: Outcome, record: TaskRecord | undefined): boolean => {
    if (outcome.kind === 'cancelled') return verbose || (!quiet && record?.startedAt != null);
    return !quiet || !isFine(outcome, record);
  };
  return (event) => {
    switch (event.type) {
      case 'run-started':
        return quiet ? [] : startLines(event, line, style);
      case 'service-changed':
        return serviceLines(event.service, event.change, { quiet, line, style, width: options.width() });
      case 'task-started':
        return verbose ? [line('START', oneLine(event.task), style.dim)] : [];
      case 'attempt-started':
        return [
          ...(event.attempt === 1 || quiet ? [] : [line('AGAIN', againText(event), style.yellow)]),
          ...(verbose ? [line('RUN', oneLine(event.command.join(' ')), style.dim)] : []),
        ];
      case 'task-postponed':
        return quiet ? [] : [line('LATER', laterText(event), style.yellow)];
      case 'queue-progress':
        return quiet ? [] : [line('QUEUE', queueText(event), style.dim)];
      case 'task-slow':
        return [line('SLOW', `${bracketSeconds(event.elapsedMs, '>')} ${oneLine(event.task)}`, style.yellow)];
      case 'test-started':
      case 'task-claimed':
      case 'elsewhere':
      case 'run-finished':
        return [];
      case 'test-finished':
        // A cancelled run would end in a wall of errors that all say so.
        if (!isOfTest(event.test) && state.run.cancelled !== null && !verbose) return [];
        if (!isOfTest(event.test) && !verbose && isToldByService(event.test, state.run.tasks.get(event.task), state)) {
          return [];
        }
        // That it failed before has been told then.
        if (isPassedRepetition(event.test))
          return verbose ? [line('test passed', verboseTest(event.test), style.dim)] : [];
        if (event.test.status === 'failed' || event.test.status === 'error') return failure(event.test);
        if (isTellable(event.test) && !quiet)
          return [line(testWord(event.test), noteworthyTest(event.test), style.yellow)];
        return verbose ? [line(testWord(event.test), verboseTest(event.test), style.dim)] : [];
      case 'attempt-finished':
        return event.log === null ||
          isFine(event.outcome, state.run.tasks.get(event.task)) ||
          event.outcome.kind === 'cancelled'
          ? []
          : [line('LOG', oneLine(`${options.reportsDir}/${event.log.path}`), style.dim)];
      case 'task-finished':
        return isTold(event.outcome, state.run.tasks.get(event.task))
          ? [line(outcomeWord(event.outcome), taskText(event, state), paintOf(event.outcome, style))]
          : [];
      case 'warning':
        return wrappedLines('WARNING', event.message, { line, paint: style.yellow, width: options.width() });
      case 'run-cancelling':
        return [line('CANCELLING', `${cancelText(event.reason)}; ${endingText(state)}`, style.yellow)];
      default:
        return assertNever(event);
    }
  };
}

function testWord({ status, flaky, quarantined }: TestResult): string {
  if (flaky === true) return 'FLAKY';
  return status === 'skipped' && quarantined !== undefined ? 'QUARANTINED' : `test ${status}`.slice(0, wordWidth);
}

/** Neither a plain pass nor a failure. */
function isTellable({ status, flaky, quarantined }: TestResult): boolean {
  return flaky === true || (status === 'skipped' && quarantined !== undefined);
}

function noteworthyTest(test: TestResult): string {
  return test.flaky === true ? testLabel(test) : `${testLabel(test)}  ${oneLine(test.skipReason ?? '')}`;
}

function laterText({ task, until }: EventOf<'task-postponed'>): string {
  return `${oneLine(task)} is run again at the end${until === 'alone' ? ', alone' : ''}`;
}

function againText({ task, attempt, cause }: EventOf<'attempt-started'>): string {
  const why = cause === 'service-restart' ? ', because its service died and was started again' : '';
  return `${oneLine(task)} ${cause === 'repeat' ? 'repetition' : 'attempt'} ${attempt}${why}`;
}

/** One line that says the run is alive: how far it is and what it waits for. */
export function aliveLine(state: LiveState, now: number): string {
  const running = runningTasks(state.run).map(({ task }) => {
    const far = progressText(state, task.id);
    return oneLine(task.id) + (far === '' ? '' : ` (${far})`);
  });
  const shown = running.slice(0, 3).join(', ');
  const more = running.length > 3 ? ` and ${running.length - 3} more` : '';
  const waiting = running.length > 0 ? `running ${shown}${more}` : waitingText(state);
  const elapsed = formatDuration(now - (state.run.startedAt ?? now));
  return `${'STILL'.padStart(wordWidth)} ${state.finished}/${state.run.tasks.size} tasks done after ${elapsed}; ${waiting}`;
}

type Line = (word: string, text: string, paint: (text: string) => string) => string;
type EventOf<Type extends EventBody['type']> = Extract<RunEvent, { type: Type }>;

function startLines(event: EventOf<'run-started'>, line: Line, style: Style): readonly string[] {
  const { plan, shard, queue } = event;
  const files = new Set(plan.tasks.flatMap((task) => task.files)).size;
  const running = plan.categories.filter(({ tasks }) => tasks > 0);
  const names = running.filter(({ role }) => role === 'chosen').map(({ name }) => oneLine(name));
  const added = running.filter(({ role }) => role === 'dependency').map(({ name }) => oneLine(name));
  const part = shard === null ? '' : `, shard ${shard.index}/${shard.total}`;
  if (queue !== undefined) return queueStart(event, queue).map(([word, text]) => line(word, text, style.bold));
  const where = `environment ${oneLine(plan.environment)}, ${plural(plan.slots, 'slot')}${part}`;
  const what = plural(plan.tasks.length, 'task') + (files === 0 ? '' : ` over ${plural(files, 'file')}`);
  const started = `${what}: ${names.join(', ')}`;
  return [
    line('Run', `${oneLine(event.runId)}  ${oneLine(plan.project)}, ${where}`, style.bold),
    line('Starting', plan.tasks.length === 0 ? 'nothing: the plan leaves this shard empty' : started, style.bold),
    ...(added.length === 0 ? [] : [line('needed first', added.join(', '), style.bold)]),
    ...(plan.changes === undefined ? [] : changeLines(plan.changes, mostChanges)).map((text, index) =>
      line(index === 0 ? 'Changed' : '', oneLine(text), index === 0 ? style.bold : style.dim),
    ),
  ];
}

function serviceLines(
  service: string,
  change: ServiceChange,
  {
    quiet,
    line,
    style,
    width,
  }: { readonly quiet: boolean; readonly line: Line; readonly style: Style; readonly width: number },
): readonly string[] {
  const name = oneLine(service);
  switch (change.kind) {
    case 'starting':
      return quiet ? [] : [line('SERVICE', `${name} starting (${oneLine(change.provider)})`, style.cyan)];
    case 'ready': {
      const where = change.url === null ? '' : ` at ${oneLine(change.url)}`;
      return quiet
        ? []
        : [
            line(
              'SERVICE',
              `${name} ready${where} after ${formatDuration(change.afterMs)}${keptNote(change)}`,
              style.cyan,
            ),
          ];
    }
    case 'failed': {
      const [first = '', ...rest] = plain(change.problem)
        .split('\n')
        .filter((text) => text.trim() !== '');
      const tail = rest
        .slice(0, maxProblemLines)
        .map((text) => indent + style.dim(truncate(text, Math.max(20, width - indent.length))));
      return [...wrappedLines('SERVICE FAIL', labelled(name, first), { line, paint: style.red, width }), ...tail];
    }
    case 'unavailable': {
      const remedy = change.remedy === '' ? '' : `. To have it: ${change.remedy}`;
      return wrappedLines('NO SERVICE', `${labelled(name, change.problem)}${remedy}`, {
        line,
        paint: style.yellow,
        width,
      });
    }
    case 'stopping':
      return [];
    case 'stopped': {
      const left =
        change.leaked.length === 0
          ? ''
          : `; it left ${plural(change.leaked.length, 'process', 'processes')} running, now ended`;
      return quiet && left === ''
        ? []
        : [line('SERVICE', `${name} stopped after ${formatDuration(change.afterMs)}${left}`, style.cyan)];
    }
    default:
      return assertNever(change);
  }
}

/** A message whose end matters: continued below instead of cut off. */
function wrappedLines(
  word: string,
  message: string,
  { line, paint, width }: { readonly line: Line; readonly paint: (text: string) => string; readonly width: number },
): readonly string[] {
  const columns = Math.max(20, width - indent.length);
  const rows = wrap(truncate(oneLine(message), columns * maxMessageRows), columns);
  return rows.map((text, index) => (index === 0 ? line(word, text, paint) : indent + text));
}

function verboseTest(test: TestResult): string {
  const reason = test.skipReason === null || test.skipReason === '' ? '' : `  (${oneLine(test.skipReason)})`;
  return `${bracketSeconds(test.durationMs)} ${testLabel(test)}${reason}`;
}

function isFine(outcome: Outcome, record: TaskRecord | undefined): boolean {
  if (record !== undefined && isEmptyByFilter(record.task, outcome)) return true;
  return outcome.kind === 'passed' || outcome.kind === 'skipped';
}

function paintOf(outcome: Outcome, style: Style): (text: string) => string {
  if (outcome.kind === 'passed') return style.green;
  return outcome.kind === 'skipped' || outcome.kind === 'cancelled' || outcome.kind === 'no-tests'
    ? style.yellow
    : style.red;
}

function endingText(state: LiveState): string {
  const running = runningTasks(state.run).length;
  return running === 0
    ? 'nothing is running'
    : `ending ${plural(running, 'running task')}, then services; reports follow`;
}

function waitingText(state: LiveState): string {
  const starting = startingServices(state.run).map(oneLine);
  return starting.length > 0 ? `waiting for service ${starting.join(', ')}` : 'no task is running';
}
