import { readFileSync, readdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { http, server, useEngine } from '../integration/services/docker/real-engine.ts';
import { until } from '../support/killed-runs.ts';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';

const engine = useEngine();

const project = {
  'compose.yml': `services: { web: { ${server} } }\n`,
  'runner.config.yaml': `
version: 1
project: containers
suites:
  look: { framework: command, command: [sh, -c, 'touch "started-$RUNNER_RUN_ID"; while ! test -e go; do sleep 0.1; done'] }
categories:
  integration: { tests: [{ suite: look }], needs: [web] }
services:
  web: { docker: { compose: compose.yml, service: web }, health: [{ http: { path: ${http.path} } }] }
`,
};

async function containers(): Promise<readonly string[]> {
  const list = await engine().docker('ps', '--all', '--format', '{{.Names}}');
  return list.split('\n').filter((name) => name !== '');
}

function started(rig: Rig): readonly string[] {
  return readdirSync(rig.root).filter((name) => name.startsWith('started-'));
}

describe('containers', { timeout: 180_000 }, () => {
  test('of a run that was killed are removed by "services down", and those of others are not', async () => {
    await using rig = await createRig(project);
    const { env } = engine();
    const run = rig.start({ env, replay: false });
    await until(() => started(rig).length === 1 || run.child.exitCode !== null);
    expect(run.child.exitCode).toBeNull();
    const ended = new Promise((resolve) => run.child.on('exit', resolve));
    run.child.kill('SIGKILL');
    await ended;
    const left = await containers();
    expect(left).toHaveLength(1);
    await engine().docker(
      'run',
      '--detach',
      '--name',
      'runner-of-somebody-else',
      '--network',
      'none',
      'runner-test/busybox:1',
      'sleep',
      '1000',
    );
    try {
      const down = await rig.runWith({ env, replay: false }, 'services', 'down');
      expect(down.exitCode, down.stdout + down.stderr).toBe(0);
      expect(down.stdout).toMatch(/was killed; ended what it had left: .*compose project runner-/);
      expect(await containers()).toEqual(['runner-of-somebody-else']);
      expect(readdirSync(rig.path('.runner/runs'))).toEqual([]);
    } finally {
      await engine().docker('rm', '--force', 'runner-of-somebody-else');
    }
  });

  test('that are left running are used by the next run and removed by "services down"', async () => {
    await using rig = await createRig(project);
    const { env } = engine();
    await writeFile(rig.path('go'), '');
    const first = await rig.runWith({ env }, '--keep-services');
    expect(first.exitCode, first.stdout + first.stderr).toBe(0);
    const kept = await containers();
    expect(kept).toHaveLength(1);
    expect(readFileSync(rig.path('.runner/services/web.json'), 'utf8')).toContain('"kind": "compose"');

    const second = await rig.runWith({ env });
    expect(second.exitCode, second.stdout + second.stderr).toBe(0);
    const ready = second.events.flatMap((event) =>
      event.type === 'service-changed' && event.change.kind === 'ready' ? [event.change.provider] : [],
    );
    expect(ready).toEqual(['kept']);
    expect(await containers()).toEqual(kept);

    const down = await rig.runWith({ env, replay: false }, 'services', 'down');
    expect(down).toMatchObject({ exitCode: 0, stdout: 'web stopped\n' });
    expect(await containers()).toEqual([]);
  });
});
