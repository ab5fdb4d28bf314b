import { expect, test } from 'vitest';
import { toInput } from '../../../src/config/to-input.ts';
import { everyKey } from '../../support/every-key.ts';
import { also, category, parseConfigText, suite } from '../../support/config-text.ts';

test('every key of the format reaches the effective config, in its units', () => {
  const { config } = parseConfigText(everyKey);
  expect(config).toMatchObject({
    environment: 'local',
    workers: '50%',
    settings: {
      ...{ graceMs: 2000, slowAfterMs: 90_000, logLimitBytes: 1_000_000_000, teardownMs: 3_600_000 },
      history: { runs: 50, days: 7, bytes: 5_000_000 },
    },
  });
  expect(config.suites['api']).toMatchObject({
    files: ['tests/**/test_*.py'],
    component: 'backend',
    batch: 'file',
    timeoutMs: 90_000,
  });
  expect(Object.keys(config.suites)).toEqual([
    ...['api', 'load', 'sockets[old]', 'sockets[new]', 'script[sh]', 'script[dash]', 'prints', 'writes'],
  ]);
  expect(config.suites['load']).toMatchObject({ junit: ['out/*.xml'], tap: null, files: [], timeoutMs: null });
  expect(config.suites['prints']).toMatchObject({ junit: null, tap: 'output' });
  expect(config.suites['writes']).toMatchObject({ junit: null, tap: ['out/*.tap'] });
  expect(config.categories['e2e']).toMatchObject({
    environments: ['local', 'staging'],
    excludeEnvironments: ['prod'],
    missingService: 'skip',
    timeoutMs: 1_200_000,
    ownTimeout: true,
    slowAfterMs: 10_000,
    retryOn: ['timeout', 'exit:3', 'regex:ECONN(RESET|REFUSED)'],
    backoff: { initialMs: 1000, factor: 1.5, maxMs: 8000, jitter: false },
    retryWhen: 'alone',
    retryLimitPercent: 25,
  });
  expect(config.services['web']?.health.map(({ kind }) => kind)).toEqual([
    'http',
    'tcp',
    'websocket',
    'log',
    'command',
  ]);
  expect(config.services['queue']).toMatchObject({
    docker: { compose: 'docker/web.yml', service: 'queue', env: {}, port: null, oneShot: false },
    stop: { graceMs: 3000 },
  });
  expect(config.environments['prod']).toMatchObject({ protected: true });
  expect(config.environments['staging']).toMatchObject({
    retries: 3,
    categories: {
      e2e: {
        ...{ timeoutMs: 60_000, slowAfterMs: 2000, flaky: 'fail', env: { A: 'c' } },
        ...{ retryOn: ['crash'], retryWhen: 'end', retryLimitPercent: 50 },
        backoff: { initialMs: 120_000, factor: 2, maxMs: 120_000, jitter: true },
      },
    },
    services: { db: { port: 5433, prefer: ['process'], startTimeoutMs: 9000, stop: { graceMs: 1000 } } },
  });
  expect(config.layers).toMatchObject({
    fast: { categories: ['smoke'], stages: null, budgetMs: 120_000 },
    staged: { categories: ['smoke', 'e2e'], stages: [['smoke'], ['e2e']], stopOnFailure: false, budgetMs: null },
  });
  expect(config.modes['nightly']).toMatchObject({ environment: 'prod', progress: 'lines' });
});

test.each([
  ['every key', everyKey],
  ['nothing but what must be', also('')],
])('a config with %s, written out with its defaults, is the same config', (_title, text) => {
  const { config } = parseConfigText(text);
  // JSON is YAML.
  const again = parseConfigText(JSON.stringify(toInput(config)));
  const withoutOwn = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value, (key, part: unknown) => (key === 'ownTimeout' ? true : part)));
  expect(withoutOwn(again.config)).toEqual(withoutOwn(config));
});

test('a category named like one of the catalogue inherits its defaults, and drops relations to categories that are not there', () => {
  const { config, origins } = parseConfigText(also('  integration: { tests: [{ suite: api }], timeout: 1m }\n'));
  expect(config.categories['integration']).toMatchObject({ dependsOn: ['unit'], timeoutMs: 60_000, ownTimeout: true });
  expect(config.categories['unit']).toMatchObject({ priority: 'high', ownTimeout: false });
  expect(origins.get('categories.integration.dependsOn')).toBe('catalogue');
});

test('a missing service fails critical categories and skips others', () => {
  const { config } = parseConfigText(
    also(
      '  a: { tests: [{ suite: api }] }\n  b: { tests: [{ suite: api }], priority: critical }\n  mission_critical: { tests: [{ suite: api }] }\n',
    ),
  );
  const policies = Object.values(config.categories).map(({ name, missingService }) => [name, missingService]);
  expect(Object.fromEntries(policies)).toEqual({ unit: 'skip', a: 'skip', b: 'fail', mission_critical: 'fail' });
});

test('each value has the place it comes from', () => {
  const { origins } = parseConfigText(suite('env: { A: "1" }, cwd: .'), [
    'categories.unit.timeout=3s',
    'suites.api.env.B="2"',
  ]);
  const of = (path: string): string | undefined => origins.get(path);
  expect({
    framework: of('suites.api.framework'),
    batch: of('suites.api.batch'),
    a: of('suites.api.env.A'),
    b: of('suites.api.env.B'),
    timeout: of('categories.unit.timeout'),
    priority: of('categories.unit.priority'),
    selector: of('categories.unit.tests.0.suite'),
    grace: of('settings.grace'),
  }).toEqual({
    framework: 'runner.config.yaml:3:21',
    batch: 'framework pytest',
    a: 'runner.config.yaml:3:39',
    b: '--set',
    timeout: '--set',
    priority: 'catalogue',
    selector: 'runner.config.yaml:5:28',
    grace: 'default',
  });
});

test('looking up a name that every object has finds nothing', () => {
  const { config } = parseConfigText(category('slots: 1'));
  expect(
    [config.categories, config.suites, config.services, config.modes].map((record) =>
      Reflect.get(record, 'constructor'),
    ),
  ).toEqual(Array(4).fill(undefined));
});

test('a byte order mark, Windows line ends and aliases are fine', () => {
  const text =
    'version: 1\r\nsuites: { api: &a { framework: pytest }, web: *a }\r\ncategories: { unit: { tests: [{ suite: web }] } }\r\n';
  expect(Object.keys(parseConfigText(text).config.suites)).toEqual(['api', 'web']);
});

test('a timeout of a suite counts in the effective config too, where its category has none', () => {
  for (const keys of ['timeout: 5s', 'variants: { old: { timeout: 5s } }']) {
    const { config } = parseConfigText(suite(keys));
    expect(toInput(config)).not.toHaveProperty('categories.unit.timeout');
  }
  expect(toInput(parseConfigText(suite('')).config)).toHaveProperty('categories.unit.timeout', '5m');
  expect(toInput(parseConfigText(category('timeout: 1m')).config)).toHaveProperty('categories.unit.timeout', '1m');
});
