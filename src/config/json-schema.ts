import * as z from 'zod/mini';
import { configSchema } from './schema.ts';

/** The JSON Schema (draft 2020-12) of `runner.config.yaml`, for editors; says the same as the validator, except for what refers across keys. */
export function configJsonSchema(): object {
  const { $schema, ...schema } = z.toJSONSchema(configSchema, { io: 'input', target: 'draft-2020-12' });
  return { $schema, title: 'runner.config.yaml', ...schema };
}
