import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createIo } from '../../../../src/io/node-io.ts';
import { runTool } from '../../../../src/io/tool.ts';
import { createRunDocker } from '../../../../src/services/docker/engine.ts';
import { removeProject } from '../../../../src/services/docker/remove-project.ts';
import { image } from '../../../support/docker-engine.ts';
import { never } from '../support.ts';
import { http, leftOf, server, sleeper, useEngine, webOf } from './real-engine.ts';
import { composeBench, dockerService, taskOf } from './support.ts';

const engine = useEngine();

describe('a container in use', { timeout: 120_000 }, () => {
  it('that is killed is noticed, with its exit code and its last words', async () => {
    const services = [dockerService('web', {}, { health: [http], watchMs: null })];
    const run = await composeBench({ compose: `services: { web: { ${server} } }\n`, services, env: engine().env });
    expect((await run.leases.acquire(taskOf(services), never)).kind).toBe('ready');
    const name = await webOf(engine(), run.runId);
    await engine().docker('kill', name);
    await run.until((event) => event.type === 'service-changed' && event.change.kind === 'failed');
    const failed = run.events.find((event) => event.type === 'service-changed' && event.change.kind === 'failed');
    expect(JSON.stringify(failed)).toMatch(/web: its container exited with code 137 while it was in use/);
    expect(JSON.stringify(failed)).toMatch(/serving/);
    await run.leases.stopAll(never);
    expect(await leftOf(engine(), run.runId)).toEqual([]);
  });

  it('that turns unhealthy is noticed', async () => {
    const services = [dockerService('web', {}, { watchMs: 200, restarts: 0 })];
    const run = await composeBench({
      compose: `services:
  web: { ${sleeper}, healthcheck: { test: [CMD, test, -e, /www/health], interval: 200ms, retries: 1 } }
`,
      services,
      env: engine().env,
    });
    expect((await run.leases.acquire(taskOf(services), never)).kind).toBe('ready');
    const name = await webOf(engine(), run.runId);
    await engine().docker('exec', name, 'rm', '/www/health');
    const failed = await run.until((event) => event.type === 'service-changed' && event.change.kind === 'failed');
    expect(JSON.stringify(failed)).toMatch(
      /web: its container is unhealthy: its health check fails while it was in use/,
    );
  });
});

