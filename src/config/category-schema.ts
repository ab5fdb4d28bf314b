import * as z from 'zod';
import {
  condition,
  count,
  env,
  expected,
  filledText,
  globs,
  names,
  percent,
  retries,
  rootGlobs,
  share,
  someTime,
  suiteName,
} from './fields.ts';

const selector = z
  .strictObject({
    suite: suiteName.describe('The suite the tests belong to; backend[py312] is one variant of it.'),
    files: globs
      .optional()
      .describe("Only these files of the suite: globs relative to the suite's cwd. Default: all of them"),
    keyword: filledText.optional().describe('Only tests whose name matches this expression.'),
    markers: filledText.optional().describe('Only tests whose tags match this expression.'),
  })
  .describe('A part of a suite.');

const aFactor = expected('a number from 1 to 100');

const backoff = z
  .strictObject({
    initial: someTime.describe('Pause before the first retry.'),
    factor: z
      .number(aFactor)
      .min(1, aFactor)
      .max(100, aFactor)
      .optional()
      .describe('Each pause is this much longer than the one before. Default: 2'),
    max: someTime.optional().describe('No pause is longer. Default: 1m'),
    jitter: z.boolean().optional().describe('Each pause is shortened by up to a half at random. Default: true'),
  })
  .refine(({ initial, max }) => initial <= (max ?? initial), {
    error: '"max" must not be shorter than "initial"',
    path: ['max'],
    when: ({ issues }) => issues.length === 0,
  });

/** A category as a user writes it. */
export const category = z
  .strictObject({
    description: z.string().optional().describe('One line for runner list.'),
    priority: z
      .enum(['critical', 'high', 'normal', 'low', 'background'])
      .optional()
      .describe('What runs first. Default: normal, or what the built-in catalogue says for this name'),
    tests: z
      .array(selector)
      .min(1, { error: 'must name at least one suite, for example [{ suite: backend }]' })
      .optional()
      .describe('The tests of the category; may be left out only beside guards: true.'),
    guards: z.boolean().optional().describe('The guards of the config are tests of it too. Default: false'),
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
    retryOn: z
      .array(condition)
      .min(1, { error: 'must name at least one condition; for no retries write "retries: 0"' })
      .optional()
      .describe(
        'What a task has to have failed of to be run again: test-failure, timeout, crash, exit:<code>, or regex:<pattern> for the failures or last output. Default: [test-failure, timeout, crash]',
      ),
    backoff: backoff.optional().describe('Pause before it is run again. Default: none'),
    retryWhen: z
      .enum(['immediately', 'end', 'alone'])
      .optional()
      .describe(
        'When it is run again: immediately in its slot, at the end when all else that can run has ended, or then and alone. Default: immediately',
      ),
    retryLimit: share
      .optional()
      .describe('Nothing is run again once more than this share of the tests has failed. Default: 10%'),
    flaky: z
      .enum(['pass', 'fail'])
      .optional()
      .describe('What a test that passed only on a retry counts as. Default: pass'),
    minCoverage: percent
      .optional()
      .describe(
        'When coverage is measured: the least share of lines that the tests are to execute, in percent; less fails the run. Default: none',
      ),
    affects: rootGlobs
      .optional()
      .describe(
        "What its tests test, so that a change to it runs them: globs relative to the config's folder, for --changed and --watch. Default: none",
      ),
    env: env.optional().describe("Environment variables; they win over the suite's."),
  })
  .describe('What a set of tests is for.')
  // The validator says so with a place (check-guards).
  .meta({
    anyOf: [
      { required: ['tests'], properties: { tests: { description: 'Its own tests.' } } },
      { required: ['guards'], properties: { guards: { const: true, description: 'The guards alone.' } } },
    ],
  });
