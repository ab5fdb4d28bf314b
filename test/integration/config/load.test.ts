import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expand } from '../../../src/base/template.ts';
import { catalogue } from '../../../src/categories/catalogue.ts';
import { loadConfig } from '../../../src/config/load.ts';
import type { LoadOptions } from '../../../src/config/load.ts';
import { ConfigError, UsageError } from '../../../src/errors.ts';
import { frameworks } from '../../../src/frameworks/index.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'config-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const minimal = `version: 1
suites: { api: { framework: pytest } }
categories: { unit: { tests: [{ suite: api }] } }
`;

async function write(path: string, text: string | Uint8Array): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true });
  await writeFile(join(root, path), text);
}

function options(changes: Partial<LoadOptions> = {}): LoadOptions {
  return {
    cwd: root,
    file: null,
    sets: [],
    environment: null,
    env: {},
    catalogue,
    frameworks: [...frameworks.values()],
    ...changes,
  };
}

async function problems(changes: Partial<LoadOptions> = {}): Promise<readonly string[]> {
  const error: unknown = await loadConfig(options(changes)).catch((reason: unknown) => reason);
  if (error instanceof ConfigError) return error.problems;
  throw error;
}

describe('finding the file', () => {
  test('the nearest config above the working directory is used, and its folder is the root', async () => {
    await write('runner.config.yaml', 'version: 9');
    await write('a/runner.config.yml', minimal);
    await mkdir(join(root, 'a/b/c'), { recursive: true });
    const loaded = await loadConfig(options({ cwd: join(root, 'a/b/c') }));
    expect(loaded).toMatchObject({
      root: join(root, 'a'),
      path: join(root, 'a/runner.config.yml'),
      config: { project: 'a' },
    });
    expect(loaded.origins().get('version')).toBe('../../runner.config.yml:1:10');
  });

  test('without a config the folders that were searched are named, with a config to paste that is valid', async () => {
    await mkdir(join(root, 'a'));
    const [problem = ''] = await problems({ cwd: join(root, 'a') });
    expect(problem).toContain(`these folders were searched:\n  ${join(root, 'a')}\n  ${root}\n`);
    const pasted = problem.slice(problem.indexOf('  version: 1')).replace(/^ {2}/gm, '');
    expect(pasted.split('\n')).toHaveLength(6);
    await write('runner.config.yaml', pasted);
    await expect(loadConfig(options())).resolves.toMatchObject({
      config: { suites: { backend: { framework: 'pytest' } } },
    });
  });

  test.each([
    ['is not there', 'nope.yaml', 'nope.yaml cannot be read: there is no such file; --config names another file'],
    ['is a folder', '.', /is not a file: name a YAML file$/],
    ['is a device', '/dev/zero', /is not a file: name a YAML file$/],
  ])('a named file that %s is an error', async (_title, file, message) => {
    expect((await problems({ file }))[0]).toMatch(message);
  });

  test('two configs side by side are an error', async () => {
    await write('runner.config.yaml', minimal);
    await write('runner.config.yml', minimal);
    expect(await problems()).toEqual([`${root} holds both runner.config.yaml and runner.config.yml: keep one of them`]);
  });

  test('a file that may not be read and one that is too big are errors', async () => {
    await write('runner.config.yaml', `${minimal}#${'x'.repeat(5_000_000)}`);
    expect(await problems()).toEqual([
      'runner.config.yaml has 5000101 bytes; a config may have 5000000: name the right file',
    ]);
    await write('runner.config.yaml', minimal);
    await chmod(join(root, 'runner.config.yaml'), 0o000);
    if (process.getuid?.() !== 0)
      expect(await problems()).toEqual([
        'runner.config.yaml cannot be read: permission denied; --config names another file',
      ]);
  });

  test('bytes that are no text are an error at their place', async () => {
    await write('runner.config.yaml', Buffer.from([...Buffer.from('version: 1\n'), 0xff]));
    expect((await problems())[0]).toMatch(/^runner\.config\.yaml:2:1 {2}not UTF-8/);
  });
});

