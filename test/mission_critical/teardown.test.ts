import { describe, expect, test } from 'vitest';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';

/** A server that takes `STOPPING` milliseconds to stop, or refuses to if that is not a number. */
const service = `
import { createServer } from 'node:http';
createServer((_, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => { if (process.env.STOPPING !== 'never') setTimeout(() => process.exit(0), Number(process.env.STOPPING)); });
`;

function config(stopping: string): string {
  return `
version: 1
project: teardown
settings: { teardown: 1s }
suites:
  quick: { framework: command, command: ['true'] }
categories:
  smoke: { tests: [{ suite: quick }], needs: [backend] }
services:
  backend:
    process: { command: [node, service.mjs], env: { PORT: '\${port}', STOPPING: '${stopping}' } }
    health: [{ http: { path: / } }]
    stop: { grace: 10m }
`;
}

describe('teardown', () => {
  test('ends within its own budget, whatever grace a service was promised', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config('never'), 'service.mjs': service });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(run.stdout).toMatch(/did not stop within 1s \(settings\.teardown\)/);
    const [begun] = run.events;
    expect(processesWith(begun?.type === 'run-started' ? begun.runId : 'no run')).toEqual([]);
  });

  test('is not cut short by a signal, and the run is then an interrupted one', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config('700'), 'service.mjs': service });
    const started = rig.start({});
    await started.event((event) => event.type === 'service-changed' && event.change.kind === 'stopping');
    started.child.kill('SIGINT');
    const run = await started.finished;
    expect(run.exitCode, run.stdout + run.stderr).toBe(130);
    expect(run.events.some((event) => event.type === 'service-changed' && event.change.kind === 'stopped')).toBe(true);
    expect(run.events.at(-1)).toMatchObject({ type: 'run-finished', verdict: 'interrupted' });
  });
});
