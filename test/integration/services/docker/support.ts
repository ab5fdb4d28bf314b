import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { escapeTemplate } from '../../../../src/base/template.ts';
import type { Service, ServiceDocker } from '../../../../src/model/config.ts';
import type { LeaseResult } from '../../../../src/ports.ts';
import type { LeaseOptions } from '../../../../src/services/leases.ts';
import { bench, never, service, task } from '../support.ts';
import type { Bench } from '../support.ts';
import type { Scenario } from './scenarios.ts';

/** A service of `compose.yml`, without probes of its own. */
export function dockerService(name: string, docker: Partial<ServiceDocker> = {}, over: Partial<Service> = {}): Service {
  return service(name, {
    process: null,
    docker: { compose: 'compose.yml', service: name, env: {}, port: null, oneShot: false, ...docker },
    health: [],
    stop: { signal: 'SIGTERM', graceMs: 0 },
    ...over,
  });
}

/** A run in a folder of its own that holds the compose file; its one task needs all services. */
export async function composeBench(options: {
  readonly compose: string;
  readonly services: readonly Service[];
  readonly env: Readonly<Record<string, string>>;
  readonly over?: Partial<LeaseOptions>;
}): Promise<Bench & { readonly root: string; readonly runId: string }> {
  const root = await mkdtemp(join(tmpdir(), 'runner-compose-'));
  await writeFile(join(root, 'compose.yml'), options.compose);
  const baseEnv = Object.fromEntries(Object.entries(options.env).map(([name, value]) => [name, escapeTemplate(value)]));
  const runId = `run-${crypto.randomUUID()}`;
  const run = await bench(() => options.services, [taskOf(options.services)], {
    root,
    baseEnv,
    runId,
    logsDir: join(root, 'logs'),
    ...options.over,
  });
  onTestFinished(async () => {
    await run[Symbol.asyncDispose]();
    await rm(root, { recursive: true, force: true });
  });
  return { ...run, root, runId };
}

/** The task that needs all of the services. */
export function taskOf(services: readonly Service[]): ReturnType<typeof task> {
  return task(
    't',
    services.map(({ name }) => name),
  );
}

/** Starts the services of a scenario and holds what comes out against what is expected. */
export async function checkScenario(
  scenario: Scenario,
  env: Readonly<Record<string, string>>,
): Promise<Awaited<ReturnType<typeof composeBench>>> {
  const run = await composeBench({ compose: scenario.compose, services: scenario.services, env });
  const lease = await run.leases.acquire(taskOf(scenario.services), never);
  if (scenario.expected instanceof RegExp) expect(problemOf(lease)).toMatch(scenario.expected);
  else expect(lease).toMatchObject(scenario.expected);
  for (const line of scenario.says ?? []) expect(problemOf(lease)).toMatch(line);
  return run;
}

/** What a lease says went wrong. */
export function problemOf(lease: LeaseResult): string {
  return lease.kind === 'failed' ? lease.problem : JSON.stringify(lease);
}
