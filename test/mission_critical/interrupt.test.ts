import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';
import type { Rig, StartedCli } from '../support/rig.ts';

const xsd = resolve(import.meta.dirname, '../../docs/junit.xsd');
const hanging = 20;

/** A server that says when it stops, and a child of it that would outlive it. */
const service = `
import { spawn } from 'node:child_process';
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
spawn('sleep', ['600'], { stdio: 'ignore' });
createServer((_, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => { appendFileSync('stopped.txt', process.env.NAME + '\\n'); process.exit(0); });
`;

function config(hang: string): string {
  const suites = Array.from(
    { length: hanging },
    (_, index) => `  hang${index}: { framework: command, command: [sh, -c, '${hang}'] }`,
  );
  const tests = Array.from({ length: hanging }, (_, index) => `{ suite: hang${index} }`);
  return `
version: 1
project: interrupted
workers: ${hanging}
settings: { grace: 5s }
suites:
  quick: { framework: command, command: ['true'] }
${suites.join('\n')}
categories:
  smoke: { tests: [{ suite: quick }] }
  integration: { tests: [${tests.join(', ')}], needs: [backend], dependsOn: [smoke] }
services:
  database: { process: { command: [node, service.mjs], env: { PORT: '\${port}', NAME: database } }, health: [{ http: { path: / } }] }
  backend: { process: { command: [node, service.mjs], env: { PORT: '\${port}', NAME: backend } }, needs: [database], health: [{ http: { path: / } }] }
`;
}

async function startHanging(rig: Rig): Promise<{ started: StartedCli; runId: string }> {
  const started = rig.start({});
  const begun = await started.event((event) => event.type === 'run-started');
  for (let index = 0; index < hanging; index += 1) {
    await started.event((event) => event.type === 'attempt-started' && event.task === `integration/hang${index}`);
  }
  return { started, runId: begun.type === 'run-started' ? begun.runId : '' };
}

function expectValidJunit(rig: Rig): string {
  const path = rig.path('reports/junit.xml');
  execFileSync('xmllint', ['--noout', '--schema', xsd, path], { stdio: 'pipe' });
  return readFileSync(path, 'utf8');
}

describe('an interrupted run', () => {
  test.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ] as const)('by %s ends what runs, stops the services, and reports what finished', async (signal, exitCode) => {
    await using rig = await createRig({
      'runner.config.yaml': config('sleep 600 & sleep 600'),
      'service.mjs': service,
    });
    const { started, runId } = await startHanging(rig);
    expect(processesWith(runId).length).toBeGreaterThanOrEqual(2 * hanging);

    started.child.kill(signal);
    const run = await started.finished;

    expect(run.exitCode, run.stdout + run.stderr).toBe(exitCode);
    expect(processesWith(runId)).toEqual([]);
    expect(readFileSync(rig.path('stopped.txt'), 'utf8')).toBe('backend\ndatabase\n');
    const junit = expectValidJunit(rig);
    expect(junit).toMatch(/name="smoke\/quick"/);
    expect(run.events.filter((event) => event.type === 'task-finished')).toHaveLength(hanging + 1);
    expect(run.events.at(-1)?.type).toBe('run-finished');
  });

  test('a second SIGINT ends everything at once, even what ignores SIGTERM', async () => {
    await using rig = await createRig({
      'runner.config.yaml': config('trap "" TERM INT; while :; do sleep 1; done').replace('grace: 5s', 'grace: 10m'),
      'service.mjs': service,
    });
    const { started, runId } = await startHanging(rig);

    started.child.kill('SIGINT');
    await started.event((event) => event.type === 'run-cancelling');
    // Repeats within a second are npm's doing, not a second press.
    await sleep(1100);
    expect(processesWith(runId).length).toBeGreaterThanOrEqual(hanging);
    started.child.kill('SIGINT');
    const run = await started.finished;

    expect(run.exitCode, run.stdout + run.stderr).toBe(130);
    expect(processesWith(runId)).toEqual([]);
    expectValidJunit(rig);
    expect(existsSync(rig.path('reports/summary.json'))).toBe(true);
  });

  test('a SIGINT that npm repeats at once does not count twice', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config('sleep 600'), 'service.mjs': service });
    const { started, runId } = await startHanging(rig);
    started.child.kill('SIGINT');
    started.child.kill('SIGINT');
    const run = await started.finished;
    expect(run.exitCode, run.stdout + run.stderr).toBe(130);
    expect(readFileSync(rig.path('stopped.txt'), 'utf8')).toBe('backend\ndatabase\n');
    expect(processesWith(runId)).toEqual([]);
  });
});
