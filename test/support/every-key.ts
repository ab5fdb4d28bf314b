/** A config that has every key of the format. */
export const everyKey = `version: 1
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
