import { join, relative } from 'node:path';
import { shellQuote } from '../base/shell-quote.ts';
import { oneLine, plain, plural } from '../base/text.ts';
import { describeSkip } from '../categories/select.ts';
import type { TaskList } from '../execution/collect-tests.ts';
import { allFrameworks } from '../frameworks/index.ts';
import type { Task } from '../model/plan.ts';
import type { TestResult } from '../model/test.ts';

/** What a list of tests is written with. */
export interface TestListLook {
  /** Absolute root of the workspace, and the reader's folder. */
  readonly root: string;
  readonly cwd: string;
}

/** A test, a file of which no more is known, or what could not be collected. */
interface Entry {
  /** What runs it again, root-relative; `null` = only its whole suite does. */
  readonly id: string | null;
  readonly file: string | null;
  readonly className: string | null;
  readonly name: string | null;
  readonly line: number | null;
  /** The framework named it; `false` = it is a file or suite, and its tests are known only when it runs. */
  readonly collected: boolean;
  readonly error: { readonly message: string; readonly details: string } | null;
}

/** For people: an id a line that can be pasted behind `runner`, in groups; all other lines are remarks that begin with `#`. */
export function renderTests(lists: readonly TaskList[], look: TestListLook): string {
  const groups = Map.groupBy(lists, ({ task }) => `${task.category}\0${task.suite}`);
  return [...groups.values()].map((group) => groupLines(group, look).join('\n')).join('\n\n');
}

/**
 * For programs: a JSON object a line. `id` (root-relative, for `runner`), `file`, `className`, `name`, `line`, `collected`, `error`
 * (`message`, `details`; `null` = none), `category`, `alsoIn`, `suite`, `framework`, `role`.
 */
export function testLines(lists: readonly TaskList[]): string {
  return lists
    .flatMap((list) => {
      const { category, alsoIn, suite, framework, role } = list.task;
      return entriesOf(list).map((entry) => ({ ...entry, category, alsoIn, suite, framework, role }));
    })
    .map((line) => JSON.stringify(line))
    .join('\n');
}

function entriesOf(list: TaskList): readonly Entry[] {
  const { task, tests, problems } = list;
  if (task.settled !== null) return [];
  if (!list.collected) return knownEntries(task, task.files);
  const told = new Set([...tests, ...problems].map(({ id }) => id.file));
  // Some frameworks list nothing when one file is broken.
  const silent = problems.length === 0 ? [] : task.files.filter((file) => !told.has(file));
  return [...tests.map((test) => testEntry(task, test)), ...problems.map(problemEntry), ...knownEntries(task, silent)];
}

function testEntry(task: Task, { id, line }: TestResult): Entry {
  const selector = allFrameworks.get(task.framework)?.testSelector?.(id) ?? id.file;
  return { id: selector, ...id, line, collected: true, error: null };
}

function problemEntry({ id, line, problems, synthetic }: TestResult): Entry {
  const [first] = problems;
  const error = { message: first?.message ?? 'failed without a reason', details: first?.details ?? '' };
  const { file, className, name } = id;
  return {
    id: file,
    file,
    className,
    name: synthetic || className !== name ? name : null,
    line,
    collected: false,
    error,
  };
}

/** Files as they were asked for; a suite that is not made of files is one entry. */
function knownEntries(task: Task, files: readonly string[]): readonly Entry[] {
  const nothing = { className: null, line: null, collected: false, error: null };
  if (task.files.length === 0) return [{ ...nothing, id: null, file: null, name: task.suite }];
  return files.flatMap((file) =>
    (task.tests[file] ?? [null]).map((name) => ({
      ...nothing,
      id: name === null ? file : `${file}::${name}`,
      file,
      name,
    })),
  );
}

function groupLines(group: readonly TaskList[], look: TestListLook): readonly string[] {
  const [first] = group;
  if (first === undefined) return [];
  const { task } = first;
  const entries = group.flatMap(entriesOf).sort((a, b) => compare(a.file ?? '', b.file ?? ''));
  const failed = entries.filter(({ error }) => error !== null);
  const where = task.suite === '' ? task.category : `${task.category}, suite ${task.suite} (${task.framework})`;
  const role = task.role === 'dependency' ? ', a dependency' : '';
  return [
    `# ${oneLine(`${where}${role}: ${summary(first, entries)}`)}`,
    ...entries.flatMap(({ id, error }) => (id === null || error !== null ? [] : [idLine(id, look)])),
    ...failed.flatMap((entry) => errorLines(entry, look)),
  ];
}

function summary({ task }: TaskList, entries: readonly Entry[]): string {
  if (task.settled?.kind === 'skipped' && task.settled.because.kind === 'environment')
    return describeSkip(task.settled.because);
  if (task.settled !== null) return 'no test file matches';
  const failed = entries.filter(({ error }) => error !== null).length;
  const tests = entries.filter(({ collected }) => collected);
  const silent = entries.filter(({ collected, error }) => !collected && error === null);
  if (silent.some(({ file }) => file === null))
    return `known only when it runs: runner --suite ${shellQuote(task.suite)}`;
  const files = plural(new Set(silent.map(({ file }) => file)).size, 'file');
  if (tests.length === 0 && silent.length > 0 && failed === 0)
    return `${files}, whose tests are known only when they run`;
  return [
    tests.length === 0
      ? 'no test'
      : `${plural(tests.length, 'test')} in ${plural(new Set(tests.map(({ file }) => file)).size, 'file')}`,
    ...(silent.length === 0 ? [] : [`${files} of which nothing is known, because of the errors`]),
    ...(failed === 0 ? [] : [plural(failed, 'error')]),
  ].join(', ');
}

/** Quoted where a shell needs that; the path from where the reader is. */
function idLine(id: string, { root, cwd }: TestListLook): string {
  const at = id.indexOf('::');
  const file = at === -1 ? id : id.slice(0, at);
  const inCwd = relative(cwd, join(root, file));
  const path = /^[-@#]/.test(inCwd) ? `./${inCwd}` : inCwd;
  return [path, ...(at === -1 ? [] : id.slice(at + 2).split('::'))].map(shellQuote).join('::');
}

const maxDetailLines = 20;

function errorLines({ file, name, error }: Entry, { root, cwd }: TestListLook): readonly string[] {
  const where = file === null ? (name ?? '') : relative(cwd, join(root, file));
  const message = error?.message ?? '';
  const lines = plain(error?.details ?? '')
    .split('\n')
    .map((line) => line.trimEnd())
    .filter((line) => line !== '' && line !== message);
  const shown = lines.slice(-maxDetailLines);
  return [
    `# ERROR ${oneLine(where)}: ${oneLine(message.split('\n')[0] ?? '')}`,
    ...(shown.length < lines.length ? [`#     … ${lines.length - shown.length} lines before`] : []),
    ...shown.map((line) => `#     ${line}`),
  ];
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
