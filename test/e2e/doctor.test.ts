import { createServer } from 'node:http';
import { mkdirSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { createProcesses } from '../../src/io/node-io.ts';
import { takeLock } from '../../src/services/lock-file.ts';
import { createRig } from '../support/rig.ts';

interface Finding {
  readonly check: string;
  readonly status: string;
  readonly message: string;
  readonly remedy: string | null;
}

function findingsOf(stdout: string, check: string): readonly Finding[] {
  const { format, findings } = JSON.parse(stdout) as { format: number; findings: Finding[] };
  expect(format).toBe(1);
  return findings.filter((finding) => finding.check === check);
}

const config = `
version: 1
suites:
  node: { framework: node }
  other: { framework: pytest, command: [no-such-python, -m, pytest] }
categories:
  unit: { tests: [{ suite: node }] }
  api: { tests: [{ suite: other }] }
  e2e: { tests: [{ suite: node, files: [e2e/**] }], needs: [db], missingService: fail }
services:
  db: { docker: { compose: compose.yml, service: db } }
`;

it('doctor says what is missing for what is selected, and waits for no daemon that hangs', async () => {
  await using rig = await createRig({
    'runner.config.yaml': config,
    'compose.yml': 'services: { db: { image: none } }\n',
    'a.test.mjs': "import test from 'node:test';\ntest('a', () => undefined);\n",
    'e2e/b.test.mjs': "import test from 'node:test';\ntest('b', () => undefined);\n",
    'test_c.py': 'def test_c(): pass\n',
    'bin/docker': '#!/bin/sh\nsleep 600\n',
  });
  const env = { PATH: `${rig.path('bin')}:${process.env['PATH'] ?? ''}` };

  const unit = await rig.runWith({ env }, 'doctor', '--category', 'unit', '--no-deps', '--json');
  expect(unit, unit.stderr).toMatchObject({ exitCode: 0 });
  expect(findingsOf(unit.stdout, 'tool')).toMatchObject([{ status: 'ok' }]);
  expect(findingsOf(unit.stdout, 'docker')).toEqual([]);

  const api = await rig.runWith({ env }, 'doctor', '--category', 'api', '--no-deps', '--json');
  expect(api.exitCode).toBe(3);
  expect(findingsOf(api.stdout, 'tool')).toMatchObject([
    { status: 'missing', remedy: 'python3 -m pip install pytest' },
  ]);

  const e2e = await rig.runWith({ env }, 'doctor', '--category', 'e2e', '--no-deps', '--json');
  expect(e2e.exitCode).toBe(3);
  expect(findingsOf(e2e.stdout, 'docker')[0]?.message).toContain('did not answer');
  expect(findingsOf(e2e.stdout, 'service')).toMatchObject([{ status: 'missing' }]);

  await rig.write({ 'runner.config.yaml': 'version: 2\n' });
  const wrong = await rig.runWith({ env }, 'doctor');
  expect(wrong.exitCode).toBe(2);
  expect(wrong.stdout).toMatch(/MISSING {2}config/);
  expect(wrong.stdout).toMatch(/ok {7}disk|WARNING {2}disk/);
});

const containing = (text: string): unknown => expect.stringContaining(text);

it('doctor asks the addresses of the environment, and says who has the reports folder', async () => {
  const server = createServer((_, response) => response.end('ok')).listen(0, '127.0.0.1');
  await new Promise((done) => server.once('listening', done));
  const { port } = server.address() as AddressInfo;
  await using rig = await createRig({
    'runner.config.yaml': `
version: 1
suites: { node: { framework: node } }
categories:
  unit: { tests: [{ suite: node }], needs: [web, queue], missingService: fail }
services:
  web: { external: { url: 'http://127.0.0.1:\${env.WEB_PORT}' }, health: [{ http: { path: / } }] }
  queue: { external: { url: 'http://127.0.0.1:9' }, process: { command: [sleep, '600'] } }
`,
    'a.test.mjs': "import test from 'node:test';\ntest('a', () => undefined);\n",
    'reports/junit.xml': '<testsuites/>',
  });
  const doctor = async (env: Readonly<Record<string, string>>): ReturnType<typeof rig.runWith> =>
    rig.runWith({ env, replay: false }, 'doctor', '--json');
  try {
    const there = await doctor({ WEB_PORT: String(port) });
    expect(findingsOf(there.stdout, 'service')).toMatchObject([
      { status: 'ok', message: `web: external answers at http://127.0.0.1:${port}` },
      { status: 'ok', message: containing('queue: process, for external: http://127.0.0.1:9 does not') },
    ]);
    expect(there.exitCode).toBe(3);
    const foreign = { status: 'missing', message: containing('holds junit.xml, not written by runner') };
    expect(findingsOf(there.stdout, 'reports')).toMatchObject([foreign]);

    rmSync(rig.path('reports'), { recursive: true });
    mkdirSync(rig.path('reports'));
    const lock = takeLock(rig.path('reports/.runner-lock'), 'run-1', createProcesses());
    const absent = await doctor({});
    expect(absent.exitCode).toBe(3);
    expect(findingsOf(absent.stdout, 'service')[0]).toMatchObject({
      status: 'missing',
      remedy: containing('WEB_PORT'),
    });
    expect(findingsOf(absent.stdout, 'reports')).toMatchObject([
      {
        status: 'warning',
        message: containing(`run run-1 (pid ${process.pid} `),
        remedy: `wait for it, or kill -INT ${process.pid}`,
      },
    ]);
    if (lock.kind === 'held') lock.release();
  } finally {
    server.close();
  }
});

it('doctor and a run say that no temporary folder can be made', async () => {
  await using rig = await createRig({ 'a.test.mjs': "import test from 'node:test';\ntest('a', () => undefined);\n" });
  const env = { TMPDIR: rig.path('a.test.mjs') };
  const looked = await rig.runWith({ env, replay: false }, 'doctor', '--json');
  const [disk] = findingsOf(looked.stdout, 'disk');
  expect([looked.exitCode, disk?.status, disk?.remedy]).toEqual([
    3,
    'missing',
    'make room there, or name another folder in TMPDIR',
  ]);
  const run = await rig.runWith({ env, replay: false });
  expect([run.exitCode, run.stdout]).toEqual([3, '']);
  expect(run.stderr).toContain('error: no temporary folder can be made in');
});