test('folders that are missing are reported beside everything else', async () => {
  await write('file', '');
  await write(
    'runner.config.yaml',
    `version: 1
suites:
  api: { framework: pytst, cwd: tests }
  web: { framework: node, cwd: ./web// }
  ok: { framework: node, cwd: file }
categories: { unit: { tests: [{ suite: api }] } }
services:
  db: { process: { command: [db], cwd: db } }
  queue: { docker: { compose: compose.yml, service: queue } }
  cache: { docker: { compose: web, service: cache } }
  mail: { docker: { compose: ./web//../file, service: mail } }
`,
  );
  await mkdir(join(root, 'web'));
  expect((await problems()).map((problem) => problem.split('\n')[0])).toEqual([
    'runner.config.yaml:3:21  suite "api" uses framework "pytst", which does not exist (did you mean "pytest"?)',
    'runner.config.yaml:3:33  suite "api" runs in folder "tests", which does not exist',
    'runner.config.yaml:5:31  suite "ok" runs in folder "file", which is a file',
    'runner.config.yaml:8:40  service "db" runs in folder "db", which does not exist',
    'runner.config.yaml:9:31  service "queue" is in compose file "compose.yml", which does not exist',
    'runner.config.yaml:10:31  service "cache" is in compose file "web", which is a folder',
  ]);
});

describe('environments', () => {
  const config = `${minimal}services: { web: { process: { command: [web] } } }
environments:
  staging:
    env: { URL: https://staging.example.com, TOKEN: "\${env.CI_TOKEN}" }
    envFile: .env.staging
    secrets: [TOKEN, KEY]
    services: { web: { external: { url: https://staging.example.com } } }
  prod: {}
modes: { nightly: { categories: [unit], environment: staging } }
`;
  const secrets = { CI_TOKEN: 'abc', KEY: 'k' };

  test('the selected environment puts its addresses over the services, and its file under its variables', async () => {
    await write('runner.config.yaml', config);
    await write('.env.staging', 'URL=other\nPLAIN="a ${b} $c"\n# comment\nexport MORE=\'x\'\n');
    const loaded = await loadConfig(options({ environment: 'staging', env: secrets }));
    expect(loaded.config.services['web']).toMatchObject({ external: { url: 'https://staging.example.com' } });
    expect(loaded.origins().get('services.web.external.url')).toBe('environment staging');
    expect(Object.keys(loaded.environmentEnv)).toEqual(expect.arrayContaining(['URL', 'PLAIN', 'MORE', 'TOKEN']));
    expect(loaded.environmentEnv['URL']).toBe('https://staging.example.com');
    expect(expand(loaded.environmentEnv['PLAIN'] ?? '', () => null)).toBe('a ${b} $c');
    expect(loaded.secrets).toEqual({ TOKEN: 'abc', KEY: 'k' });
  });

  test('another environment needs neither the file nor the secrets', async () => {
    await write('runner.config.yaml', config);
    const loaded = await loadConfig(options({ environment: 'dev' }));
    expect(loaded).toMatchObject({
      environment: { name: 'local' },
      secrets: {},
      config: { services: { web: { external: null } } },
    });
  });

  test.each([
    ['test', 'local'],
    ['production', 'prod'],
    ['prod', 'prod'],
  ])('--env %s means %s', async (name, meant) => {
    await write('runner.config.yaml', config);
    expect((await loadConfig(options({ environment: name }))).environment.name).toBe(meant);
  });

  test('the mode decides where no environment is named', async () => {
    await write('runner.config.yaml', config);
    await write('.env.staging', '');
    const names = await Promise.all(
      [{ mode: 'nightly' }, { mode: 'nightly', environment: 'local' }, { mode: 'nope' }].map(async (changes) => {
        return (await loadConfig(options({ ...changes, env: secrets }))).environment.name;
      }),
    );
    expect(names).toEqual(['staging', 'local', 'local']);
  });

  test('every secret that is unset or empty is named', async () => {
    await write('runner.config.yaml', config);
    await write('.env.staging', 'KEY=\n');
    expect((await problems({ environment: 'staging' })).map((problem) => problem.split('\n')[0])).toEqual([
      'runner.config.yaml:9:15  the secret TOKEN of environment "staging" is not set: set the variable before running',
      'runner.config.yaml:9:22  the secret KEY of environment "staging" is empty: set the variable before running',
    ]);
  });

  test('an environment file that is missing is an error at its place', async () => {
    await write('runner.config.yaml', config);
    expect((await problems({ environment: 'staging', env: secrets }))[0]).toMatch(
      /^runner\.config\.yaml:8:14 {2}environment "staging" reads "\.env\.staging": there is no such file\n/,
    );
  });

  test('an environment that is not defined is a usage error', async () => {
    await write('runner.config.yaml', config);
    const attempt = loadConfig(options({ environment: 'stagin' }));
    await expect(attempt).rejects.toThrow(UsageError);
    await expect(attempt).rejects.toMatchObject({
      message: 'environment "stagin" is not defined (did you mean "staging"?)',
      hint: 'environments: local, staging, prod',
    });
  });
});
