import { collecting } from '../frameworks/collecting.ts';
import type { EventBody } from '../model/event.ts';
import type { Outcome } from '../model/outcome.ts';
import type { Plan, Task } from '../model/plan.ts';
import type { TestResult } from '../model/test.ts';
import type { ServiceLeases } from '../ports.ts';
import { runTasks } from './run-tasks.ts';
import type { RunTools } from './run-tools.ts';

/** What is known of a task's tests without running them. */
export interface TaskList {
  readonly task: Task;
  /** Its framework was asked; else nothing is known but its files. */
  readonly collected: boolean;
  /** In the order of the framework; their statuses mean nothing. */
  readonly tests: readonly TestResult[];
  /** What could not be collected, or why the framework failed. */
  readonly problems: readonly TestResult[];
  readonly outcome: Outcome;
}

export type CollectTools = Omit<RunTools, 'leases' | 'failFast' | 'maxFailures' | 'deadlineMs'>;

/**
 * Asks the frameworks of a plan for their tests: a run in which each of them lists instead of testing, nothing waits for anything, and
 * services are not started. Its slots, timeouts, process groups and signals are those of a run.
 *
 * @throws the first defect of runner itself, when all processes have ended
 */
export async function collectTests(plan: Plan, tools: CollectTools): Promise<readonly TaskList[]> {
  const frameworks = new Map(
    [...tools.frameworks].flatMap(([name, framework]) => {
      const lister = collecting(framework);
      return lister === null ? [] : [[name, lister] as const];
    }),
  );
  const lists = new Map(plan.tasks.map((task) => [task.id, openList(task, frameworks.has(task.framework))]));
  const asked = plan.tasks.filter((task) => task.settled === null && frameworks.has(task.framework)).map(unbound);
  const emit = (event: EventBody): void => {
    tools.emit(event);
    if (event.type === 'test-finished') addTest(lists.get(event.task), event.test);
    if (event.type === 'task-finished') setOutcome(lists.get(event.task), event.outcome);
  };
  await runTasks(
    { ...plan, tasks: asked, layers: [], quarantine: [] },
    { ...tools, frameworks, emit, leases: noServices, failFast: 'never', maxFailures: null, deadlineMs: null },
  );
  return [...lists.values()];
}

interface OpenList {
  readonly task: Task;
  readonly collected: boolean;
  readonly tests: TestResult[];
  readonly problems: TestResult[];
  outcome: Outcome;
}

function openList(task: Task, canCollect: boolean): OpenList {
  const outcome = task.settled ?? { kind: 'passed' };
  return { task, collected: canCollect && task.settled === null, tests: [], problems: [], outcome };
}

function addTest(list: OpenList | undefined, test: TestResult): void {
  const isBad = test.status === 'failed' || test.status === 'error';
  (isBad ? list?.problems : list?.tests)?.push(test);
}

function setOutcome(list: OpenList | undefined, outcome: Outcome): void {
  if (list !== undefined) list.outcome = outcome;
}

/** Without what orders or repeats tests: nothing of it matters to a list. */
function unbound(task: Task): Task {
  return { ...task, dependsOn: [], after: [], conflicts: [], locks: [], exclusive: false, retries: 0 };
}

/** Addresses of services have no value; what asks for one while it is loaded is told the word `none`. */
const noServices: ServiceLeases = {
  acquire: ({ needs }) =>
    Promise.resolve({
      kind: 'ready',
      services: Object.fromEntries(needs.map((name) => [name, { url: null, host: null, port: null, variables: {} }])),
    }),
  failureOf: () => null,
  release: () => undefined,
  stopAll: () => Promise.resolve(),
};
