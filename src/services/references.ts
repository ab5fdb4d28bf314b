import { expand, parseTemplate, referenceName } from '../base/template.ts';
import type { Env } from '../model/config.ts';
import type { ServiceAddress } from '../ports.ts';

/** Looks up `env.NAME`, `port`, `services.NAME.url` and the like; `null` = no value. */
export type Lookup = (reference: string) => string | null;

/** Adds to the run-wide references those of one service: its own port and the addresses of what it needs. */
export function serviceLookup(
  lookup: Lookup,
  own: { readonly port: number | null; readonly services: Readonly<Record<string, ServiceAddress>> },
): Lookup {
  const known = new Map<string, string | null>([['port', own.port?.toString() ?? null]]);
  for (const [name, address] of Object.entries(own.services)) {
    known.set(`services.${name}.url`, address.url);
    known.set(`services.${name}.host`, address.host);
    known.set(`services.${name}.port`, address.port?.toString() ?? null);
  }
  return (reference) => known.get(reference) ?? (isOfRun(reference) ? lookup(reference) : null);
}

/**
 * The environment of a service: what it inherits, its own variables on top. PATH and PYTHONPATH are put in front of the inherited ones.
 * Inherited variables that speak of what only tests have (a slot, services that this one does not need) are left out.
 *
 * @throws TemplateError when a reference has no value
 */
export function serviceEnv(inherited: Env, own: Env, lookup: Lookup): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, text] of Object.entries(inherited)) {
    if (!speaksOfTests(text, lookup)) env[name] = expand(text, lookup);
  }
  for (const [name, text] of Object.entries(own)) {
    env[name] = extend(name, expand(text, lookup), env[name]);
  }
  return env;
}

/** Whether a text refers to `${port}`. */
export function refersToPort(text: string): boolean {
  return parseTemplate(text).some((part) => part.kind === 'reference' && part.reference.kind === 'port');
}

function speaksOfTests(text: string, lookup: Lookup): boolean {
  return parseTemplate(text).some(
    (part) =>
      part.kind === 'reference' && part.reference.kind !== 'env' && lookup(referenceName(part.reference)) === null,
  );
}

function extend(name: string, value: string, inherited: string | undefined): string {
  const isPath = name === 'PATH' || name === 'PYTHONPATH';
  if (!isPath || inherited === undefined || inherited === '' || value.includes(inherited)) return value;
  return `${value}:${inherited}`;
}

function isOfRun(reference: string): boolean {
  return reference !== 'port' && !reference.startsWith('services.');
}
