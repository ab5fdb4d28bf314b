import * as z from 'zod/mini';
import { described, later, optional } from './described.ts';
import {
  args,
  argv,
  count,
  duration,
  env,
  expected,
  file,
  folder,
  globs,
  name,
  names,
  rootGlobs,
  size,
  someTime,
  tapSource,
  text,
} from './fields.ts';
import { category } from './category-schema.ts';
import { environment } from './environment-schema.ts';
import { guard } from './guard-schema.ts';
import { quarantine } from './quarantine-schema.ts';
import { service } from './service-schema.ts';

/** The config as a user writes it, after validation and before defaults. Descriptions are the docs of the keys. */
export type ConfigInput = z.output<typeof configSchema>;

const keptCount = () =>
  z.int(expected('a whole number above zero')).check(z.minimum(1, expected('a whole number above zero')));

const history = () =>
  z.strictObject({
    enabled: optional(
      z.boolean(expected('true or false')),
      'Whether runs are remembered, and plans learn from them. Default: true',
    ),
    runs: optional(keptCount(), 'Runs that are kept. Default: 1000'),
    days: optional(keptCount(), 'Older runs are forgotten. Default: 180'),
    size: optional(size, 'The oldest runs are forgotten when the file grows beyond this. Default: 200MB'),
  });

const settings = () =>
  described(
    z.strictObject({
      grace: optional(duration, 'Time between asking a process to end (SIGTERM) and killing it (SIGKILL). Default: 5s'),
      slowAfter: optional(someTime, 'A task that runs longer than this is reported as slow. Default: 60s'),
      logLimit: optional(size, 'Output kept per attempt; the rest is cut off and the log says so. Default: 50MB'),
      teardown: optional(someTime, 'Time all services together get to stop. Default: 30s'),
      coverage: optional(
        z.boolean(expected('true or false')),
        'Whether runs measure coverage unless --no-coverage is given. Default: false',
      ),
      affectsNothing: optional(
        rootGlobs,
        "Files that no test depends on, so that --changed and --watch run nothing for them: globs relative to the config's folder. Default: none",
      ),
      guardBaseline: optional(
        file,
        "File with what guards in mode: ratchet allow, relative to the config's folder. Default: runner.guards.json",
      ),
      history: optional(
        history(),
        'What is kept of earlier runs in .runner/history.sqlite: as much as all of its limits allow.',
      ),
    }),
    'Limits that hold for the whole run.',
  );

const variant = () =>
  described(
    z.strictObject({
      command: optional(argv, "How to launch the framework. Default: the suite's"),
      args: optional(args, "Arguments added to the command, in place of the suite's."),
      env: optional(env, "Environment variables, over the suite's."),
      cwd: optional(folder, "Folder it runs in, which holds its files. Default: the suite's"),
      timeout: optional(someTime, "Limit for one attempt of one task. Default: the suite's"),
    }),
    'The same tests under another interpreter or with other versions of libraries.',
  );

const variants = () =>
  z
    .record(name, variant())
    .check(z.refine((written) => Object.keys(written).length > 0, { error: 'must name at least one variant' }));

const suite = described(
  z.strictObject({
    framework: described(
      z.string(),
      'The test framework, for example pytest, vitest or go; command for anything else. docs/frameworks.md lists them.',
    ),
    cwd: optional(folder, "Folder the framework runs in, relative to the config's folder. Default: ."),
    files: optional(globs, "Test files: globs relative to cwd. Default: the framework's convention"),
    exclude: optional(globs, 'Files that are no tests although files matches them: globs relative to cwd.'),
    command: optional(argv, "How to launch the framework: words, never a shell string. Default: the framework's own"),
    args: optional(args, 'Arguments added to the command.'),
    env: optional(env, 'Environment variables; values may hold ${...} references.'),
    service: optional(name, 'The component these tests belong to, for --service.'),
    batch: optional(
      z.enum(['auto', 'file', 'all']),
      "How files are put into processes: auto cuts by slots, file starts one per file, all starts one for everything. Default: the framework's",
    ),
    junit: optional(
      globs,
      'Where a command suite leaves its JUnit XML: globs relative to cwd. Default: judged by the exit code alone',
    ),
    tap: optional(
      tapSource,
      'Where a command suite tells its tests in TAP (12 to 14): true for what it prints, or files by globs relative to cwd.',
    ),
    timeout: optional(
      someTime,
      "Limit for one attempt of one task, where the category sets none. Default: the category's",
    ),
    affects: optional(
      rootGlobs,
      "What its tests test, so that a change to it runs them: globs relative to the config's folder, for --changed and --watch. Default: none",
    ),
    variants: optional(
      z.lazy(variants),
      'Runs the tests once for each of these, by name; a variant is a suite of its own, called suite[variant]. docs/variants.md says more.',
    ),
  }),
  'How to run one framework in one folder.',
);

