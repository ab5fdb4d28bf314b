import * as z from 'zod';
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

const keptCount = () => z.int(expected('a whole number above zero')).min(1, expected('a whole number above zero'));

const history = () =>
  z.strictObject({
    enabled: z
      .boolean(expected('true or false'))
      .optional()
      .describe('Whether runs are remembered, and plans learn from them. Default: true'),
    runs: keptCount().optional().describe('Runs that are kept. Default: 1000'),
    days: keptCount().optional().describe('Older runs are forgotten. Default: 180'),
    size: size.optional().describe('The oldest runs are forgotten when the file grows beyond this. Default: 200MB'),
  });

const settings = () =>
  z
    .strictObject({
      grace: duration
        .optional()
        .describe('Time between asking a process to end (SIGTERM) and killing it (SIGKILL). Default: 5s'),
      slowAfter: someTime.optional().describe('A task that runs longer than this is reported as slow. Default: 60s'),
      logLimit: size
        .optional()
        .describe('Output kept per attempt; the rest is cut off and the log says so. Default: 50MB'),
      teardown: someTime.optional().describe('Time all services together get to stop. Default: 30s'),
      coverage: z
        .boolean(expected('true or false'))
        .optional()
        .describe('Whether runs measure coverage unless --no-coverage is given. Default: false'),
      affectsNothing: rootGlobs
        .optional()
        .describe(
          "Files that no test depends on, so that --changed and --watch run nothing for them: globs relative to the config's folder. Default: none",
        ),
      guardBaseline: file
        .optional()
        .describe(
          "File with what guards in mode: ratchet allow, relative to the config's folder. Default: runner.guards.json",
        ),
      history: history()
        .optional()
        .describe('What is kept of earlier runs in .runner/history.sqlite: as much as all of its limits allow.'),
    })
    .describe('Limits that hold for the whole run.');

const variant = () =>
  z
    .strictObject({
      command: argv.optional().describe("How to launch the framework. Default: the suite's"),
      args: args.optional().describe("Arguments added to the command, in place of the suite's."),
      env: env.optional().describe("Environment variables, over the suite's."),
      cwd: folder.optional().describe("Folder it runs in, which holds its files. Default: the suite's"),
      timeout: someTime.optional().describe("Limit for one attempt of one task. Default: the suite's"),
    })
    .describe('The same tests under another interpreter or with other versions of libraries.');

const variants = () =>
  z
    .record(name, variant())
    .refine((written) => Object.keys(written).length > 0, { error: 'must name at least one variant' });

const suite = z
  .strictObject({
    framework: z
      .string()
      .describe(
        'The test framework, for example pytest, vitest or go; command for anything else. docs/frameworks.md lists them.',
      ),
    cwd: folder.optional().describe("Folder the framework runs in, relative to the config's folder. Default: ."),
    files: globs.optional().describe("Test files: globs relative to cwd. Default: the framework's convention"),
    exclude: globs.optional().describe('Files that are no tests although files matches them: globs relative to cwd.'),
    command: argv
      .optional()
      .describe("How to launch the framework: words, never a shell string. Default: the framework's own"),
    args: args.optional().describe('Arguments added to the command.'),
    env: env.optional().describe('Environment variables; values may hold ${...} references.'),
    service: name.optional().describe('The component these tests belong to, for --service.'),
    batch: z
      .enum(['auto', 'file', 'all'])
      .optional()
      .describe(
        "How files are put into processes: auto cuts by slots, file starts one per file, all starts one for everything. Default: the framework's",
      ),
    junit: globs
      .optional()
      .describe(
        'Where a command suite leaves its JUnit XML: globs relative to cwd. Default: judged by the exit code alone',
      ),
    tap: tapSource
      .optional()
      .describe(
        'Where a command suite tells its tests in TAP (12 to 14): true for what it prints, or files by globs relative to cwd.',
      ),
    timeout: someTime
      .optional()
      .describe("Limit for one attempt of one task, where the category sets none. Default: the category's"),
    affects: rootGlobs
      .optional()
      .describe(
        "What its tests test, so that a change to it runs them: globs relative to the config's folder, for --changed and --watch. Default: none",
      ),
    variants: z
      .lazy(variants)
      .optional()
      .describe(
        'Runs the tests once for each of these, by name; a variant is a suite of its own, called suite[variant]. docs/variants.md says more.',
      ),
  })
  .describe('How to run one framework in one folder.');

