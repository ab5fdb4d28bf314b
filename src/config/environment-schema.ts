import * as z from 'zod/mini';
import { described, optional } from './described.ts';
import { category } from './category-schema.ts';
import { env, envNames, expected, filledText, name, retries } from './fields.ts';
import { service } from './service-schema.ts';

const prefer = () =>
  z.optional(
    z
      .array(z.enum(['external', 'process', 'docker']))
      .check(z.minLength(1, { error: 'must name at least one of external, process and docker' })),
  );

const serviceOverlay = () =>
  described(
    z.extend(
      z.pick(service(), {
        external: true,
        process: true,
        docker: true,
        port: true,
        health: true,
        startTimeout: true,
        stop: true,
      }),
      {
        prefer: described(
          prefer(),
          "Which kinds of provider it may use here, the best first. Default: external alone where only that is given, else the environment's",
        ),
      },
    ),
    'What is different about the service.',
  );

const categoryOverlay = () =>
  described(
    z.pick(category, {
      ...{ priority: true, timeout: true, slowAfter: true, missingService: true, retries: true, flaky: true },
      ...{ retryOn: true, backoff: true, retryWhen: true, retryLimit: true },
      ...{ locks: true, slots: true, exclusive: true, allowEmpty: true, env: true },
    }),
    'What is different about the category.',
  );

const aFactor = expected('a number above 0 and at most 1000');

/** An environment as a user writes it. */
export const environment = () =>
  described(
    z.strictObject({
      env: optional(env, "Environment variables; they win over the categories' and suites'."),
      envFile: optional(filledText, "A file of NAME=value lines, relative to the config's folder; env wins over it."),
      secrets: optional(envNames, 'Variables that must be set; their values are masked everywhere.'),
      prefer: described(
        prefer(),
        'Which kinds of provider a service may use, the best first. Default: [external, process, docker]',
      ),
      services: optional(
        z.record(name, serviceOverlay()),
        'What is different about services in this environment; a key replaces that of the service.',
      ),
      categories: optional(
        z.record(name, categoryOverlay()),
        'What is different about categories in this environment; a key replaces that of the category.',
      ),
      retries: optional(
        retries,
        "How often a failed task is run again, whatever its category says. Default: the category's",
      ),
      timeoutFactor: optional(
        z.number(aFactor).check(z.gt(0, aFactor), z.maximum(1000, aFactor)),
        'All timeouts of tests are multiplied by this. Default: 1',
      ),
      protected: optional(
        z.boolean(),
        'Refused unless the command line allows it. Default: true for prod and production, else false',
      ),
    }),
    'Where tests run.',
  );
