import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { cp, readdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join, resolve } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { createRig } from '../support/rig.ts';
import type { CliRun, Rig } from '../support/rig.ts';

const example = resolve(import.meta.dirname, '../../examples/chat-platform');
const stagingSecret = 'only-in-staging';

interface Deployment {
  readonly STAGING_AUTH_URL: string;
  readonly STAGING_BACKEND_URL: string;
  readonly CHAT_PROBE_TOKEN: string;
}

/** The example's own services on ports and with a secret of their own; `authentication` stands between them. */
async function deploy(authentication: (authUrl: string) => Promise<string>): Promise<Deployment> {
  const authUrl = await startService('auth', { CHAT_JWT_SECRET: stagingSecret });
  const backendUrl = await startService('backend', { AUTH_URL: await authentication(authUrl) });
  return { STAGING_AUTH_URL: authUrl, STAGING_BACKEND_URL: backendUrl, CHAT_PROBE_TOKEN: probeToken() };
}

function startService(name: string, env: Readonly<Record<string, string>>): Promise<string> {
  const child = spawn(process.execPath, [join(example, `services/${name}.mjs`)], {
    env: { PATH: process.env['PATH'], PORT: '0', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    await end(child);
  });
  return new Promise((found, failed) => {
    child.once('exit', (code) => failed(new Error(`${name} ended with ${code}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const url = /http:\S+/.exec(text)?.[0];
      if (url !== undefined) found(url);
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** An auth service that believes whatever a token says. */
async function startCredulousAuth(): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { token = '' } =
        chunks.length === 0 ? {} : (JSON.parse(Buffer.concat(chunks).toString()) as { token?: string });
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ status: 'ok', valid: true, claims: { sub: subjectOf(token) } }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function subjectOf(token: string): string {
  try {
    const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
    return (JSON.parse(payload) as { sub: string }).sub;
  } catch {
    return 'anybody';
  }
}

function probeToken(): string {
  const encode = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const body = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode({ sub: 'health-probe' })}`;
  return `${body}.${createHmac('sha256', stagingSecret).update(body).digest('base64url')}`;
}

async function copyExample(): Promise<Rig> {
  const rig = await createRig({});
  const isSource = (path: string): boolean => !['node_modules', 'reports', '.runner'].includes(basename(path));
  await cp(example, rig.root, { recursive: true, filter: isSource });
  return rig;
}

function outcomes({ events }: CliRun): Readonly<Record<string, string>> {
  const ended = events.flatMap((event) =>
    event.type === 'task-finished' ? [[event.task.split('/')[0] ?? '', event.outcome.kind] as const] : [],
  );
  return Object.fromEntries(ended);
}

async function validate(rig: Rig, deployment: Deployment): Promise<CliRun> {
  const run = await rig.runWith({ env: { ...deployment } }, '--env', 'staging', '--layer', 'staged_validation');
  for (const path of await readdir(rig.path('reports'), { recursive: true })) {
    const text = await readFile(rig.path('reports', path), 'latin1').catch(() => '');
    expect(text.includes(deployment.CHAT_PROBE_TOKEN), path).toBe(false);
  }
  return run;
}

describe('the staged validation of a staging deployment', { timeout: 60_000 }, () => {
  test('passes all stages of one that is well, starting nothing of its own', async () => {
    await using rig = await copyExample();
    const run = await validate(rig, await deploy((auth) => Promise.resolve(auth)));
    expect(run.exitCode, run.stdout).toBe(0);
    expect(outcomes(run)).toEqual({ connectivity: 'passed', authentication: 'passed', isolation: 'passed' });
    const providers = run.events.flatMap((event) =>
      event.type === 'service-changed' && event.change.kind === 'ready' ? [event.change.provider] : [],
    );
    expect(providers).toEqual(['external', 'external']);
  });

  test('stops at the second stage of one that lets anybody in', async () => {
    await using rig = await copyExample();
    const run = await validate(rig, await deploy(startCredulousAuth));
    expect(run.exitCode, run.stdout).toBe(1);
    expect(outcomes(run)).toEqual({ connectivity: 'passed', authentication: 'tests-failed', isolation: 'skipped' });
    expect(run.stdout).toContain('stopped at stage 2 of 3 (authentication)');
    expect(run.junit).toContain('refuses a token signed with another key with 401');
  });

  test('is refused without the secret that its probe needs', async () => {
    await using rig = await copyExample();
    const env = { STAGING_AUTH_URL: 'http://127.0.0.1:9', STAGING_BACKEND_URL: 'http://127.0.0.1:9' };
    const run = await rig.runWith({ env }, '--env', 'staging', '--layer', 'staged_validation');
    expect(run).toMatchObject({ exitCode: 2, events: [] });
    expect(run.stderr).toContain('CHAT_PROBE_TOKEN');
  });
});