const stages = () =>
  z
    .array(
      names.min(1, { error: 'a stage must name at least one category' }),
      expected('a list of lists of categories, for example [[smoke], [e2e]]'),
    )
    .min(2, { error: 'must hold at least two stages' });

const layer = () =>
  z
    .strictObject({
      description: z.string().optional().describe('One line for runner list.'),
      categories: names
        .min(1, { error: 'must name at least one category' })
        .optional()
        .describe('Categories of the layer.'),
      stages: stages()
        .optional()
        .describe(
          'Instead of categories: groups of them, one after the other, for example [[connectivity], [authentication]].',
        ),
      stopOnFailure: z
        .boolean()
        .optional()
        .describe('With stages: a stage starts only when all of the one before passed. Default: true'),
      budget: someTime
        .optional()
        .describe(
          'Time that all tests of the layer together have, from the start of the run; what is not done then is cancelled.',
        ),
    })
    .refine((written) => (written.categories === undefined) !== (written.stages === undefined), {
      error: 'must have either "categories" or "stages"',
      when: ({ issues }) => issues.length === 0,
    })
    .describe('A named selection of categories, for --layer.');

const mode = () =>
  z
    .strictObject({
      description: z.string().optional().describe('One line for runner list.'),
      layers: names.optional().describe('Layers it selects.'),
      categories: names.optional().describe('Categories it selects.'),
      environment: name.optional().describe('Environment, unless --env says otherwise.'),
      progress: z
        .enum(['auto', 'tree', 'lines', 'json', 'none'])
        .optional()
        .describe('How progress is shown, unless --progress says otherwise.'),
    })
    .describe('A named selection of layers and categories with its presentation, for --mode.');

const flag = () =>
  z
    .strictObject({
      description: z.string().optional().describe('One line for runner list switches.'),
      env: env.describe('Environment variables that the switch sets.'),
    })
    .describe("A team's own command line flag.");

const aWorkerCount = expected('auto, a number of slots or a share such as 50%');
const share = /^[1-9]\d*%$/;
const percent = z
  .templateLiteral([z.int(), '%'])
  .refine((written) => share.test(written), aWorkerCount)
  .meta({ pattern: share.source });

/** Validates `runner.config.yaml`; the source of `schema.json`. */
export const configSchema = z
  .strictObject({
    version: z.literal(1).describe('Version of this format: 1.'),
    project: text
      .min(1, { error: 'must not be empty' })
      .optional()
      .describe("Name of the project in reports. Default: the folder's name"),
    workers: z
      .union([z.literal('auto'), count, percent], aWorkerCount)
      .optional()
      .describe('Slots of a run: auto is what the machine allows. Default: auto'),
    environment: name.optional().describe('Environment used when the command line names none. Default: local'),
    settings: z.lazy(settings).optional(),
    suites: z.record(name, suite).describe('How to run the tests, by name.'),
    categories: z
      .record(name, category)
      .describe('What the tests are for, by name; names of the built-in catalogue inherit its defaults.'),
    services: z
      .lazy(() => z.record(name, service()))
      .optional()
      .describe('What tests need, by name.'),
    environments: z
      .lazy(() => z.record(name, environment()))
      .optional()
      .describe('Where tests run, by name; local always exists.'),
    layers: z
      .lazy(() => z.record(name, layer()))
      .optional()
      .describe('Named selections of categories.'),
    modes: z
      .lazy(() => z.record(name, mode()))
      .optional()
      .describe('Named selections of layers and categories with presentation.'),
    quarantine: z
      .lazy(quarantine)
      .optional()
      .describe('Tests that may fail for a while, each with owner, last day and reason.'),
    guards: z
      .lazy(() =>
        z
          .record(name, guard())
          .refine((written) => Object.keys(written).length > 0, { error: 'must name at least one guard' }),
      )
      .optional()
      .describe(
        'Rules over the text of files, by name: what may not be in them, or not more often. docs/guards.md says more.',
      ),
    switches: z
      .lazy(() => z.record(name, flag()))
      .optional()
      .describe("A team's own command line flags, by name."),
  })
  .describe('Configuration of runner: what the tests are, what they need and where they run.');
