import { expect, test } from 'vitest';
import { firstLinesOf, also } from '../../support/config-text.ts';

/** What is wrong, the text, and the first line of each problem without the file's name. */
const cases: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  [
    'a missing version',
    `suites:
  api: { framework: pytest }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '1:1  "version" is missing: write version: 1',
  ],
  [
    'another version',
    `version: 2
suites:
  api: { framework: pytest }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '1:10  version: expected 1, got the number 2',
  ],
  [
    'missing suites and categories',
    'version: 1\n',
    '1:1  "suites" is missing: it says how to run the tests',
    '1:1  "categories" is missing: it says what the tests are for',
  ],
  [
    'a misspelt top-level key',
    also('enviroments: {}\n'),
    '6:1  unknown key "enviroments" (did you mean "environments"?)',
  ],
  [
    'a key with nothing similar',
    also('telemetry: true\n'),
    '6:1  unknown key "telemetry"; allowed are version, project, workers, environment, settings, suites, categories, services, environments, layers, modes, quarantine, guards, switches',
  ],
  [
    'an unknown default environment',
    also('environment: satging\nenvironments: { staging: {} }\n'),
    '6:14  the default environment is "satging", which is not defined (did you mean "staging"?)',
  ],
  [
    'an unknown provider',
    also('environments: { ci: { prefer: [proces] } }\n'),
    '6:32  environments.ci.prefer.0: expected external, process or docker, got "proces" (did you mean "process"?)',
  ],
  [
    'a timeout factor of zero',
    also('environments: { ci: { timeoutFactor: 0 } }\n'),
    '6:38  environments.ci.timeoutFactor: expected a number above 0 and at most 1000, got the number 0',
  ],
  [
    'an unknown category in a layer',
    also('layers: { fast: { categories: [unti] } }\n'),
    '6:32  layer "fast" has category "unti", which is not defined (did you mean "unit"?)',
  ],
  [
    'an unknown category in a stage',
    also('layers: { fast: { stages: [[unit], [unti]] } }\n'),
    '6:37  layer "fast" has category "unti", which is not defined (did you mean "unit"?)',
  ],
  [
    'a category in two stages',
    also('layers: { fast: { stages: [[unit], [unit]] } }\n'),
    '6:37  layer "fast" has category "unit" in stage 1 already',
  ],
  [
    'a layer with one stage',
    also('layers: { fast: { stages: [[unit]] } }\n'),
    '6:27  layers.fast.stages: must hold at least two stages',
  ],
  [
    'stages that are no lists',
    also('layers: { fast: { stages: [unit, unit] } }\n'),
    '6:28  layers.fast.stages.0: expected a list, got "unit"',
    '6:34  layers.fast.stages.1: expected a list, got "unit"',
  ],
  [
    'a layer with stages and categories, and one with neither',
    also('layers: { fast: { stages: [[unit], []], categories: [unit] }, slow: { budget: 1m } }\n'),
    '6:36  layers.fast.stages.1: a stage must name at least one category',
    '6:69  layers.slow: must have either "categories" or "stages"',
  ],
  [
    'a layer that would stop without stages',
    also('layers: { fast: { categories: [unit], stopOnFailure: true, budget: 0s } }\n'),
    '6:39  layer "fast" has "stopOnFailure", which is only for "stages", and it has none',
    '6:68  layers.fast.budget: must be longer than zero',
  ],
  [
    'an unknown category in an environment',
    also('environments: { ci: { categories: { unti: { timeout: 3s } } } }\n'),
    '6:37  environment "ci" changes category "unti", which is not defined (did you mean "unit"?)',
  ],
  [
    'keys of a category that an environment cannot change',
    also('environments: { ci: { categories: { unit: { dependsOn: [], timeot: 3s } } } }\n'),
    '6:45  environments.ci.categories.unit: unknown key "dependsOn"; allowed are priority, timeout, slowAfter, missingService, retries, flaky, retryOn, backoff, retryWhen, retryLimit, locks, slots, exclusive, allowEmpty, env',
    '6:60  environments.ci.categories.unit: unknown key "timeot" (did you mean "timeout"?)',
  ],
  [
    'too many retries in an environment',
    also('environments: { ci: { retries: 11 } }\n'),
    '6:32  environments.ci.retries: expected a whole number from 0 to 10, got the number 11',
  ],
  [
    'keys of a service that have no effect in an environment',
    also(
      'services: { db: { external: { url: "tcp://a:1" } } }\nenvironments: { ci: { services: { db: { port: 1, stop: { grace: 1s }, prefer: [process] } } } }\n',
    ),
    '7:41  service "db" has "port", which is only for a "process", and none in environment "ci"',
    '7:50  service "db" has "stop", which is only for a "process" or "docker", and neither in environment "ci"',
    '7:71  service "db" has "prefer: process", and no "process" in environment "ci"',
  ],
  [
    'references of a service in an environment that have no value there',
    also(
      'services: { db: { external: { url: "tcp://a:1" } } }\nenvironments: { ci: { services: { db: { external: { url: "tcp://${slot}" }, process: { command: [db, "${services.web.url}"] } } } } }\n',
    ),
    '7:58  ${slot} has no value in the address of a service that runs elsewhere',
    '7:102  ${services.web.url} refers to service "web", which is not defined: there is db',
  ],
  [
    'an unknown layer in a mode',
    also('layers: { fast: { categories: [unit] } }\nmodes: { nightly: { layers: [fsat] } }\n'),
    '7:30  mode "nightly" has layer "fsat", which is not defined (did you mean "fast"?)',
  ],
  [
    'a mode that selects nothing',
    also('modes: { nightly: { progress: lines } }\n'),
    '6:10  mode "nightly" selects nothing: give it layers or categories',
  ],
  [
    'an unknown way of showing progress',
    also('modes: { nightly: { categories: [unit], progress: line } }\n'),
    '6:51  modes.nightly.progress: expected auto, tree, lines, json or none, got "line" (did you mean "lines"?)',
  ],
  [
    'a switch without variables',
    also('switches: { real-llm: { description: real }}\n'),
    '6:13  switches.real-llm: "env" is missing',
  ],
  [
    'a size without a unit',
    also('settings: { logLimit: 50 }\n'),
    '6:23  settings.logLimit: expected a size such as 500KB, 50MB or 1GB, got the number 50',
  ],
  [
    'a history of no runs',
    also('settings: { history: { runs: 0 } }\n'),
    '6:30  settings.history.runs: expected a whole number above zero, got the number 0',
  ],
  [
    'a history that is neither on nor off',
    also('settings: { history: { enabled: maybe } }\n'),
    '6:33  settings.history.enabled: expected true or false, got "maybe"',
  ],
  [
    'a history with a limit that it has not',
    also('settings: { history: { weeks: 3 } }\n'),
    '6:24  settings.history: unknown key "weeks"; allowed are enabled, runs, days, size',
  ],
  [
    'workers that are neither number nor share',
    also('workers: 0%\n'),
    '6:10  workers: expected auto, a number of slots or a share such as 50%, got "0%"',
  ],
  [
    'problems of every kind at once',
    `version: 1
suites:
  api: { framework: pytest, tiemout: 3s, batch: [] }
categories:
  unit: { tests: [{ suite: apo }], dependsOn: [e2e], needs: db }
  e2e: { tests: [{ suite: api }], dependsOn: [unit, unti] }
workers: few
`,
    '3:29  suites.api: unknown key "tiemout" (did you mean "timeout"?)',
    '3:49  suites.api.batch: expected auto, file or all, got a list',
    '5:28  category "unit" runs suite "apo", which is not defined (did you mean "api"?)',
    '5:61  categories.unit.needs: expected a list, got "db"',
    '6:47  categories wait for each other: unit -> e2e -> unit',
    '6:53  category "e2e" depends on "unti", which is not defined (did you mean "unit"?)',
    '7:10  workers: expected auto, a number of slots or a share such as 50%, got "few"',
  ],
];

test.each(cases)('%s is explained at its place', (_title, text, ...problems) => {
  expect(firstLinesOf(text)).toEqual(problems);
});
