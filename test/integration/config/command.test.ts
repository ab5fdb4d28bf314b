import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { catalogue } from '../../../src/categories/catalogue.ts';
import { configCommand } from '../../../src/commands/config.ts';
import { configJsonSchema } from '../../../src/config/json-schema.ts';
import { frameworks } from '../../../src/frameworks/index.ts';

let root = '';
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'config-'));
  await writeFile(
    join(root, 'runner.config.yaml'),
    `version: 1
project: shop
suites:
  api:
    framework: pytest
    env: { AUTH: "Bearer hunter2hunter2", TOKEN: literal, TEXT: "a: \\"b\\" # c:\\n  {}\\n  # d" }
categories:
  unit: { tests: [{ suite: api }] }
environments: { ci: { secrets: [TOKEN] } }
`,
  );
});
afterEach(() => rm(root, { recursive: true, force: true }));

async function run(
  action: 'show' | 'check' | 'schema',
  flags: { readonly origin?: boolean; readonly json?: boolean } = {},
): Promise<string> {
  const env = { TOKEN: 'hunter2hunter2' };
  const load = {
    cwd: root,
    file: null,
    sets: [],
    environment: 'ci',
    env,
    catalogue,
    frameworks: [...frameworks.values()],
  };
  const { text, exitCode } = await configCommand(action, {
    origin: flags.origin ?? false,
    json: flags.json ?? false,
    load,
  });
  expect(exitCode).toBe(0);
  return text;
}

test('show prints a config that can be read again, without the values of secrets', async () => {
  const text = await run('show');
  expect(parse(text)).toMatchObject({
    version: 1,
    suites: { api: { env: { AUTH: 'Bearer ***', TOKEN: '***', TEXT: 'a: "b" # c:\n  {}\n  # d' } } },
  });
  expect(text).not.toContain('hunter2');
  expect(await run('show')).toBe(text);
});

test('show --origin adds the origin of each value and changes none', async () => {
  const text = await run('show', { origin: true });
  expect(parse(text)).toEqual(parse(await run('show')));
  expect(text).toContain('    framework: pytest # runner.config.yaml:5:16\n');
  expect(text).toContain('    batch: auto # framework pytest\n');
  expect(text).toContain('    priority: high # catalogue\n');
  expect(text).toContain('    env: {} # default\n');
});

test('show --json gives the same config, with --origin beside its origins', async () => {
  const shown: unknown = JSON.parse(await run('show', { json: true }));
  expect(shown).toEqual(parse(await run('show')));
  expect(JSON.parse(await run('show', { json: true, origin: true }))).toMatchObject({
    config: shown,
    origins: { 'suites.api.framework': 'runner.config.yaml:5:16', 'settings.grace': 'default' },
  });
});

test('check counts what is there', async () => {
  expect(await run('check')).toBe('runner.config.yaml is valid: 1 suite, 1 category, 0 services\n');
  expect(JSON.parse(await run('check', { json: true }))).toMatchObject({
    valid: true,
    suites: 1,
    categories: 1,
    services: 0,
  });
});

test('schema prints the schema, and the file in the package is the same', async () => {
  const file: unknown = JSON.parse(await readFile(new URL('../../../schema.json', import.meta.url), 'utf8'));
  expect(JSON.parse(await run('schema'))).toEqual(configJsonSchema());
  expect(file).toEqual(configJsonSchema());
});
