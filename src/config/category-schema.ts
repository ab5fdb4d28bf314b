import * as z from 'zod/mini';
import { described, optional } from './described.ts';
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

const selector = described(
  z.strictObject({
    suite: described(suiteName, 'The suite the tests belong to; backend[py312] is one variant of it.'),
    files: optional(globs, "Only these files of the suite: globs relative to the suite's cwd. Default: all of them"),
    keyword: optional(filledText, 'Only tests whose name matches this expression.'),
    markers: optional(filledText, 'Only tests whose tags match this expression.'),
  }),
  'A part of a suite.',
);

const aFactor = expected('a number from 1 to 100');

const backoff = z
  .strictObject({
    initial: described(someTime, 'Pause before the first retry.'),
    factor: optional(
      z.number(aFactor).check(z.minimum(1, aFactor), z.maximum(100, aFactor)),
      'Each pause is this much longer than the one before. Default: 2',
    ),
    max: optional(someTime, 'No pause is longer. Default: 1m'),
    jitter: optional(z.boolean(), 'Each pause is shortened by up to a half at random. Default: true'),
  })
  .check(
    z.refine(({ initial, max }) => initial <= (max ?? initial), {
      error: '"max" must not be shorter than "initial"',
      path: ['max'],
      when: ({ issues }) => issues.length === 0,
    }),
  );

/** A category as a user writes it. */
export const category = described(
  z.strictObject({
    description: optional(z.string(), 'One line for runner list.'),
    priority: optional(
      z.enum(['critical', 'high', 'normal', 'low', 'background']),
      'What runs first. Default: normal, or what the built-in catalogue says for this name',
    ),
    tests: optional(
      z
        .array(selector)
        .check(z.minLength(1, { error: 'must name at least one suite, for example [{ suite: backend }]' })),
      'The tests of the category; may be left out only beside guards: true.',
    ),
    guards: optional(z.boolean(), 'The guards of the config are tests of it too. Default: false'),
    needs: optional(names, 'Services that must be ready.'),
    environments: optional(
      names.check(z.minLength(1, { error: 'must name at least one environment; without the key all are allowed' })),
      'Environments it may run in. Default: all',
    ),
    excludeEnvironments: optional(names, 'Environments it may not run in.'),
    dependsOn: optional(names, 'Categories that must have passed before; when one fails, this one is blocked.'),
    after: optional(names, 'Categories that run before when they run too; gates nothing.'),
    conflicts: optional(names, 'Categories that must not run at the same time.'),
    timeout: optional(someTime, "Limit for one attempt of one task. Default: 10m, or the catalogue's"),
    slowAfter: optional(someTime, 'A task that runs longer than this is reported as slow. Default: settings.slowAfter'),
    missingService: optional(
      z.enum(['fail', 'skip']),
      'What happens when a service it needs cannot be had. Default: fail for critical categories, skip for others',
    ),
    locks: optional(names, 'Named locks; two tasks that share one never run at the same time.'),
    slots: optional(count, 'Slots that one of its tasks holds. Default: 1'),
    exclusive: optional(z.boolean(), 'Nothing else runs at the same time. Default: false'),
    allowEmpty: optional(z.boolean(), 'Having no tests is not an error. Default: false'),
    retries: optional(
      retries,
      'How often a task with failed tests, a timeout or a crash is run again, its failed tests only. Default: 0',
    ),
    retryOn: optional(
      z
        .array(condition)
        .check(z.minLength(1, { error: 'must name at least one condition; for no retries write "retries: 0"' })),
      'What a task has to have failed of to be run again: test-failure, timeout, crash, exit:<code>, or regex:<pattern> for the failures or last output. Default: [test-failure, timeout, crash]',
    ),
    backoff: optional(backoff, 'Pause before it is run again. Default: none'),
    retryWhen: optional(
      z.enum(['immediately', 'end', 'alone']),
      'When it is run again: immediately in its slot, at the end when all else that can run has ended, or then and alone. Default: immediately',
    ),
    retryLimit: optional(share, 'Nothing is run again once more than this share of the tests has failed. Default: 10%'),
    flaky: optional(z.enum(['pass', 'fail']), 'What a test that passed only on a retry counts as. Default: pass'),
    minCoverage: optional(
      percent,
      'When coverage is measured: the least share of lines that the tests are to execute, in percent; less fails the run. Default: none',
    ),
    affects: optional(
      rootGlobs,
      "What its tests test, so that a change to it runs them: globs relative to the config's folder, for --changed and --watch. Default: none",
    ),
    env: optional(env, "Environment variables; they win over the suite's."),
  }),
  'What a set of tests is for.',
  {
    // The validator says so with a place (check-guards).
    anyOf: [
      { required: ['tests'], properties: { tests: { description: 'Its own tests.' } } },
      { required: ['guards'], properties: { guards: { const: true, description: 'The guards alone.' } } },
    ],
  },
);
