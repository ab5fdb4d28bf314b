import type { ShardWork, Task } from '../model/plan.ts';

/** Stands in a merged report for work that a plan has and that nobody ran: all that is known of it is what it would have been. */
export function missingTask({ category, suite, keyword, markers, files }: ShardWork): Task {
  return {
    id: suite === '' ? category : `${category}/${suite}`,
    category,
    alsoIn: [],
    suite,
    framework: '',
    role: 'chosen',
    files,
    tests: {},
    keyword,
    markers,
    priority: 'normal',
    dependsOn: [],
    after: [],
    conflicts: [],
    needs: [],
    locks: [],
    slots: 1,
    exclusive: false,
    timeoutMs: 0,
    slowAfterMs: 0,
    missingService: 'fail',
    retries: 0,
    flaky: 'pass',
    expectedMs: null,
    settled: null,
  };
}
