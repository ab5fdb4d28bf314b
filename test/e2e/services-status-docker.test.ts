import { expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';

test('"services status" asks whether docker is there before it promises a service from it', async () => {
  await using rig = await createRig({
    'runner.config.yaml': `
version: 1
suites: { probe: { framework: command, command: ['true'] } }
categories: { unit: { tests: [{ suite: probe }] } }
services:
  cache: { docker: { compose: compose.yml, service: cache } }
`,
    'compose.yml': 'services: { cache: { image: none } }\n',
    'bin/docker': '#!/bin/sh\necho "no daemon here" >&2\nexit 1\n',
  });
  const env = { PATH: `${rig.path('bin')}:${process.env['PATH'] ?? ''}` };
  const status = await rig.runWith({ env, replay: false }, 'services', 'status');
  expect(status).toMatchObject({ exitCode: 0, stderr: '' });
  expect(status.stdout).toContain('cache  stopped  unavailable');
  expect(status.stdout).toContain('not docker: docker is not running: no daemon here');
});
