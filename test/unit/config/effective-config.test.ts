import { expect, test } from 'vitest';
import { toInput } from '../../../src/config/to-input.ts';
import { also, category, parseConfigText, suite } from '../../support/config-text.ts';

const everything = `version: 1
project: shop
workers: 50%
environment: dev
settings: { grace: 2s, slowAfter: 1m30s, logLimit: 1GB, teardown: 1h, history: { enabled: true, runs: 50, days: 7, size: 5MB } }
suites:
  api:
    framework: pytest
    cwd: .
    files: tests/**/test_*.py
    exclude: ["**/archive/**"]
    command: [python3, -m, pytest]
    args: [-q]
    env: { URL: "\${services.web.url}", PLAIN: "1" }
    service: backend
    batch: file
    timeout: 90s
  load: { framework: command, command: [./load.sh], junit: out/*.xml }
  sockets:
    framework: pytest
    args: [-q]
    env: { A: "1", B: "1" }
    timeout: 5s
    variants:
      old: { env: { B: "2" }, command: [python3.8, -m, pytest] }
      new: { args: [], cwd: new, timeout: 9s }
  script: { framework: command, variants: { sh: { command: [sh, run] }, dash: { command: [dash, run] } } }
  prints: { framework: command, command: [./prove.sh], tap: true }
  writes: { framework: command, command: [./prove.sh], tap: [out/*.tap] }
categories:
  e2e:
    description: from outside
    priority: critical
    tests: [{ suite: api, files: ["tests/e2e/**"], keyword: login, markers: slow }, { suite: load }, { suite: sockets }, { suite: 'script[sh]' }]
    needs: [web]
    environments: [test, staging]
    excludeEnvironments: [production]
    dependsOn: [smoke]
    after: []
    conflicts: []
    timeout: 20m
    slowAfter: 10s
    missingService: skip
    locks: [db]
    slots: 2
    exclusive: true
    allowEmpty: true
    retries: 2
    retryOn: [timeout, "exit:3", "regex:ECONN(RESET|REFUSED)"]
    backoff: { initial: 1s, factor: 1.5, max: 8s, jitter: false }
    retryWhen: alone
    retryLimit: 25%
    flaky: fail
    env: { A: b }
  smoke: { tests: [{ suite: load }] }
services:
  db: { process: { command: [db, --port, "\${port}"], cwd: ., env: { X: y } }, port: 5432, watch: off, restarts: 5, stop: { signal: SIGINT, grace: 0s } }
  cache: { process: { command: [cache, "\${port}", "db_\${slot}_\${instance}"] }, watch: 250ms, restarts: 0, instances: 4 }
  web:
    external: { url: "\${env.WEB_URL}" }
    process: { command: [node, web.mjs] }
    docker: { compose: docker/web.yml, service: web, env: { TAG: "1" }, port: 8080, oneShot: true }
    needs: [db]
    health:
      - http: { path: /health, status: 204, headers: { A: b }, json: { status: ok, ready: true, n: 1 } }
      - tcp: {}
      - websocket: { path: /ws, headers: { A: b }, protocols: [v1], send: hi, expect: ready }
      - log: { pattern: "listening on (?<port>\\\\d+)" }
      - command: { command: [./ready], timeout: 1s, interval: 30s }
    startTimeout: 5s
  queue: { docker: { compose: ./docker//web.yml, service: queue }, stop: { grace: 3s } }
environments:
  staging:
    env: { B: c }
    envFile: .env.staging
    secrets: [TOKEN]
    prefer: [external]
    services:
      web: { external: { url: https://staging.example.com } }
      db:
        process: { command: [db2] }
        port: 5433
        prefer: [process]
        health: [{ http: { path: /up } }]
        startTimeout: 9s
        stop: { signal: SIGINT, grace: 1s }
    categories:
      e2e: { priority: low, timeout: 1m, slowAfter: 2s, missingService: fail, locks: [x], slots: 3, exclusive: false, allowEmpty: false, retries: 2, retryOn: [crash], backoff: { initial: 2m }, retryWhen: end, retryLimit: 50%, flaky: fail, env: { A: c } }
    retries: 3
    timeoutFactor: 2.5
  prod: {}
layers: { fast: { description: quick, categories: [smoke], budget: 2m }, staged: { stages: [[smoke], [e2e]], stopOnFailure: false } }
modes: { nightly: { description: all, layers: [fast], categories: [e2e], environment: production, progress: lines } }
quarantine: [{ test: "tests/test_a.py::test_*", owner: team, until: 2026-09-01, reason: "#1" }]
switches: { real-llm: { description: the real model, env: { REAL: "true" } } }
`;

test('every key of the format reaches the effective config, in its units', () => {
  const { config } = parseConfigText(everything);
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
  ['every key', everything],
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
