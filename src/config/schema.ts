import * as z from 'zod';
import {
  args,
  argv,
  count,
  duration,
  env,
  envNames,
  expected,
  filledText,
  folder,
  globs,
  name,
  names,
  retries,
  size,
  someTime,
  text,
} from './fields.ts';
import { external, service } from './service-schema.ts';

/** The config as a user writes it, after validation and before defaults. Descriptions are the docs of the keys. */
export type ConfigInput = z.output<typeof configSchema>;

const settings = z
  .strictObject({
    grace: duration
      .optional()
      .describe('Time between asking a process to end (SIGTERM) and killing it (SIGKILL). Default: 5s'),
    slowAfter: someTime.optional().describe('A task that runs longer than this is reported as slow. Default: 60s'),
    logLimit: size
      .optional()
      .describe('Output kept per attempt; the rest is cut off and the log says so. Default: 50MB'),
    teardown: someTime.optional().describe('Time all services together get to stop. Default: 30s'),
  })
  .describe('Limits that hold for the whole run.');

const suite = z
  .strictObject({
    framework: z.string().describe('The test framework: pytest, vitest, node, or command for anything else.'),
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
    timeout: someTime
      .optional()
      .describe("Limit for one attempt of one task, where the category sets none. Default: the category's"),
  })
  .describe('How to run one framework in one folder.');

const selector = z
  .strictObject({
    suite: name.describe('The suite the tests belong to.'),
    files: globs
      .optional()
      .describe("Only these files of the suite: globs relative to the suite's cwd. Default: all of them"),
    keyword: filledText.optional().describe('Only tests whose name matches this expression.'),
    markers: filledText.optional().describe('Only tests whose tags match this expression.'),
  })
  .describe('A part of a suite.');

const category = z
  .strictObject({
    description: z.string().optional().describe('One line for runner list.'),
    priority: z
      .enum(['critical', 'high', 'normal', 'low', 'background'])
      .optional()
      .describe('What runs first. Default: normal, or what the built-in catalogue says for this name'),
    tests: z
      .array(selector)
      .min(1, { error: 'must name at least one suite, for example [{ suite: backend }]' })
      .describe('The tests of the category.'),
    needs: names.optional().describe('Services that must be ready.'),
    environments: names
      .min(1, { error: 'must name at least one environment; without the key all are allowed' })
      .optional()
      .describe('Environments it may run in. Default: all'),
    excludeEnvironments: names.optional().describe('Environments it may not run in.'),
    dependsOn: names
      .optional()
      .describe('Categories that must have passed before; when one fails, this one is blocked.'),
    after: names.optional().describe('Categories that run before when they run too; gates nothing.'),
    conflicts: names.optional().describe('Categories that must not run at the same time.'),
    timeout: someTime.optional().describe("Limit for one attempt of one task. Default: 10m, or the catalogue's"),
    slowAfter: someTime
      .optional()
      .describe('A task that runs longer than this is reported as slow. Default: settings.slowAfter'),
    missingService: z
      .enum(['fail', 'skip'])
      .optional()
      .describe(
        'What happens when a service it needs cannot be had. Default: fail for critical categories, skip for others',
      ),
    locks: names.optional().describe('Named locks; two tasks that share one never run at the same time.'),
    slots: count.optional().describe('Slots that one of its tasks holds. Default: 1'),
    exclusive: z.boolean().optional().describe('Nothing else runs at the same time. Default: false'),
    allowEmpty: z.boolean().optional().describe('Having no tests is not an error. Default: false'),
    retries: retries
      .optional()
      .describe(
        'How often a task with failed tests, a timeout or a crash is run again, its failed tests only. Default: 0',
      ),
    flaky: z
      .enum(['pass', 'fail'])
      .optional()
      .describe('What a test that passed only on a retry counts as. Default: pass'),
    env: env.optional().describe("Environment variables; they win over the suite's."),
  })
  .describe('What a set of tests is for.');

const aFactor = expected('a number above 0 and at most 1000');

const environment = z
  .strictObject({
    env: env.optional().describe("Environment variables; they win over the categories' and suites'."),
    envFile: filledText
      .optional()
      .describe("A file of NAME=value lines, relative to the config's folder; env wins over it."),
    secrets: envNames.optional().describe('Variables that must be set; their values are masked everywhere.'),
    prefer: z
      .array(z.enum(['external', 'process', 'docker']))
      .min(1, { error: 'must name at least one of external, process and docker' })
      .optional()
      .describe('Which kinds of provider a service may use, the best first. Default: [external, process, docker]'),
    services: z
      .record(name, z.strictObject({ external }))
      .optional()
      .describe('Where services are in this environment.'),
    timeoutFactor: z
      .number(aFactor)
      .gt(0, aFactor)
      .max(1000, aFactor)
      .optional()
      .describe('All timeouts of tests are multiplied by this. Default: 1'),
    protected: z
      .boolean()
      .optional()
      .describe('Refused unless the command line allows it. Default: true for prod and production, else false'),
  })
  .describe('Where tests run.');

const layer = z
  .strictObject({
    description: z.string().optional().describe('One line for runner list.'),
    categories: names.min(1, { error: 'must name at least one category' }).describe('Categories of the layer.'),
  })
  .describe('A named selection of categories, for --layer.');

const mode = z
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

const flag = z
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
    settings: settings.optional(),
    suites: z.record(name, suite).describe('How to run the tests, by name.'),
    categories: z
      .record(name, category)
      .describe('What the tests are for, by name; names of the built-in catalogue inherit its defaults.'),
    services: z.record(name, service).optional().describe('What tests need, by name.'),
    environments: z.record(name, environment).optional().describe('Where tests run, by name; local always exists.'),
    layers: z.record(name, layer).optional().describe('Named selections of categories.'),
    modes: z.record(name, mode).optional().describe('Named selections of layers and categories with presentation.'),
    switches: z.record(name, flag).optional().describe("A team's own command line flags, by name."),
  })
  .describe('Configuration of runner: what the tests are, what they need and where they run.');