const stages = () =>
  z
    .array(
      names.check(z.minLength(1, { error: 'a stage must name at least one category' })),
      expected('a list of lists of categories, for example [[smoke], [e2e]]'),
    )
    .check(z.minLength(2, { error: 'must hold at least two stages' }));

const layer = () =>
  described(
    z
      .strictObject({
        description: optional(z.string(), 'One line for runner list.'),
        categories: optional(
          names.check(z.minLength(1, { error: 'must name at least one category' })),
          'Categories of the layer.',
        ),
        stages: optional(
          stages(),
          'Instead of categories: groups of them, one after the other, for example [[connectivity], [authentication]].',
        ),
        stopOnFailure: optional(
          z.boolean(),
          'With stages: a stage starts only when all of the one before passed. Default: true',
        ),
        budget: optional(
          someTime,
          'Time that all tests of the layer together have, from the start of the run; what is not done then is cancelled.',
        ),
      })
      .check(
        z.refine((written) => (written.categories === undefined) !== (written.stages === undefined), {
          error: 'must have either "categories" or "stages"',
          when: ({ issues }) => issues.length === 0,
        }),
      ),
    'A named selection of categories, for --layer.',
  );

const mode = () =>
  described(
    z.strictObject({
      description: optional(z.string(), 'One line for runner list.'),
      layers: optional(names, 'Layers it selects.'),
      categories: optional(names, 'Categories it selects.'),
      environment: optional(name, 'Environment, unless --env says otherwise.'),
      progress: optional(
        z.enum(['auto', 'tree', 'lines', 'json', 'none']),
        'How progress is shown, unless --progress says otherwise.',
      ),
    }),
    'A named selection of layers and categories with its presentation, for --mode.',
  );

const flag = () =>
  described(
    z.strictObject({
      description: optional(z.string(), 'One line for runner list switches.'),
      env: described(env, 'Environment variables that the switch sets.'),
    }),
    "A team's own command line flag.",
  );

const aWorkerCount = expected('auto, a number of slots or a share such as 50%');
const share = /^[1-9]\d*%$/;
const percent = z.templateLiteral([z.int(), '%']).check(
  z.refine((written) => share.test(written), aWorkerCount),
  z.meta({ pattern: share.source }),
);

/** Validates `runner.config.yaml`; the source of `schema.json`. */
export const configSchema = described(
  z.strictObject({
    version: described(z.literal(1), 'Version of this format: 1.'),
    project: optional(
      text.check(z.minLength(1, { error: 'must not be empty' })),
      "Name of the project in reports. Default: the folder's name",
    ),
    workers: optional(
      z.union([z.literal('auto'), count, percent], aWorkerCount),
      'Slots of a run: auto is what the machine allows. Default: auto',
    ),
    environment: optional(name, 'Environment used when the command line names none. Default: local'),
    settings: later(settings),
    suites: described(z.record(name, suite), 'How to run the tests, by name.'),
    categories: described(
      z.record(name, category),
      'What the tests are for, by name; names of the built-in catalogue inherit its defaults.',
    ),
    services: optional(
      z.lazy(() => z.record(name, service())),
      'What tests need, by name.',
    ),
    environments: optional(
      z.lazy(() => z.record(name, environment())),
      'Where tests run, by name; local always exists.',
    ),
    layers: optional(
      z.lazy(() => z.record(name, layer())),
      'Named selections of categories.',
    ),
    modes: optional(
      z.lazy(() => z.record(name, mode())),
      'Named selections of layers and categories with presentation.',
    ),
    quarantine: optional(z.lazy(quarantine), 'Tests that may fail for a while, each with owner, last day and reason.'),
    guards: optional(
      z.lazy(() =>
        z
          .record(name, guard())
          .check(z.refine((written) => Object.keys(written).length > 0, { error: 'must name at least one guard' })),
      ),
      'Rules over the text of files, by name: what may not be in them, or not more often. docs/guards.md says more.',
    ),
    switches: optional(
      z.lazy(() => z.record(name, flag())),
      "A team's own command line flags, by name.",
    ),
  }),
  'Configuration of runner: what the tests are, what they need and where they run.',
);
