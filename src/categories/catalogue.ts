import type { CatalogueEntry, Priority } from '../model/config.ts';

const minute = 60_000;

/**
 * What a category of a well-known name is unless the config says otherwise.
 *
 * Two departures from the usual wiring of such names, both on purpose:
 * - The critical categories wait for `smoke` alone. Asking for `mission_critical` must not first run every unit test;
 *   where the big categories run too, `after` still puts them in front.
 * - `performance` does not conflict with `database`: it depends on it through `integration`, so the two never meet.
 */
export const catalogue: readonly CatalogueEntry[] = [
  entry('mission_critical', 'What the business cannot live without', 'critical', {
    timeoutMs: 10 * minute,
    dependsOn: ['smoke'],
    after: ['unit'],
  }),
  entry('golden_path', 'The main user journey from end to end', 'critical', {
    timeoutMs: 15 * minute,
    dependsOn: ['smoke'],
    after: ['unit', 'database', 'api'],
  }),
  entry('smoke', 'The quickest proof that anything works', 'critical', { timeoutMs: minute }),
  entry('startup', 'The system starts, in the right order', 'critical', { timeoutMs: 3 * minute, after: ['smoke'] }),
  entry('unit', 'Single units without services', 'high', { timeoutMs: 5 * minute }),
  entry('security', 'Authentication, authorisation and isolation', 'high', { timeoutMs: 5 * minute }),
  entry('database', 'Queries, migrations and transactions', 'high', { timeoutMs: 5 * minute }),
  entry('integration', 'Several components together', 'normal', {
    timeoutMs: 10 * minute,
    dependsOn: ['unit', 'database'],
  }),
  entry('api', 'HTTP endpoints', 'normal', { timeoutMs: 5 * minute, dependsOn: ['database'] }),
  entry('websocket', 'WebSocket connections and events', 'normal', { timeoutMs: 5 * minute, dependsOn: ['unit'] }),
  entry('agent', 'Agents and their tools', 'normal', { timeoutMs: 10 * minute, dependsOn: ['unit'] }),
  entry('frontend', 'Components and pages', 'low', { timeoutMs: 5 * minute }),
  entry('e2e', 'The whole system from outside', 'low', {
    timeoutMs: 30 * minute,
    dependsOn: ['integration', 'api', 'frontend'],
    conflicts: ['performance'],
  }),
  entry('e2e_critical', 'The end-to-end tests that must never break', 'high', {
    timeoutMs: 5 * minute,
    dependsOn: ['smoke'],
    after: ['unit'],
  }),
  entry('real_e2e', 'End to end against real services and models', 'low', {
    timeoutMs: 30 * minute,
    dependsOn: ['integration', 'api'],
    conflicts: ['performance'],
  }),
  entry('performance', 'Throughput and latency, measured on an otherwise idle machine', 'low', {
    timeoutMs: 30 * minute,
    dependsOn: ['integration'],
    conflicts: ['e2e', 'real_e2e'],
    exclusive: true,
  }),
];

function entry(
  name: string,
  description: string,
  priority: Priority,
  rest: Pick<CatalogueEntry, 'timeoutMs'> & Partial<CatalogueEntry>,
): CatalogueEntry {
  return {
    name,
    description,
    priority,
    dependsOn: [],
    after: [],
    conflicts: [],
    missingService: priority === 'critical' ? 'fail' : 'skip',
    exclusive: false,
    ...rest,
  };
}
