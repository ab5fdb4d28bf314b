import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { catalogue } from '../../../src/categories/catalogue.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { LoadOptions, LoadedConfig } from '../../../src/config/load.ts';
import { showConfig } from '../../../src/config/show.ts';
import { frameworks } from '../../../src/frameworks/index.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'overlay-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const protectedConfig = `version: 1
suites: { api: { framework: command, command: [x] } }
categories: { unit: { tests: [{ suite: api }] } }
environments: { prod: {}, eu: { protected: true } }
`;

function write(path: string, text: string): Promise<void> {
  return writeFile(join(root, path), text);
}

function options(changes: Partial<LoadOptions>): LoadOptions {
  const known = { catalogue, frameworks: [...frameworks.values()] };
  return { cwd: root, file: null, sets: [], environment: null, env: {}, ...known, ...changes };
}

describe('what an environment changes', () => {
  const overlaid = `version: 1
suites: { api: { framework: command, command: [x], timeout: 7m } }
categories:
  unit: { tests: [{ suite: api }], timeout: 2m, retries: 1, env: { A: base, B: base } }
  e2e: { tests: [{ suite: api }] }
services:
  web: { process: { command: [web] }, external: { url: "http://a" }, startTimeout: 5s, stop: { grace: 1s } }
environments:
  staging:
    retries: 3
    services: { web: { process: { command: [other] }, startTimeout: 9s, prefer: [process] } }
    categories: { unit: { timeout: 9m, missingService: fail, env: { B: staging, C: staging } }, e2e: { retries: 5 } }
`;
  const load = async (sets: readonly string[] = [], environment = 'staging'): Promise<LoadedConfig> => {
    await write('runner.config.yaml', overlaid);
    return loadConfig(options({ environment, sets }));
  };

  test('stands over category and service, which stand over the suite and the catalogue', async () => {
    const { config, ...loaded } = await load();
    expect(config.categories).toMatchObject({
      unit: {
        timeoutMs: 540_000,
        ownTimeout: true,
        missingService: 'fail',
        retries: 3,
        env: { A: 'base', B: 'staging', C: 'staging' },
      },
      e2e: { retries: 5, ownTimeout: false },
    });
    expect(config.services['web']).toMatchObject({
      external: { url: 'http://a' },
      process: { command: ['other'] },
      startTimeoutMs: 9000,
      stop: { graceMs: 1000 },
    });
    const from = (path: string): string | undefined => loaded.origins().get(path);
    expect({
      timeout: from('categories.unit.timeout'),
      retries: from('categories.unit.retries'),
      e2eRetries: from('categories.e2e.retries'),
      a: from('categories.unit.env.A'),
      b: from('categories.unit.env.B'),
      c: from('categories.unit.env.C'),
      command: from('services.web.process.command'),
      start: from('services.web.startTimeout'),
      external: from('services.web.external.url'),
    }).toEqual({
      timeout: 'environment staging',
      retries: 'environment staging',
      e2eRetries: 'environment staging',
      a: 'runner.config.yaml:4:71',
      b: 'environment staging',
      c: 'environment staging',
      command: 'environment staging',
      start: 'environment staging',
      external: 'runner.config.yaml:7:56',
    });
  });

  test('yields to --set, key by key', async () => {
    const { config, ...loaded } = await load([
      'categories.unit.timeout=3s',
      'categories.unit.retries=0',
      'categories.unit.env.B=set',
      'services.web.startTimeout=1s',
      'environments.staging.categories.e2e.retries=2',
    ]);
    expect(config.categories['unit']).toMatchObject({
      timeoutMs: 3000,
      retries: 0,
      missingService: 'fail',
      env: { A: 'base', B: 'set', C: 'staging' },
    });
    expect(config.categories['e2e']?.retries).toBe(2);
    expect(config.services['web']).toMatchObject({ startTimeoutMs: 1000, process: { command: ['other'] } });
    expect(loaded.origins().get('categories.unit.timeout')).toBe('--set');
  });

  test('is nothing in another environment', async () => {
    const { config } = await load([], 'local');
    expect(config.categories['unit']).toMatchObject({ timeoutMs: 120_000, retries: 1 });
    expect(config.services['web']).toMatchObject({ process: { command: ['web'] }, startTimeoutMs: 5000 });
  });

  test('is shown with where it comes from', async () => {
    const shown = showConfig(await load(), { origin: true });
    expect(shown).toMatch(/timeout: 9m +# environment staging/);
    expect(shown).toMatch(/startTimeout: 9s +# environment staging/);
    expect(shown).toMatch(/retries: 5 +# environment staging/);
  });
});

test.each([
  ['environments.prod.protected=false', 'prod'],
  ['environments.prod={ protected: false }', 'prod'],
  ['environments.eu={ protected: false }', 'eu'],
  ['environments.eu={}', 'eu'],
])('--set %s does not lift a protection', async (set, environment) => {
  await write('runner.config.yaml', protectedConfig);
  await expect(loadConfig(options({ environment, sets: [set] }))).rejects.toThrow(
    `--set cannot lift the protection of environment "${environment}"`,
  );
});

test('--set may define an environment of its own', async () => {
  await write('runner.config.yaml', protectedConfig);
  const loaded = await loadConfig(options({ environment: 'ci', sets: ['environments.ci={ retries: 1 }'] }));
  expect(loaded.environment).toMatchObject({ name: 'ci', protected: false, retries: 1 });
});
