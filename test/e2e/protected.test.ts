import { describe, expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';

const config = `
version: 1
suites: { probe: { framework: command, command: [sh, -c, 'echo ran > ran.txt'] } }
categories: { unit: { tests: [{ suite: probe }], needs: [web] } }
services: { web: { process: { command: [sleep, '600'] } } }
environments:
  prod: { services: { web: { external: { url: 'http://127.0.0.1:9/' } } } }
  eu-live: { protected: true, services: { web: { external: { url: 'http://127.0.0.1:10' } } } }
  copy: { services: { web: { external: { url: 'HTTP://127.0.0.1:9' } } } }
modes: { live: { categories: [unit], environment: production } }
`;

describe('a protected environment is refused before anything starts', () => {
  test.each<[way: string, args: readonly string[], named: string]>([
    ['by its name', ['--env', 'prod'], 'prod'],
    ['by an alias', ['--env', 'production'], 'prod'],
    ['by another name', ['--env', 'eu-live'], 'eu-live'],
    ['through a mode', ['--mode', 'live'], 'prod'],
    ['as the default of the config', ['--set', 'environment=production'], 'prod'],
    ['with its protection lifted by --set', ['--env', 'prod', '--set', 'environments.prod.protected=false'], 'prod'],
    ['with itself replaced by --set', ['--env', 'eu-live', '--set', 'environments.eu-live={}'], 'eu-live'],
    ['through --prefer', ['--prefer', 'production'], 'prod'],
    ['with the permission for another', ['--env', 'eu-live', '--allow-prod'], 'eu-live'],
    ['with the permission for another by name', ['--env', 'prod', '--allow', 'eu-live'], 'prod'],
    [
      'with the protection of the place behind it lifted',
      ['--env', 'copy', '--set', 'environments.prod.protected=false'],
      'prod',
    ],
    ['with what it knows of that place removed', ['--env', 'copy', '--set', 'environments.prod.services={}'], 'prod'],
    ['in a plan', ['plan', '--env', 'prod'], 'prod'],
    ['by services up', ['services', 'up', '--env', 'prod'], 'prod'],
    ['by asking whether its addresses answer', ['services', 'status', '--env', 'prod'], 'prod'],
    ['by doctor', ['doctor', '--env', 'prod'], 'prod'],
  ])('%s', async (_way, args, named) => {
    await using rig = await createRig({ 'runner.config.yaml': config });
    const run = await rig.runWith({ env: { RUNNER_ENV: 'local', ENVIRONMENT: 'local' } }, ...args);
    expect(run).toMatchObject({ exitCode: 2, events: [], stdout: '' });
    expect(run.stderr).toMatch(new RegExp(`environment "${named}".*nothing was started`));
    expect(run.stderr).toContain(named === 'prod' ? '--allow-prod' : `--allow ${named}`);
  });

  test('under another name, where a service has the same address', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config });
    const run = await rig.run('--env', 'copy');
    expect(run).toMatchObject({ exitCode: 2, events: [] });
    expect(run.stderr).toContain(
      'service "web" is at the address that it has in environment "prod", which is protected',
    );
  });

  test.each<[what: string, env: Readonly<Record<string, string>>, args: readonly string[], said: string]>([
    ['a variable', { BACKEND_URL: 'https://live.example.com' }, [], 'it has'],
    ['another spelling of it', { BACKEND_URL: 'HTTPS://Live.Example.com.:443/' }, [], 'it has'],
    ['another protocol of it', { BACKEND_URL: 'wss://someone:else@live.example.com?x=1' }, [], 'it has'],
    ['another service', { BACKEND_URL: 'https://auth.example.com' }, [], '"auth" has'],
    ['its own variables', { BACKEND_URL: 'https://queue.example.com' }, [], '"queue" has'],
    ['an option', {}, ['--set', 'services.web.external.url=https://live.example.com'], 'it has'],
    ['a preferred environment', {}, ['--prefer', 'copy'], 'it has'],
  ])('by %s', async (_what, env, args, said) => {
    await using rig = await createRig({
      'runner.config.yaml': `
version: 1
suites: { probe: { framework: command, command: [sh, -c, 'echo ran > ran.txt'] } }
categories: { unit: { tests: [{ suite: probe }], needs: [web] } }
services:
  web: { external: { url: '\${env.BACKEND_URL:-http://127.0.0.1:9}' } }
  auth: { external: { url: 'http://127.0.0.1:10' } }
  queue: { external: { url: '\${env.QUEUE_URL:-http://127.0.0.1:11}' } }
environments:
  prod:
    env: { QUEUE_URL: 'https://queue.example.com' }
    services:
      web: { external: { url: 'https://live.example.com' } }
      auth: { external: { url: '\${env.AUTH:-https://auth.example.com}' } }
  copy: { services: { web: { external: { url: 'https://live.example.com/' } } } }
`,
    });
    const run = await rig.runWith({ env }, 'plan', ...args);
    expect(run).toMatchObject({ exitCode: 2, stdout: '' });
    expect(run.stderr).toContain(`service "web" is at the address that ${said} in environment "prod"`);
  });

  test.concurrent.each<[args: readonly string[]]>([
    [['--env', 'prod', '--allow-prod']],
    [['--env', 'production', '--allow', 'prod']],
    [['--env', 'prod', '--allow', 'production']],
    [['--env', 'eu-live', '--allow', 'eu-live']],
    [['--env', 'copy', '--allow-prod']],
  ])('but not with its permission: %j', async (args) => {
    await using rig = await createRig({ 'runner.config.yaml': config });
    // Nobody listens there: the service is unavailable, and the run says so instead of being refused.
    const run = await rig.run(...args);
    expect(run.exitCode).toBe(4);
    expect(run.stdout).toContain('does not pass its probes');
  });

  test('its addresses are asked with that permission, which only what asks them takes', async () => {
    await using rig = await createRig({ 'runner.config.yaml': config });
    const status = await rig.runWith({ replay: false }, 'services', 'status', '--env', 'prod', '--allow-prod');
    expect(status).toMatchObject({ exitCode: 0, stderr: '' });
    expect(status.stdout).toContain('not external: http://127.0.0.1:9');
    const down = await rig.runWith({ replay: false }, 'services', 'down', '--allow-prod');
    expect([down.exitCode, down.stderr]).toEqual([2, expect.stringContaining('has no use for --allow-prod')]);
  });

  test.each([{ RUNNER_ENV: 'prod' }, { ENVIRONMENT: 'production' }, { NODE_ENV: 'production' }])(
    'no variable of the caller chooses one: %o',
    async (env) => {
      await using rig = await createRig({ 'runner.config.yaml': config });
      const run = await rig.runWith({ env });
      expect(run.exitCode).toBe(0);
      expect(run.events[0]).toMatchObject({ type: 'run-started', plan: { environment: 'local' } });
    },
  );
});
