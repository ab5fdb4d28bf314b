import type { Plan, Task } from '../../src/model/plan.ts';

/** A task that needs nothing and waits for nobody, except as told. */
export function aTask(id: string, change: Partial<Task> = {}): Task {
  return {
    id,
    category: id.split('/')[0] ?? id,
    alsoIn: [],
    suite: 'suite',
    framework: 'fixture',
    role: 'chosen',
    files: [],
    tests: {},
    keyword: null,
    markers: null,
    priority: 'normal',
    dependsOn: [],
    after: [],
    conflicts: [],
    needs: [],
    locks: [],
    slots: 1,
    exclusive: false,
    timeoutMs: 60_000,
    slowAfterMs: 60_000,
    missingService: 'fail',
    retries: 0,
    flaky: 'pass',
    expectedMs: null,
    settled: null,
    ...change,
  };
}

export function aPlan(tasks: readonly Task[], slots = 4): Plan {
  return {
    id: 'plan',
    project: 'project',
    environment: 'local',
    slots,
    tasks,
    categories: [],
    excluded: { pattern: 0, files: 0, suite: 0, category: 0, uncategorised: 0 },
    selection: [],
  };
}
