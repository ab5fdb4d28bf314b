import { expand, TemplateError } from '../base/template.ts';
import { wellKnownPorts } from '../base/well-known-ports.ts';
import type { LoadedConfig } from '../config/load.ts';
import type { Env, Environment } from '../model/config.ts';

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * A service of the run that is where a protected environment has one, however its address came to be that: written so, by a variable, in
 * another spelling, or under another name. `null` = none is.
 */
export function sharedAddress(
  { environment, environmentEnv, config }: Pick<LoadedConfig, 'environment' | 'environmentEnv' | 'config'>,
  preferred: Environment | null,
  { other, env }: { readonly other: Environment; readonly env: Variables },
): { readonly service: string; readonly there: string } | null {
  const services = Object.values(config.services);
  const here = [
    ...services.flatMap(({ name, external }) =>
      external === null ? [] : placesOf(name, external.url, [env, environmentEnv]),
    ),
    ...(preferred === null ? [] : writtenIn(preferred, [env, preferred.env])),
  ];
  const there = [
    ...writtenIn(other, [other.env, env]),
    ...writtenIn(other, [other.env]),
    // An address that is only a reference is where the protected environment's own variables put it.
    ...services.flatMap(({ name, external }) =>
      external === null || other.name === environment.name ? [] : whollyIn(name, external.url, other.env),
    ),
  ];
  for (const one of here) {
    const found = there.find((place) => place.at === one.at);
    if (found !== undefined) return { service: one.service, there: found.service };
  }
  return null;
}

interface Place {
  readonly service: string;
  readonly at: string;
}

function writtenIn({ services }: Environment, variables: readonly Variables[]): readonly Place[] {
  return Object.entries(services).flatMap(([name, { external }]) =>
    external == null ? [] : placesOf(name, external.url, variables),
  );
}

/** Where a written address is; without a value for what it refers to, it is itself what is compared. */
function placesOf(service: string, url: string, variables: readonly Variables[]): readonly Place[] {
  const at = expandUrl(
    url,
    (name) => variables.map((one) => valueOf(one, name)).find((value) => value !== null) ?? null,
  );
  return [{ service, at: samePlace(at ?? url) }];
}

function whollyIn(service: string, url: string, variables: Env): readonly Place[] {
  const named = [...url.matchAll(/\$\{env\.([A-Za-z_][A-Za-z0-9_]*)/g)].map(([, name = '']) => name);
  const isWhole = named.length > 0 && named.every((name) => Object.hasOwn(variables, name));
  return isWhole ? placesOf(service, url, [variables]) : [];
}

function valueOf(variables: Variables, name: string): string | null {
  return (Object.hasOwn(variables, name) ? variables[name] : undefined) ?? null;
}

function expandUrl(url: string, value: (name: string) => string | null): string | null {
  try {
    return expand(url, (reference) => (reference.startsWith('env.') ? value(reference.slice(4)) : null));
  } catch (error) {
    if (error instanceof TemplateError) return null;
    throw error;
  }
}

const loopback: ReadonlySet<string> = new Set(['localhost', '[::1]', '0.0.0.0', '[::]']);

/** Host, port and path: the same for every spelling of one place, whatever the protocol and who asks. */
function samePlace(text: string): string {
  const written = text.trim();
  if (!URL.canParse(written)) return written.replace(/\/+$/, '').toLowerCase();
  const url = new URL(written);
  const name = url.hostname.toLowerCase().replace(/\.$/, '');
  const host = loopback.has(name) ? '127.0.0.1' : name;
  const port = url.port === '' ? String(wellKnownPorts[url.protocol] ?? url.protocol) : url.port;
  return `${host}:${port}${url.pathname.replace(/\/+$/, '')}`.toLowerCase();
}
