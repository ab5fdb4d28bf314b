/** A piece of a text with `${...}` references. */
export type TemplatePart =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'reference'; readonly reference: Reference }
  /** Something that looks like a reference and is none; `message` says what to write instead. */
  | { readonly kind: 'problem'; readonly text: string; readonly message: string };

export type Reference =
  | { readonly kind: 'env'; readonly name: string; readonly fallback: string | null }
  | { readonly kind: 'service'; readonly service: string; readonly field: 'url' | 'host' | 'port' }
  | { readonly kind: 'port' | 'slot' | 'instance' | 'run.id' | 'shard.index' };

/** A text cannot be expanded; `reference` is what stands between the braces. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
  readonly reference: string;

  constructor(reference: string, message: string) {
    super(message);
    this.reference = reference;
  }
}

/** Takes a text apart; `$${` stands for a plain `${`, and a lone `$` is just text. */
export function parseTemplate(text: string): readonly TemplatePart[] {
  const parts: TemplatePart[] = [];
  let plain = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    if (dollar === -1) break;
    plain += text.slice(at, dollar);
    at = dollar;
    if (text.startsWith('$${', at)) {
      plain += '${';
      at += 3;
    } else if (text.startsWith('${', at)) {
      if (plain !== '') parts.push({ kind: 'text', text: plain });
      plain = '';
      const end = text.indexOf('}', at);
      const inner = end === -1 ? text.slice(at + 2) : text.slice(at + 2, end);
      parts.push(end === -1 ? unclosed(inner) : parseReference(inner));
      at = end === -1 ? text.length : end + 1;
    } else {
      plain += '$';
      at += 1;
    }
  }
  plain += text.slice(at);
  if (plain !== '') parts.push({ kind: 'text', text: plain });
  return parts;
}

/**
 * Replaces every reference by what `lookup` knows under its name (`env.NAME`, `services.NAME.url`, `port`, `run.id`, ...); a default after
 * `:-` stands in for an environment variable that is unset or empty.
 *
 * @throws TemplateError naming the reference that `lookup` answers with `null`, or that is none
 */
export function expand(text: string, lookup: (reference: string) => string | null): string {
  let expanded = '';
  for (const part of parseTemplate(text)) {
    if (part.kind === 'problem') throw new TemplateError(part.text, part.message);
    expanded += part.kind === 'text' ? part.text : resolve(part.reference, lookup);
  }
  return expanded;
}

/** Makes `expand` give back exactly `text`, whatever it holds. */
export function escapeTemplate(text: string): string {
  return text.replaceAll('${', '$$$${');
}

/** The name that `expand` looks up: `env.NAME`, `services.NAME.url`, `port`. */
export function referenceName(reference: Reference): string {
  switch (reference.kind) {
    case 'env':
      return `env.${reference.name}`;
    case 'service':
      return `services.${reference.service}.${reference.field}`;
    case 'port':
    case 'slot':
    case 'instance':
    case 'run.id':
    case 'shard.index':
      return reference.kind;
  }
}

function resolve(reference: Reference, lookup: (reference: string) => string | null): string {
  const name = referenceName(reference);
  const value = lookup(name);
  if (reference.kind === 'env' && reference.fallback !== null)
    return value === null || value === '' ? reference.fallback : value;
  if (value === null) throw new TemplateError(name, missing(reference));
  return value;
}

function missing(reference: Reference): string {
  if (reference.kind === 'env') {
    const { name } = reference;
    return `\${env.${name}} is not set: set the variable ${name} or write a default, \${env.${name}:-value}`;
  }
  return `\${${referenceName(reference)}} has no value here`;
}

const ownKinds = ['port', 'slot', 'instance', 'run.id', 'shard.index'] as const;

function parseReference(inner: string): TemplatePart {
  const own = ownKinds.find((kind) => kind === inner);
  if (own !== undefined) return { kind: 'reference', reference: { kind: own } };
  const env = /^env\.([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s.exec(inner);
  if (env?.[1] !== undefined) {
    const fallback = env[2] ?? null;
    if (fallback?.includes('${') === true) return problem(inner, 'a default cannot hold another reference');
    return { kind: 'reference', reference: { kind: 'env', name: env[1], fallback } };
  }
  const service = /^services\.(.+)\.(?:(url)|(host)|(port))$/s.exec(inner);
  if (service?.[1] !== undefined) {
    const field = service[2] === 'url' ? 'url' : service[3] === 'host' ? 'host' : 'port';
    return { kind: 'reference', reference: { kind: 'service', service: service[1], field } };
  }
  return problem(inner, unknown(inner));
}

function unknown(inner: string): string {
  const shown = inner.length > 60 ? `${inner.slice(0, 60)}…` : inner;
  if (/^[A-Z_][A-Z0-9_]*(:-.*)?$/s.test(inner))
    return `unknown reference \${${shown}}: an environment variable is \${env.${shown}}`;
  if (/^services\..+\..+$/s.test(inner))
    return `unknown reference \${${shown}}: a service has a url, a host and a port`;
  return (
    `unknown reference \${${shown}}: there are \${env.NAME}, \${env.NAME:-default}, \${services.NAME.url}, \${port}, \${slot}, \${instance}, ` +
    '${run.id} and ${shard.index}; a plain ${ is written $${'
  );
}

function unclosed(inner: string): TemplatePart {
  return problem(inner, 'a "${" is not closed by "}"; a plain ${ is written $${');
}

function problem(inner: string, message: string): TemplatePart {
  return { kind: 'problem', text: inner, message };
}