describe('the end', { timeout: 120_000 }, () => {
  it('in the middle of compose up leaves nothing', async () => {
    const services = [dockerService('web')];
    const run = await composeBench({
      compose: `services:
  db: { ${sleeper}, healthcheck: { test: [CMD, "false"], interval: 1s, retries: 1000 } }
  web: { ${sleeper}, depends_on: { db: { condition: service_healthy } } }
`,
      services,
      env: engine().env,
    });
    const cancel = new AbortController();
    const lease = run.leases.acquire(taskOf(services), cancel.signal);
    await expect.poll(() => engine().docker('ps', '--format', '{{.Names}}'), { timeout: 30_000 }).toMatch(/db/);
    cancel.abort();
    expect(await lease).toEqual({ kind: 'cancelled' });
    await run.leases.stopAll(never);
    expect(await leftOf(engine(), run.runId)).toEqual([]);
  });

  it.each([0, 100, 300, 800])('%i ms after the start leaves nothing', async (afterMs) => {
    const services = [dockerService('web', {}, { health: [{ kind: 'log', pattern: 'never' }] })];
    const run = await composeBench({ compose: `services: { web: { ${server} } }\n`, services, env: engine().env });
    const cancel = AbortSignal.timeout(afterMs);
    expect(await run.leases.acquire(taskOf(services), cancel)).toEqual({ kind: 'cancelled' });
    await run.leases.stopAll(never);
    expect(await leftOf(engine(), run.runId)).toEqual([]);
  });

  it.each(['at once', 'in the middle of the grace'])(
    'does not wait for a container that ignores SIGTERM when it is to come %s',
    async (when) => {
      const services = [
        dockerService(
          'web',
          {},
          { health: [{ kind: 'log', pattern: 'up' }], stop: { signal: 'SIGTERM', graceMs: 600_000 } },
        ),
      ];
      const run = await composeBench({
        compose: `services: { web: { image: ${image}, command: [sh, -c, "trap 'echo ignored' TERM; echo up; while true; do sleep 0.1; done"] } }\n`,
        services,
        env: engine().env,
      });
      expect((await run.leases.acquire(taskOf(services), never)).kind).toBe('ready');
      const kill = new AbortController();
      if (when === 'at once') kill.abort();
      const stopped = run.leases.stopAll(kill.signal);
      if (when !== 'at once') {
        await expect
          .poll(() => readFile(join(run.root, 'logs/services/web.log'), 'utf8'), { timeout: 30_000 })
          .toMatch(/ignored/);
        kill.abort();
      }
      await stopped;
      expect(await leftOf(engine(), run.runId)).toEqual([]);
    },
  );

  it('of a run spares containers, networks and volumes of others, however alike their names', async () => {
    const services = [dockerService('web')];
    const run = await composeBench({ compose: `services: { web: { ${sleeper} } }\n`, services, env: engine().env });
    expect((await run.leases.acquire(taskOf(services), never)).kind).toBe('ready');
    const name = await webOf(engine(), run.runId);
    const project = await engine().docker(
      'inspect',
      '--format',
      '{{index .Config.Labels "com.docker.compose.project"}}',
      name,
    );
    const others = [`${project}x`, project.slice(0, -1)];
    for (const other of others) {
      const label = `com.docker.compose.project=${other}`;
      await engine().docker(
        'run',
        '--detach',
        '--network',
        'none',
        '--name',
        `${other}_web_1`,
        '--label',
        label,
        image,
        'sleep',
        '1000',
      );
      await engine().docker('volume', 'create', '--label', label, `${other}_data`);
    }
    await engine().docker('run', '--detach', '--network', 'none', '--name', `${project}_web_9`, image, 'sleep', '1000');
    onTestFinished(async () => {
      await engine().docker('rm', '--force', `${project}_web_9`, ...others.map((other) => `${other}_web_1`));
      await engine().docker('volume', 'rm', ...others.map((other) => `${other}_data`));
    });
    await run.leases.stopAll(AbortSignal.abort());
    expect((await leftOf(engine(), run.runId)).toSorted()).toEqual(
      [`${project}_web_9`, ...others.flatMap((other) => [`${other}_web_1`, `${other}_data`])].toSorted(),
    );
  });

  it('of a run that was killed is made up for without its compose file', async () => {
    const services = [dockerService('web')];
    const projects: string[] = [];
    const run = await composeBench({
      compose: `services: { web: { ${sleeper}, volumes: ["data:/data"] } }\nvolumes: { data: {} }\n`,
      services,
      env: engine().env,
      over: { journal: { started: () => undefined, compose: (project) => void projects.push(project) } },
    });
    expect((await run.leases.acquire(taskOf(services), never)).kind).toBe('ready');
    await rm(join(run.root, 'compose.yml'));
    expect(projects).toHaveLength(1);
    const tools = { run: createRunDocker(runTool, { cwd: tmpdir(), env: engine().env }), clock: createIo() };
    expect(await removeProject(projects[0] ?? '', tools)).toEqual([]);
    expect(await leftOf(engine(), run.runId)).toEqual([]);
  });

  it('comes too when the compose file has gone meanwhile', async () => {
    const services = [dockerService('web')];
    const run = await composeBench({ compose: `services: { web: { ${sleeper} } }\n`, services, env: engine().env });
    expect((await run.leases.acquire(taskOf(services), never)).kind).toBe('ready');
    await rm(join(run.root, 'compose.yml'));
    await run.leases.stopAll(never);
    expect(await leftOf(engine(), run.runId)).toEqual([]);
  });
});
