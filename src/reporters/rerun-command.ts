import { shellCommand } from '../base/shell-quote.ts';
import { frameworks } from '../frameworks/index.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { TestId } from '../model/test.ts';

/** Above this many files a command names the category and suite instead. */
const maxNamedFiles = 3;

/** A command line that runs exactly this test again, quoted for a shell; where its framework cannot, the task it was in. */
export function rerunTestCommand(plan: Plan, task: Task, id: TestId): string {
  const selector = frameworks.get(task.framework)?.testSelector?.(id) ?? null;
  if (selector === null || id.file === null || !task.files.includes(id.file)) return rerunTaskCommand(plan, task);
  return shellCommand(['runner', ...environmentArgs(plan), ...fileArgs(selector)]);
}

/** A command line that runs this task's tests again, quoted for a shell. */
export function rerunTaskCommand(plan: Plan, task: Task): string {
  const words = ['runner', ...environmentArgs(plan)];
  if (task.files.length > 0 && task.files.length <= maxNamedFiles) {
    return shellCommand([...words, ...task.files.flatMap((file) => fileArgs(file))]);
  }
  const suite = task.suite === '' ? [] : ['--suite', task.suite];
  return shellCommand([...words, '--category', task.category, ...suite, '--no-deps']);
}

function fileArgs(path: string): readonly string[] {
  return path.startsWith('-') ? [`--file=${path}`] : ['--file', path];
}

/** The config may name another default, so whoever chose the environment by hand has to choose it again. */
function environmentArgs(plan: Plan): readonly string[] {
  const chosen = plan.selection.some((word) => word === '-e' || word === '--env' || word.startsWith('--env='));
  return chosen || plan.environment !== 'local' ? ['--env', plan.environment] : [];
}
