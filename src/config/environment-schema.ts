import * as z from 'zod';
import { category } from './category-schema.ts';
import { env, envNames, expected, filledText, name, retries } from './fields.ts';
import { service } from './service-schema.ts';

const prefer = () =>
  z
    .array(z.enum(['external', 'process', 'docker']))
    .min(1, { error: 'must name at least one of external, process and docker' })
    .optional();

const serviceOverlay = () =>
  service()
    .pick({ external: true, process: true, docker: true, port: true, health: true, startTimeout: true, stop: true })
    .extend({
      prefer: prefer().describe(
        "Which kinds of provider it may use here, the best first. Default: external alone where only that is given, else the environment's",
      ),
    })
    .describe('What is different about the service.');

const categoryOverlay = () =>
  category
    .pick({
      ...{ priority: true, timeout: true, slowAfter: true, missingService: true, retries: true, flaky: true },
      ...{ retryOn: true, backoff: true, retryWhen: true, retryLimit: true },
      ...{ locks: true, slots: true, exclusive: true, allowEmpty: true, env: true },
    })
    .describe('What is different about the category.');

const aFactor = expected('a number above 0 and at most 1000');

/** An environment as a user writes it. */
export const environment = () =>
  z
    .strictObject({
      env: env.optional().describe("Environment variables; they win over the categories' and suites'."),
      envFile: filledText
        .optional()
        .describe("A file of NAME=value lines, relative to the config's folder; env wins over it."),
      secrets: envNames.optional().describe('Variables that must be set; their values are masked everywhere.'),
      prefer: prefer().describe(
        'Which kinds of provider a service may use, the best first. Default: [external, process, docker]',
      ),
      services: z
        .record(name, serviceOverlay())
        .optional()
        .describe('What is different about services in this environment; a key replaces that of the service.'),
      categories: z
        .record(name, categoryOverlay())
        .optional()
        .describe('What is different about categories in this environment; a key replaces that of the category.'),
      retries: retries
        .optional()
        .describe("How often a failed task is run again, whatever its category says. Default: the category's"),
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
