import type { TopicName } from './command-table.ts';

const exitCodesPage = `Exit codes: one per who must act

    0  at least one test ran and everything that had to pass did
    1  tests failed or timed out (or are flaky in a category with flaky: fail)
    2  wrong usage or configuration; nothing was started
    3  infrastructure: a service did not come up or died, a framework could not
       be started, crashed or left no readable report, a report was not written
    4  nothing ran: nothing was selected, a category is empty, or all that was
       selected was skipped
    5  what ran passed, but not everything has run: a shard is missing, or a
       rerun still owes tests
   70  a bug in runner: the stack and the path of the event log are printed
  130  interrupted     143  terminated; after teardown, with reports written

Where several apply: interrupted > 1 > 3 > 5 > 4 > 0.`;

const configPage = `runner.config.yaml

It is looked for in this folder and those above it; --config names another one.

  version: 1
  suites:                     how to run one framework in one folder
    backend: { framework: pytest, cwd: ., files: ["tests/**/test_*.py"] }
  categories:                 what the tests are for
    unit: { tests: [{ suite: backend, files: ["tests/unit/**"] }] }
    e2e:  { tests: [{ suite: backend, files: ["tests/e2e/**"] }],
            needs: [api], dependsOn: [unit], timeout: 20m, retries: 1 }
  services:                   what tests need while they run
    api:
      process: { command: [node, api.mjs], env: { PORT: "\${port}" } }
      health: [{ http: { path: /health } }]
  environments:               what is different elsewhere
    staging: { services: { api: { external: { url: "https://…" } } } }

Further keys: workers, settings, layers, modes, quarantine, guards, switches.

  runner config check          every mistake with file:line:column
  runner config show --origin  each value and where it comes from
  runner config schema         the JSON schema, for editors
  runner --set suites.backend.batch=file  overrides one value

What wins: command line > environment > category > suite > built-in category.`;

const patternsPage = `Patterns, files and names

--pattern selects test files by a glob over their path from the root, whatever
its case. It is never a test's name.
  "*websocket*"      without "/": any one part of the path matches
  "tests/api/**"     with "/": the whole path matches
  websocket          without * ? [ ] { }: part of the path
  Several are a union. Quote them, or the shell expands them.

Files stand on their own, first or after --file: a file, a folder, or one test:
  runner tests/test_login.py
  runner tests/test_login.py::TestToken::test_expired

Names of tests: --keyword (-k), markers and tags: --markers (-m), both as the
framework writes them; where it has none, they are an error.

What matches nothing ends with exit code 4; runner plan --explain says why a
file is not in.`;

const servicesPage = `Services

A service is started when the first task needs it and stopped after the last.
Of its providers (external, process, docker) the first is used that is allowed
and there; runner plan --explain says which, and why not the others.

  --no-docker        no containers; a service with another provider uses that
  --no-services      start none; tests that need one are skipped
  --real-services    nothing may be skipped: a service starts or the run is red
  --prefer <env>     addresses of that environment first
  --keep-services    leave them running for the next run

  runner services up|down|status|logs [names...]

A service that is not to be had: missingService of the category decides whether
its tests are skipped (4 when nothing else ran) or an error (3). One that was
started and failed is always an error (3).`;

const shardingPage = `Many machines

  runner plan --shards 4 --out plan.json     cut by recorded times, once
  runner --plan plan.json --shard 1/4        in each job, with its own number
  runner merge shard-*/ --reports reports    one report, one verdict

--target 8m in place of --shards: as few shards as end in that time.
runner matrix --shards 4 --github prints the jobs for fromJSON of GitHub
Actions; --gitlab and --json are for others.

A shard that never reported makes the merge incomplete (exit code 5) and is
named; failed tests are 1.`;

const variablesPage = `Variables that a test process is given, beside the caller's

  RUNNER=1            RUNNER_RUN_ID        RUNNER_CATEGORY      RUNNER_SUITE
  RUNNER_ENV          RUNNER_TASK          RUNNER_ATTEMPT       RUNNER_SLOT
  RUNNER_WORKERS      RUNNER_TMPDIR        RUNNER_ARTIFACTS_DIR
  RUNNER_TOTAL_ATTEMPTS
  RUNNER_SERVICE_<NAME>_URL, _HOST and _PORT for each service that it needs

What is absent is the word "none". A slot is the smallest free number and stays
with a task over its retries, so that db_$RUNNER_SLOT belongs to one task alone.

In the config: \${env.NAME} \${env.NAME:-default} \${services.NAME.url} \${port}
\${slot} \${run.id} \${shard.index}.

For runner itself: NO_COLOR, FORCE_COLOR and CI are honoured.`;

/** The pages that `runner help <topic>` prints, of at most 80 columns. */
export const helpTopics: Readonly<Record<TopicName, string>> = {
  config: configPage,
  'exit-codes': exitCodesPage,
  patterns: patternsPage,
  services: servicesPage,
  sharding: shardingPage,
  variables: variablesPage,
};
