import { shellCommand } from '../base/shell-quote.ts';
import { frameworks } from '../frameworks/index.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { TestId } from '../model/test.ts';

/** Above this many files a command names the category and suite instead. */
const maxNamedFiles = 3;

/** A command line that runs exactly this test again, quoted for a shell; where its framework cannot, the task it was in. */
export function rerunTestCommand(plan: Plan, task: Task, id: TestId): string {
  const selector = frameworks.get(task.framework)?.testSelector?.(id) ?? null;
  if (selector === null || id.file === null || !task.files.includes(id.file)) return rerunTasksCommand(plan, [task]);
  return shellCommand(['runner', ...environmentArgs(plan), ...fileArgs(selector)]);
}

/** A command line that runs these tasks' tests again, quoted for a shell: by their files, or by category and suite where these are many. */
export function rerunTasksCommand(plan: Plan, tasks: readonly Task[]): string {
  const words = ['runner', ...environmentArgs(plan)];
  const files = tasks.flatMap((task) => task.files);
  if (files.length <= maxNamedFiles && tasks.every((task) => task.files.length > 0)) {
    return shellCommand([...words, ...files.flatMap((file) => fileArgs(file))]);
  }
  const categories = new Set(tasks.map(({ category }) => category));
  const suites = new Set(tasks.map(({ suite }) => suite).filter((suite) => suite !== ''));
  const suiteArgs = suites.size === 0 ? [] : ['--suite', ...suites];
  return shellCommand([...words, '--category', ...categories, ...suiteArgs, '--no-deps']);
}

function fileArgs(path: string): readonly string[] {
  return path.startsWith('-') ? [`--file=${path}`] : ['--file', path];
}

/** The config may name another default, so whoever chose the environment by hand has to choose it again. */
function environmentArgs(plan: Plan): readonly string[] {
  const chosen = plan.selection.some((word) => word === '-e' || word === '--env' || word.startsWith('--env='));
  return chosen || plan.environment !== 'local' ? ['--env', plan.environment] : [];
}
