import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { parseAllDocuments } from 'yaml';

const folder = join(import.meta.dirname, '../fixtures/schemas');

type SchemaName = 'github-workflow' | 'gitlab-ci' | 'buildkite' | 'ctrf';

/** What the published schema of a CI system or a format finds wrong with a document; empty = nothing. */
export function schemaProblems(name: SchemaName, document: unknown): readonly string[] {
  const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
  const schema = readSchema(`${name}.json`);
  return ajv.validate(schema, document) ? [] : problemsOf(ajv.errors);
}

/** What our own published schema of `summary.json` finds wrong with one. */
export function summaryProblems(document: unknown): readonly string[] {
  validateSummary ??= new Ajv2020({ strict: false, allErrors: true }).compile(ownSchema());
  return validateSummary(document) ? [] : problemsOf(validateSummary.errors);
}

/** The keys of a summary that our schema does not describe. */
export function undescribedKeys(summary: object): readonly string[] {
  const { run, merged } = ownSchema().$defs;
  const known = new Set([run, merged].flatMap(({ properties }) => Object.keys(properties)));
  return Object.keys(summary).filter((key) => !known.has(key));
}

let validateSummary: ValidateFunction | null = null;

interface OwnSchema extends Record<string, unknown> {
  readonly $defs: Readonly<Record<'run' | 'merged', { readonly properties: Readonly<Record<string, unknown>> }>>;
}

function ownSchema(): OwnSchema {
  return JSON.parse(readFileSync(join(folder, '../../../docs/schemas/summary-1.schema.json'), 'utf8')) as OwnSchema;
}

/** What the schema of Kubernetes finds wrong with a manifest, by its kind. */
export function kubernetesProblems(manifest: unknown): readonly string[] {
  const kind = isRecord(manifest) ? manifest['kind'] : undefined;
  if (typeof kind !== 'string') return ['is no manifest: it has no kind'];
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema(readSchema('kubernetes.json'), 'kubernetes');
  return ajv.validate({ $ref: `kubernetes#/$defs/${kind}` }, manifest) ? [] : problemsOf(ajv.errors);
}

/** The documents of YAML text. @throws Error when it is not well-formed, or a key is there twice */
export function yamlDocuments(text: string): readonly unknown[] {
  const documents = [parseAllDocuments(text, { uniqueKeys: true })].flat();
  return documents.map((document) => {
    if (document.errors.length > 0) throw new Error(document.errors.map(String).join('\n'));
    const value: unknown = document.toJS();
    return value;
  });
}

function readSchema(file: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(folder, file), 'utf8')) as Record<string, unknown>;
}

function problemsOf(errors: Ajv['errors'] = []): readonly string[] {
  return (errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  );
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
