import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Probe, Service } from '../../../src/model/config.ts';
import type { LeaseResult } from '../../../src/ports.ts';
import { closedPort } from './probe-support.ts';
import { bench, never, serverCommand, service, task } from './support.ts';
import type { Bench } from './support.ts';

const env = { PORT: '${port}' };
const needsWeb = task('t', ['web']);
const webSocket = (authorization: string): Probe => ({
  kind: 'websocket',
  path: '/ws',
  headers: { Authorization: authorization },
  protocols: [],
  send: null,
  expect: 'ready',
});

async function start(over: Partial<Service>): Promise<{ readonly run: Bench; readonly lease: LeaseResult }> {
  const run = await bench(() => [service('web', over)], [needsWeb]);
  onTestFinished(() => run[Symbol.asyncDispose]());
  return { run, lease: await run.leases.acquire(needsWeb, never) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function problemOf(lease: LeaseResult): string {
  return lease.kind === 'failed' ? lease.problem : JSON.stringify(lease);
}

describe('a process service', () => {
  it('is ready when all its probes have passed, with its address and the variables of the log', async () => {
    const { lease, run } = await start({
      process: {
        command: serverCommand({ listenAfterMs: 300, health: 'starting', print: 'listening on {port}, build 7' }),
        cwd: '.',
        env,
      },
      health: [
        { kind: 'http', path: '/health', status: 200, headers: {}, json: { 'checks.db': 'up' } },
        { kind: 'tcp' },
        webSocket('Bearer good'),
        { kind: 'log', pattern: 'build (?<build>\\d+)' },
        {
          kind: 'command',
          command: [process.execPath, '-e', 'process.exit(process.env.PORT === process.argv[1] ? 0 : 1)', '${port}'],
          timeoutMs: 10_000,
        },
      ],
    });
    expect(lease).toMatchObject({ kind: 'ready', services: { web: { host: '127.0.0.1', variables: { build: '7' } } } });
    const web = lease.kind === 'ready' ? lease.services['web'] : undefined;
    expect(web?.url).toBe(`http://127.0.0.1:${web?.port ?? ''}`);
    expect(run.events[1]).toMatchObject({
      change: { kind: 'ready', provider: 'process', url: web?.url },
      generation: 1,
    });
  });

  it('without probes is ready when its port accepts a connection', async () => {
    const { lease } = await start({
      process: { command: serverCommand({ listenAfterMs: 200 }), cwd: '.', env },
      health: [],
    });
    expect(lease.kind).toBe('ready');
  });

  it('without probes and port is ready as soon as it is started, and has no address', async () => {
    const { lease } = await start({ process: { command: ['sleep', '100'], cwd: '.', env: {} }, health: [] });
    expect(lease).toEqual({ kind: 'ready', services: { web: { url: null, host: null, port: null, variables: {} } } });
  });

  it('fails at once when it ends before it is ready, with its exit, the probes and its last words', async () => {
    const { lease, run } = await start({
      process: { command: serverCommand({ exitBefore: 3, lastWords: 'no database' }), cwd: '.', env },
      startTimeoutMs: 600_000,
    });
    expect(problemOf(lease)).toMatch(
      /^web: exited with code 3 before it was ready\n {2}http \/health: .*\n {2}last lines of logs\/services\/web\.log:\n {4}no database$/,
    );
    await expect.poll(run.alive).toEqual([]);
  });

  it('fails when the program does not exist, naming it', async () => {
    const { lease } = await start({ process: { command: ['no-such-server'], cwd: '.', env } });
    expect(problemOf(lease)).toMatch(/^web: could not be started: .*no-such-server/);
  });

  it.concurrent.for<{ title: string; switches: Record<string, unknown>; health: Probe; finds: string }>([
    {
      title: 'never listens',
      switches: { listen: false },
      health: { kind: 'tcp' },
      finds: 'connection refused (nothing listens there)',
    },
    {
      title: 'says that it is not ready',
      switches: { health: 'down' },
      health: { kind: 'http', path: '/health', status: 200, headers: {}, json: {} },
      finds: 'http /health: HTTP 503 instead of 200',
    },
    {
      title: 'accepts and never answers',
      switches: { health: 'hang' },
      health: { kind: 'http', path: '/health', status: 200, headers: {}, json: {} },
      finds: 'http /health: no answer in time',
    },
    {
      title: 'refuses the WebSocket',
      switches: {},
      health: webSocket('Bearer bad'),
      finds: 'websocket /ws: WebSocket upgrade on /ws was refused with HTTP 401',
    },
    {
      title: 'prints something else',
      switches: {},
      health: { kind: 'log', pattern: 'ready' },
      finds: 'log /ready/: no line of the log matches yet',
    },
    {
      title: 'does not satisfy a command',
      switches: {},
      health: { kind: 'command', command: ['sh', '-c', 'echo not yet; exit 4'], timeoutMs: 1000 },
      finds: 'command sh -c echo not yet; exit 4: exited with code 4: not yet',
    },
  ])(
    'that $title fails when its time is over, with what was found last, and is gone',
    async ({ switches, health, finds }, { expect }) => {
      await using run = await bench(
        ({ notes }) => [
          service('web', {
            process: { command: serverCommand({ ...switches, notes }), cwd: '.', env },
            health: [health],
            startTimeoutMs: 3000,
          }),
        ],
        [needsWeb],
      );
      const problem = problemOf(await run.leases.acquire(needsWeb, never));
      expect(problem).toMatch(/^web: was not ready within 3\.0s \(services\.web\.startTimeout\)\n/);
      expect(problem).toContain(finds);
      expect(run.pids('started')).toHaveLength(1);
      await expect.poll(run.alive).toEqual([]);
    },
  );

  it('that listens on IPv6 only is told so', async () => {
    const { lease } = await start({
      process: { command: serverCommand({ host: '::1' }), cwd: '.', env },
      startTimeoutMs: 3000,
    });
    expect(problemOf(lease)).toMatch(/something listens on \[::1\]:\d+ only; let the service listen on 127\.0\.0\.1/);
  });

  it('cannot become ready by a command that does not exist, and does not wait for it', async () => {
    const { lease } = await start({
      health: [{ kind: 'command', command: ['no-such-check'], timeoutMs: 1000 }],
      startTimeoutMs: 600_000,
    });
    expect(problemOf(lease)).toContain(
      'web: cannot become ready\n  command no-such-check: the program no-such-check was not found',
    );
  });

  it('names a variable that is not set, and the secret in a header never', async () => {
    const missing = await start({ health: [webSocket('Bearer ${env.NO_SUCH_TOKEN}')] });
    expect(problemOf(missing.lease)).toMatch(/^web: \$\{env\.NO_SUCH_TOKEN\} is not set/);
    const secret = await start({ health: [webSocket('Bearer hunter2')], startTimeoutMs: 300 });
    expect(problemOf(secret.lease)).not.toContain('hunter2');
  });

  it('with a network probe must be told its port', async () => {
    const { lease } = await start({ process: { command: serverCommand(), cwd: '.', env: {} } });
    expect(problemOf(lease)).toMatch(
      /its http probe needs a port, but the process is not told any; set env: \{ PORT: "\$\{port\}" \}/,
    );
  });

  it('says that its log cannot be written', async () => {
    const run = await bench(() => [service('web')], [needsWeb], { logsDir: '/dev/null/logs' });
    onTestFinished(() => run[Symbol.asyncDispose]());
    expect(problemOf(await run.leases.acquire(needsWeb, never))).toMatch(/^web: its log cannot be written: /);
  });
});

describe('a fixed port', () => {
  it('is used', async () => {
    const port = await closedPort();
    const { lease } = await start({ port });
    expect(lease).toMatchObject({ kind: 'ready', services: { web: { port } } });
  });

  it.each(['127.0.0.1', '0.0.0.0', '::1'])(
    'that somebody holds on %s is an error that names the holder; nothing is started',
    async (host) => {
      const stale = createServer((_request, response) => response.end('{"status":"ok"}'));
      await new Promise<void>((resolve) => stale.listen(0, host, () => resolve()));
      onTestFinished(() => void stale.close());
      const { port } = stale.address() as AddressInfo;
      const { lease, run } = await start({ port });
      expect(problemOf(lease)).toMatch(
        new RegExp(`^web: port ${port} is already taken by .*\\(pid ${process.pid}\\); end it`),
      );
      expect(run.noted()).toEqual([]);
    },
  );
});

describe('a port that is taken between choosing and binding it', () => {
  it('is named when the service dies of it', async () => {
    const squatter = `
      const { spawn, spawnSync } = require('child_process');
      const program = "require('net').createServer().listen(process.env.PORT, '127.0.0.1', () => console.log('squatting'))";
      const other = spawn(process.argv[0], ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
      other.stdout.on('data', () => process.exit(spawnSync(process.argv[0], process.argv.slice(1), { stdio: 'inherit' }).status));`;
    const [node = '', script = '', json = ''] = serverCommand();
    const { lease } = await start({
      process: { command: [node, '-e', squatter, script, json], cwd: '.', env },
      health: [{ kind: 'log', pattern: 'never' }],
    });
    expect(problemOf(lease)).toMatch(/exited with code 1 before it was ready/);
    expect(problemOf(lease)).toContain('EADDRINUSE');
    expect(problemOf(lease)).toMatch(/\n {2}port \d+ is held by .*squatting.* \(pid \d+\)\n {2}last lines of /);
  });

  it('by an older process that passes the probes is never taken for the service', async () => {
    const stranger = createServer((_request, response) => response.end());
    onTestFinished(() => void stranger.close());
    // The child says its port; the server of this process, which is older, takes it then.
    const run = await bench(
      () => [
        service('web', {
          process: { command: ['sh', '-c', 'echo port $PORT; exec sleep 100'], cwd: '.', env },
          startTimeoutMs: 60_000,
        }),
      ],
      [needsWeb],
    );
    onTestFinished(() => run[Symbol.asyncDispose]());
    const lease = run.leases.acquire(needsWeb, never);
    const said = (): string | undefined => /port (\d+)\n/.exec(readText(join(run.dir, 'logs/services/web.log')))?.[1];
    await expect.poll(said).toBeDefined();
    const port = Number(said());
    stranger.listen(port, '127.0.0.1');
    expect(problemOf(await lease)).toMatch(
      new RegExp(`^web: port ${port} is answered by .*\\(pid ${process.pid}\\), not by the process that was started`),
    );
  });
});
