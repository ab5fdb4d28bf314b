import { expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';

const config = `
version: 1
suites: { needy: { framework: command, command: ['true'] } }
categories: { unit: { tests: [{ suite: needy }], needs: [web, queue] }, other: { tests: [{ suite: needy }], needs: [unused] } }
services:
  db: { process: { command: [db] } }
  web: { external: { url: 'http://127.0.0.1:1' }, process: { command: [web] }, docker: { compose: compose.yml, service: web }, needs: [db] }
  queue: { docker: { compose: compose.yml, service: queue } }
  unused: { process: { command: [unused] } }
environments:
  local: { prefer: [process, docker] }
  staging: { services: { web: { external: { url: 'http://127.0.0.1:2' } } } }
`;

test('the plan says of each needed service who would serve, what comes next, and why each other is out', async () => {
  await using rig = await createRig({ 'runner.config.yaml': config, 'compose.yml': 'services: {}\n' });
  const plan = ['plan', '--category', 'unit', '--explain', '--prefer-staging', '--no-docker'];
  const { stdout } = await rig.run(...plan);
  expect(stdout.slice(stdout.indexOf('Services:'), stdout.indexOf('\nCategories that'))).toMatchInlineSnapshot(`
    "Services:
      web: external of staging: --prefer staging: that environment's address comes first; if that is not there, process
        not external: environment "local" does not use it
        not docker: --no-docker
      queue: unavailable: no provider is left (run without --no-docker)
        not docker: --no-docker
      db: process: the first of process, docker that it has
    "
  `);

  const { explanation } = JSON.parse((await rig.run(...plan, '--json')).stdout) as {
    explanation: { services: unknown };
  };
  expect(explanation.services).toMatchObject([
    {
      ...{ service: 'web', provider: 'external of staging', otherwise: ['process'] },
      rejected: [
        { provider: 'external', because: 'environment "local" does not use it' },
        { provider: 'docker', because: '--no-docker' },
      ],
    },
    { service: 'queue', provider: null, otherwise: [] },
    { service: 'db', provider: 'process' },
  ]);
});

test('a plan that starts nothing says so', async () => {
  await using rig = await createRig({ 'runner.config.yaml': config, 'compose.yml': 'services: {}\n' });
  const { stdout } = await rig.run('plan', '--category', 'unit', '--explain', '--no-services');
  expect(stdout).toContain('web: unavailable: services are off (--no-services) (run without --no-services)');
});
