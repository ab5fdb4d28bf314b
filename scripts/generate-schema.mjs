// The text of schema.json, which editors use to complete and check runner.config.yaml.
import { format, resolveConfig } from 'prettier';
import { configJsonSchema } from '../src/config/json-schema.ts';

/** The generated file, formatted like all others. */
export async function schemaText() {
  const options = await resolveConfig('schema.json');
  return format(JSON.stringify(configJsonSchema()), { ...options, parser: 'json' });
}
