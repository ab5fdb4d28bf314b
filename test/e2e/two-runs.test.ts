import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import type { RunEvent } from '../../src/model/event.ts';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';
import { until } from '../support/killed-runs.ts';

/** Each task waits for the file `go`, and leaves in its own artifacts what it was given. */
const project = {
  'service.mjs': `
import { createServer } from 'node:http';
createServer((_, response) => response.end(process.env.RUN)).listen(Number(process.env.PORT), '127.0.0.1');
`,
  'test.mjs': `
import { existsSync, writeFileSync } from 'node:fs';
const env = process.env;
writeFileSync(env.RUNNER_TMPDIR + '/mine', '');
writeFileSync('started-' + env.RUNNER_RUN_ID, '');
while (!existsSync('go')) await new Promise((resolve) => setTimeout(resolve, 20));
const answer = await (await fetch(env.RUNNER_SERVICE_WEB_URL)).text();
if (answer !== env.RUNNER_RUN_ID) { console.error('the service of ' + answer); process.exit(1); }
console.log(JSON.stringify({ port: env.RUNNER_SERVICE_WEB_PORT, tmp: env.RUNNER_TMPDIR }));
`,
  'runner.config.yaml': `
version: 1
project: two
suites:
  one: { framework: command, command: [node, test.mjs] }
categories:
  integration: { tests: [{ suite: one }], needs: [web] }
services:
  web: { process: { command: [node, service.mjs], env: { PORT: '\${port}', RUN: '\${run.id}' } }, health: [{ http: { path: / } }] }
`,
};

function started(rig: Rig): string[] {
  return readdirSync(rig.root).filter((name) => name.startsWith('started-'));
}

function told(path: string): { port: string; tmp: string } {
  return JSON.parse(readFileSync(path, 'utf8')) as { port: string; tmp: string };
}

describe('two runs at once in one checkout', () => {
  test('have ports, folders, services and reports of their own, and the later one says where its reports are', async () => {
    await using rig = await createRig(project);
    const first = rig.start({ replay: false });
    await until(() => started(rig).length === 1);
    const second = rig.start({ replay: false });
    await until(() => started(rig).length === 2);
    const refused = await rig.runWith({ replay: false }, '--reports', 'reports');
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain(`pid ${first.child.pid ?? ''}`);
    const merged = await rig.runWith({ replay: false }, 'merge', 'reports/events.jsonl');
    expect(merged.exitCode).toBe(2);
    expect(merged.stderr).toContain(`pid ${first.child.pid ?? ''}`);
    await writeFile(rig.path('go'), '');
    const [one, two] = await Promise.all([first.finished, second.finished]);

    expect([one.exitCode, two.exitCode], two.stdout + two.stderr).toEqual([0, 0]);
    const firstId = one.events[0]?.type === 'run-started' ? one.events[0].runId : '';
    const [secondId = ''] = readdirSync(rig.path('reports')).filter((name) => /^\d{8}-/.test(name));
    expect(started(rig).sort()).toEqual([`started-${firstId}`, `started-${secondId}`].sort());
    const text = readFileSync(rig.path('reports', secondId, 'events.jsonl'), 'utf8').trim();
    const events = text.split('\n').map((line) => JSON.parse(line) as RunEvent);
    expect(events[0]).toMatchObject({ type: 'run-started', runId: secondId });
    expect(events.filter((event) => event.type === 'warning').map(({ message }) => message)).toEqual([
      `another run is going on (${firstId}, pid ${first.child.pid ?? ''}): the reports of this one are in reports/${secondId}`,
    ]);
    expect(two.stdout).toContain(`reports/${secondId}/junit.xml`);
    const log = 'logs/integration/one/1.log';
    const [mine, other] = [told(rig.path('reports', log)), told(rig.path('reports', secondId, log))];
    expect(mine.port).not.toBe(other.port);
    expect(mine.tmp).not.toBe(other.tmp);
    expect(readdirSync(rig.path('.runner/runs'))).toEqual([]);
    expect(existsSync(rig.path('reports/.runner-lock'))).toBe(false);
  });

  test('a folder whose run was killed is taken over', async () => {
    await using rig = await createRig(project);
    const first = rig.start({ replay: false });
    await until(() => started(rig).length === 1);
    const ended = new Promise((resolve) => first.child.on('exit', resolve));
    first.child.kill('SIGKILL');
    await ended;
    expect(existsSync(rig.path('reports/.runner-lock'))).toBe(true);
    await writeFile(rig.path('go'), '');
    const second = await rig.run('--reports', 'reports');
    expect(second.exitCode, second.stdout + second.stderr).toBe(0);
    expect(readdirSync(rig.path('reports')).filter((name) => name.startsWith('.runner-lock'))).toEqual([]);
  });

  test('one starts a copy of its own of a changed service that is left running while the other may use it', async () => {
    await using rig = await createRig(project);
    const up = await rig.runWith({ replay: false }, 'services', 'up');
    expect(up.exitCode, up.stdout + up.stderr).toBe(0);
    const kept = readFileSync(rig.path('.runner/services/web.json'), 'utf8');
    try {
      await writeFile(rig.path('service.mjs'), `${project['service.mjs']}\n// changed`);
      const hanging = rig.start({ replay: false });
      await until(() => started(rig).length === 1);
      // Nobody else was there: the changed one was replaced.
      expect(existsSync(rig.path('.runner/services/web.json'))).toBe(false);
      await writeFile(rig.path('.runner/services/web.json'), kept);
      const other = rig.start({ replay: false });
      await until(() => started(rig).length === 2);
      expect(readFileSync(rig.path('.runner/services/web.json'), 'utf8')).toBe(kept);
      await writeFile(rig.path('go'), '');
      expect((await hanging.finished).exitCode).toBe(0);
      expect((await other.finished).exitCode).toBe(0);
    } finally {
      await rig.runWith({ replay: false }, 'services', 'down');
    }
  });
});
