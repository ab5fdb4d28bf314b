import { readFileSync, readdirSync, existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import type { ServiceChange } from '../../src/model/event.ts';
import { until } from '../support/killed-runs.ts';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

/** Says its pid, can be made sick, and has a child that would outlive it. */
const service = `
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
spawn('sleep', ['600'], { stdio: 'ignore' });
createServer((_, response) => { response.statusCode = existsSync(process.env.NAME + '.sick') ? 503 : 200; response.end(String(process.pid)); })
  .listen(Number(process.env.PORT), '127.0.0.1', () => console.log(process.env.NAME, 'listens'));
`;

function project(greeting = 'hello', more = ''): Record<string, string> {
  const env = `{ PORT: '\${port}', GREETING: ${greeting}`;
  return {
    'service.mjs': service,
    'runner.config.yaml': `
version: 1
project: kept
suites:
  look: { framework: command, command: [sh, -c, 'test -n "$RUNNER_SERVICE_WEB_PORT"'] }
categories:
  integration: { tests: [{ suite: look }], needs: [web] }
services:
  database: { process: { command: [node, service.mjs], env: ${env}, NAME: database } }, health: [{ http: { path: / } }] }
  web: { process: { command: [node, service.mjs], env: ${env}, NAME: web } }, health: [{ http: { path: / } }], needs: [database] }
${more}
`,
  };
}

/** The rig with whatever it left running ended at the end. */
async function keepingRig(files: Record<string, string>): Promise<Rig> {
  const rig = await createRig(files);
  return {
    ...rig,
    [Symbol.asyncDispose]: async () => {
      await services(rig, 'down');
      await rig[Symbol.asyncDispose]();
    },
  };
}

function services(rig: Rig, ...args: readonly string[]): Promise<CliRun> {
  return rig.runWith({ replay: false }, 'services', ...args);
}

function changes(run: CliRun, service: string): readonly ServiceChange[] {
  return run.events.flatMap((event) =>
    event.type === 'service-changed' && event.service === service ? [event.change] : [],
  );
}

function ready(run: CliRun, service: string): Extract<ServiceChange, { kind: 'ready' }> {
  const found = changes(run, service).find((change) => change.kind === 'ready');
  if (found === undefined) throw new Error(`${service} was not ready\n${run.stdout}${run.stderr}`);
  return found;
}

function pidOf(rig: Rig, name: string): number {
  const kept = JSON.parse(readFileSync(rig.path('.runner/services', `${name}.json`), 'utf8')) as {
    handle: { leader: { pid: number } };
  };
  return kept.handle.leader.pid;
}

function isAlive(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

describe('services that are left running', () => {
  test('are used by the next run, which says what that saved, and end with "services down", dependents first', async () => {
    await using rig = await keepingRig(project());
    const first = await rig.run('--keep-services');
    expect(first.exitCode, first.stdout + first.stderr).toBe(0);
    expect(ready(first, 'web')).toMatchObject({ provider: 'process', stays: true });
    expect(changes(first, 'web').map(({ kind }) => kind)).toEqual(['starting', 'ready']);
    const pids = [pidOf(rig, 'web'), pidOf(rig, 'database')];
    expect(pids.map(isAlive)).toEqual([true, true]);
    expect(readdirSync(rig.path('.runner/runs'))).toEqual([]);

    const second = await rig.run();
    expect(second.exitCode, second.stdout + second.stderr).toBe(0);
    expect(ready(second, 'web')).toMatchObject({ provider: 'kept', url: ready(first, 'web').url, stays: true });
    expect(ready(second, 'web').savedMs).toBeGreaterThan(0);
    expect(second.stdout).toContain('Left running: ');
    expect([pidOf(rig, 'web'), pidOf(rig, 'database')]).toEqual(pids);
    expect(pids.map(isAlive)).toEqual([true, true]);

    const down = await services(rig, 'down');
    expect(down).toMatchObject({ exitCode: 0, stdout: 'web stopped\ndatabase stopped\n' });
    expect(processesWith(`kept-${first.events[0]?.type === 'run-started' ? first.events[0].runId : ''}/`)).toEqual([]);
    expect(await services(rig, 'down')).toMatchObject({ exitCode: 0, stdout: 'nothing was left running\n' });
  });

  test('are ended and started afresh when their definition changed; without --keep-services they then end with the run', async () => {
    await using rig = await keepingRig(project());
    await rig.run('--keep-services');
    const before = pidOf(rig, 'web');
    await rig.write(project('goodbye'));
    const second = await rig.run();
    expect(ready(second, 'web')).toMatchObject({ provider: 'process' });
    expect(changes(second, 'web').at(-1)?.kind).toBe('stopped');
    expect(isAlive(before)).toBe(false);
    expect(existsSync(rig.path('.runner/services/web.json'))).toBe(false);
  });

  test('are ended and started afresh when the file that they run changed', async () => {
    await using rig = await keepingRig(project());
    await rig.run('--keep-services');
    const before = pidOf(rig, 'web');
    await rig.write({ 'service.mjs': `${service}\n// changed` });
    const second = await rig.run('--keep-services');
    expect(ready(second, 'web')).toMatchObject({ provider: 'process', stays: true });
    expect(isAlive(before)).toBe(false);
    expect(isAlive(pidOf(rig, 'web'))).toBe(true);
  });

  test.each([
    { how: 'died', harm: (rig: Rig) => process.kill(pidOf(rig, 'web'), 'SIGKILL'), note: 'it was ended' },
    { how: 'is sick', harm: (rig: Rig) => rig.write({ 'web.sick': '' }), note: '503' },
  ])('one that $how meanwhile is not used', async ({ harm, note }) => {
    await using rig = await keepingRig(project());
    await rig.run('--keep-services');
    const before = pidOf(rig, 'web');
    await harm(rig);
    const started = rig.start({}, '--service-timeout', '20s');
    // The fresh one would be sick too.
    await started.event((event) => event.type === 'warning' && event.message.includes('started afresh'));
    await rm(rig.path('web.sick'), { force: true });
    const second = await started.finished;
    expect(second.exitCode, second.stdout + second.stderr).toBe(0);
    expect(ready(second, 'database').provider).toBe('kept');
    expect(ready(second, 'web').provider).toBe('process');
    const warnings = second.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(warnings).toEqual([expect.stringContaining(note)]);
    expect(isAlive(before)).toBe(false);
  });

  test('"services up" starts them in the order of their needs, "status" and "logs" tell of them', async () => {
    await using rig = await keepingRig(project());
    const up = await services(rig, 'up', 'web');
    expect(up.exitCode, up.stdout + up.stderr).toBe(0);
    expect(up.stdout.split('\n').filter((line) => line.includes('ready after'))).toEqual([
      expect.stringMatching(/^database {2}http:/),
      expect.stringMatching(/^web {2}http:/),
    ]);
    const again = await services(rig, 'up', 'web');
    expect(again.stdout).toMatch(/^web {2}http:\/\/127\.0\.0\.1:\d+ {2}ran already$/m);

    const status: unknown = JSON.parse((await services(rig, 'status', '--json')).stdout);
    expect(status).toEqual([
      expect.objectContaining({ name: 'database', state: 'kept', healthy: true, provider: 'process' }),
      expect.objectContaining({ name: 'web', state: 'kept', healthy: true, pid: pidOf(rig, 'web'), rejected: [] }),
    ]);
    expect((await services(rig, 'logs')).stdout).toBe('database | database listens\nweb      | web listens\n');

    const run = await rig.run();
    expect(ready(run, 'web').provider).toBe('kept');
    expect(await services(rig, 'down', 'web')).toMatchObject({ exitCode: 0, stdout: 'web stopped\n' });
    expect((await services(rig, 'status')).stdout).toMatch(/^database {2}left running, healthy .*\nweb {2}stopped/);
  });

  test('"services up" says which could not be started, with exit code 3, and leaves no process of it', async () => {
    await using rig = await keepingRig(
      project(
        'hello',
        `  broken: { process: { command: [node, -e, 'process.exit(3)'] }, health: [{ log: { pattern: never } }] }`,
      ),
    );
    const up = await services(rig, 'up', 'broken', 'database');
    expect(up.exitCode).toBe(3);
    expect(up.stdout).toContain('broken failed: broken: exited with code 3 before it was ready');
    expect(up.stdout).toContain('1 of 2 could not be started');
    expect(existsSync(rig.path('.runner/services/broken.json'))).toBe(false);
    expect(isAlive(pidOf(rig, 'database'))).toBe(true);
  });

  test('an interrupted "services up" leaves nothing of what was not ready, and what was ready with its name', async () => {
    await using rig = await keepingRig(
      project(
        'hello',
        `  slow: { process: { command: [sh, -c, 'touch slow-runs; sleep 600'] }, health: [{ log: { pattern: never } }], needs: [web] }`,
      ),
    );
    const up = rig.start({ replay: false }, 'services', 'up', 'slow');
    await until(() => existsSync(rig.path('slow-runs')));
    up.child.kill('SIGINT');
    const run = await up.finished;
    expect(run.exitCode, run.stdout + run.stderr).toBe(130);
    expect(run.stdout).toContain('what was ready is left running');
    expect(readdirSync(rig.path('.runner/services')).filter((name) => name.endsWith('.json'))).toEqual([
      'database.json',
      'web.json',
    ]);
    expect(readdirSync(rig.path('.runner/runs'))).toEqual([]);
    await services(rig, 'down');
    expect(processesWith(rig.root).filter((pid) => pid !== process.pid)).toEqual([]);
  });

  test('every copy of a service is left running, told of and ended', async () => {
    await using rig = await keepingRig(
      project(
        'hello',
        `  copies: { process: { command: [node, service.mjs], env: { PORT: '\${port}', NAME: copy } }, health: [{ http: { path: / } }], instances: 2 }`,
      ),
    );
    const up = await services(rig, 'up', 'copies');
    expect(up.exitCode, up.stdout + up.stderr).toBe(0);
    const pids = [pidOf(rig, 'copies-0'), pidOf(rig, 'copies-1')];
    expect(new Set(pids).size).toBe(2);
    const again = await services(rig, 'up', 'copies');
    expect(again.stdout.match(/ran already/g)).toHaveLength(2);
    expect((await services(rig, 'status', 'copies')).stdout.match(/left running, healthy/g)).toHaveLength(2);
    expect((await services(rig, 'down', 'copies')).stdout).toBe('copies-0 stopped\ncopies-1 stopped\n');
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  test('starting none and leaving them running cannot both be meant', async () => {
    await using rig = await createRig(project());
    const run = await rig.run('--no-services', '--keep-services');
    expect(run.exitCode).toBe(2);
    expect(run.stderr).toContain('contradict each other');
  });

  test('"services down" works although the config became invalid', async () => {
    await using rig = await keepingRig(project());
    await services(rig, 'up', 'database');
    const pid = pidOf(rig, 'database');
    await rig.write({ 'runner.config.yaml': 'version: 99\n' });
    expect(await services(rig, 'down')).toMatchObject({ exitCode: 0, stdout: 'database stopped\n' });
    expect(isAlive(pid)).toBe(false);
  });

  test('"services status" tells what is not ours, and why a provider is out', async () => {
    const server = createServer((_, response) => response.end('ok'));
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const { port } = server.address() as AddressInfo;
    await using rig = await keepingRig(
      project(
        'hello',
        `  api: { external: { url: 'http://127.0.0.1:${port}' }, process: { command: [node, service.mjs], env: { PORT: '\${port}' } }, health: [{ http: { path: / } }] }
  fixed: { process: { command: [node, service.mjs] }, port: ${port} }
environments:
  local: { prefer: [external, process] }
  outside: { prefer: [external] }`,
      ),
    );
    try {
      const local = JSON.parse((await services(rig, 'status', '--json')).stdout) as { name: string }[];
      expect(local).toEqual([
        expect.objectContaining({ name: 'database', state: 'stopped', provider: 'process' }),
        expect.objectContaining({ name: 'web', state: 'stopped' }),
        expect.objectContaining({ name: 'api', state: 'foreign', provider: 'external', healthy: true }),
        expect.objectContaining({ name: 'fixed', state: 'foreign', pid: process.pid }),
      ]);
      const outside = await services(rig, 'status', 'database', '--env', 'outside');
      expect(outside.stdout).toContain('unavailable');
      expect(outside.stdout).toContain('not process: environment "outside" does not use it');
    } finally {
      server.close();
    }
  });

  test('an environment with secrets does not leave services running: their output would be masked by nobody', async () => {
    await using rig = await keepingRig(project('hello', `environments:\n  staging: { secrets: [TOKEN] }\n  local: {}`));
    const env = { TOKEN: 'a-secret-value' };
    for (const args of [
      ['--keep-services', '--env', 'staging'],
      ['services', 'up', '--env', 'staging'],
    ]) {
      const run = await rig.runWith({ env, replay: false }, ...args);
      expect(run.exitCode).toBe(2);
      expect(run.stderr).toContain('services cannot be left running in environment "staging"');
    }
  });
});
