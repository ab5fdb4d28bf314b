import { join, relative } from 'node:path';
import { shellCommand } from '../base/shell-quote.ts';
import { frameworks } from '../frameworks/index.ts';
import type { RerunWords } from '../model/event.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { TestId } from '../model/test.ts';

/** Above this many files a command names the category and suite instead. */
const maxNamedFiles = 3;

/** What a command has to hold, beside the tests themselves, to run them again as they ran. */
export interface RerunContext {
  /** The words that start this program in the reader's shell. */
  readonly program: readonly string[];
  /** What the run was told about how and where, other than what to run. */
  readonly options: readonly string[];
  /** Arguments after `--`. */
  readonly extraArgs: readonly string[];
  /** A root-relative path as the reader's shell needs it. */
  readonly pathFor: (file: string) => string;
  /** The words without which other categories or suites would run these files of a task too, or instead. */
  readonly ownersOf: (task: Task, files: readonly string[]) => readonly string[];
}

/** What commands are made of, from what the log of a run says about it. */
export function rerunContextOf(
  { program, options, cwd, root, owners }: RerunWords,
  extraArgs: readonly string[],
): RerunContext {
  return {
    ...{ program, options, extraArgs },
    pathFor: (file) => (cwd.startsWith('..') ? join(root, file) : relative(`/${cwd}`, `/${file}`)),
    ownersOf: ({ id }, files) => {
      const words = files.flatMap((file) => owners[id]?.[file] ?? []);
      return ownerOptions.flatMap((option) => {
        const at = words.indexOf(option);
        return at === -1 ? [] : words.slice(at, at + 2);
      });
    },
  };
}

const ownerOptions = ['--category', '--suite', '--variant'] as const;

/** A command line that runs exactly this test again, quoted for a shell; where its framework cannot, the task it was in. */
export function rerunTestCommand(plan: Plan, task: Task, { id, how }: { id: TestId; how: RerunContext }): string {
  const selector = frameworks.get(task.framework)?.testSelector?.(id) ?? null;
  const { file } = id;
  if (selector === null || file === null || !task.files.includes(file)) return rerunTasksCommand(plan, [task], how);
  const test = selector.slice(file.length);
  return command(plan, asPart(plan, how), [...how.ownersOf(task, [file]), ...fileArgs(how.pathFor(file) + test)]);
}

/** A command line that runs these tasks' tests again, quoted for a shell: by their files, or by category and suite where these are many. */
export function rerunTasksCommand(plan: Plan, tasks: readonly Task[], how: RerunContext): string {
  const targets = tasks.flatMap((task) => task.files.flatMap((file) => targetsOf(task, file, how)));
  const filters = plan.selection.filter((word) => /^--(keyword|markers)=/.test(word));
  if (targets.length <= maxNamedFiles && tasks.every((task) => task.files.length > 0)) {
    const owners = new Set(tasks.map((task) => how.ownersOf(task, task.files).join('\0')));
    const [only = ''] = owners;
    const words = owners.size === 1 && only !== '' ? only.split('\0') : [];
    const files = targets.flatMap((target) => fileArgs(target));
    return command(plan, asPart(plan, how), [...words, ...filters, ...files]);
  }
  const categories = new Set(tasks.map(({ category }) => category));
  const suites = new Set(tasks.map(({ suite }) => suite).filter((suite) => suite !== ''));
  const suiteArgs = suites.size === 0 ? [] : ['--suite', ...suites];
  const patterns = plan.selection.filter((word) => word.startsWith('--pattern='));
  return command(plan, how, ['--category', ...categories, ...suiteArgs, '--no-deps', ...patterns, ...filters]);
}

/** A command line that runs what has not passed of the last run, quoted for a shell. */
export function rerunRestCommand({ program, options }: RerunContext): string {
  return shellCommand([
    ...program,
    'rerun',
    ...options.filter((word, index) => isAskedAgain(word, options[index - 1])),
  ]);
}

/** What a rerun does not take over by itself: where the config is, and what is permitted. */
function isAskedAgain(word: string, before: string | undefined): boolean {
  return /^--(config|allow|allow-prod)$/.test(word) || before === '--config' || before === '--allow';
}

function targetsOf(task: Task, file: string, how: RerunContext): readonly string[] {
  const path = how.pathFor(file);
  return task.tests[file]?.map((test) => `${path}::${test}`) ?? [path];
}

/** Of some files no coverage is measured: it would be held against what the whole category is to have. */
function asPart({ coverage }: Plan, how: RerunContext): RerunContext {
  const options = how.options.filter((word) => word !== '--coverage');
  const isOfConfig = coverage !== undefined && options.length === how.options.length;
  return { ...how, options: isOfConfig ? [...options, '--no-coverage'] : options };
}

function command(plan: Plan, how: RerunContext, what: readonly string[]): string {
  const extra = how.extraArgs.length === 0 ? [] : ['--', ...how.extraArgs];
  return shellCommand([...how.program, ...environmentArgs(plan), ...how.options, ...what, ...extra]);
}

function fileArgs(path: string): readonly string[] {
  return path.startsWith('-') ? [`--file=${path}`] : ['--file', path];
}

/** The config may name another default, so whoever chose the environment by hand has to choose it again. */
function environmentArgs(plan: Plan): readonly string[] {
  const chosen = plan.selection.some((word) => word === '-e' || word === '--env' || word.startsWith('--env='));
  return chosen || plan.environment !== 'local' ? ['--env', plan.environment] : [];
}
