import { parseTemplate } from '../base/template.ts';
import type { Reference } from '../base/template.ts';
import { notDefined, problemAt, serviceDefinitions, writtenNames } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
import { isMapping, valueAt } from './path.ts';
import type { Path } from './path.ts';
import type { Problem } from './source.ts';

/** `${...}` references that are none, that have no value where they stand, or that stand where nothing is substituted. */
export function checkTemplates(context: CheckContext): readonly Problem[] {
  const { input } = context;
  return [
    ...Object.entries(input.suites).flatMap(([name]) => [
      ...(['command', 'args', 'env'] as const).flatMap((key) =>
        check(context, ['suites', name, key], inSuite(context, name)),
      ),
      ...Object.keys(input.suites[name]?.variants ?? {}).flatMap((variant) => checkVariant(context, name, variant)),
      ...(['cwd', 'files', 'exclude', 'junit', 'tap'] as const).flatMap((key) =>
        check(context, ['suites', name, key], nowhere),
      ),
    ]),
    ...Object.entries(input.categories).flatMap(([name, category]) => [
      ...check(context, ['categories', name, 'env'], inCategory(context, name)),
      ...(category.tests ?? []).flatMap((_, index) =>
        (['files', 'keyword', 'markers'] as const).flatMap((key) =>
          check(context, ['categories', name, 'tests', index, key], nowhere),
        ),
      ),
    ]),
    ...serviceDefinitions(input).flatMap((definition) => checkService(context, definition)),
    ...Object.entries(input.environments ?? {}).flatMap(([name, { categories }]) => [
      ...check(context, ['environments', name, 'env'], inTests),
      ...check(context, ['environments', name, 'envFile'], nowhere),
      ...Object.keys(categories ?? {}).flatMap((category) =>
        check(context, ['environments', name, 'categories', category, 'env'], inCategory(context, category)),
      ),
    ]),
    ...Object.keys(input.switches ?? {}).flatMap((name) => check(context, ['switches', name, 'env'], inTests)),
  ];
}

/** A part of the config in which texts may hold certain references. */
interface Scope {
  readonly what: string;
  readonly allows: readonly Reference['kind'][];
  /** What is wrong with a reference to this defined service. */
  readonly serviceProblem?: (service: string) => string | null;
}

const outside = ['env', 'run.id', 'shard.index'] as const;
const inTests: Scope = {
  what: 'the environment of tests',
  allows: ['env', 'service', 'slot', 'run.id', 'shard.index'],
};
const nowhere: Scope = { what: 'this key', allows: [] };

function checkVariant(context: CheckContext, suite: string, variant: string): readonly Problem[] {
  const at = (key: string): Path => ['suites', suite, 'variants', variant, key];
  const scope = inSuite(context, suite, variant);
  return [
    ...(['command', 'args', 'env'] as const).flatMap((key) => check(context, at(key), scope)),
    ...check(context, at('cwd'), nowhere),
  ];
}

/** With a variant it is about what runs in that one only. */
function inSuite(context: CheckContext, suite: string, variant?: string): Scope {
  const isUsed = (named: string): boolean =>
    named === suite || (variant === undefined ? named.startsWith(`${suite}[`) : named === `${suite}[${variant}]`);
  return {
    ...inTests,
    serviceProblem(service) {
      const users = Object.entries(context.input.categories).filter(([, { tests }]) =>
        (tests ?? []).some((selector) => isUsed(selector.suite)),
      );
      const without = users.find(
        ([name]) => !closure(context, writtenNames(context, ['categories', name, 'needs'])).has(service),
      );
      return without === undefined
        ? null
        : `category "${without[0]}" runs suite "${suite}" and does not need "${service}" (add it to "needs")`;
    },
  };
}

function inCategory(context: CheckContext, category: string): Scope {
  return {
    ...inTests,
    serviceProblem: (service) =>
      closure(context, writtenNames(context, ['categories', category, 'needs'])).has(service)
        ? null
        : `category "${category}" does not need "${service}" (add it to "needs")`,
  };
}

function inService(context: CheckContext, service: string): Scope {
  const copies = context.input.services?.[service]?.instances ?? 1;
  return {
    what: 'a service, which is started once for all tests',
    allows: [
      ...(['env', 'service', 'port', 'run.id', 'shard.index'] as const),
      ...(copies > 1 ? (['slot', 'instance'] as const) : []),
    ],
    serviceProblem(other) {
      if (other === service) return `a service knows its own port as \${port}`;
      const needs = writtenNames(context, ['services', service, 'needs']);
      return closure(context, needs).has(other)
        ? null
        : `service "${service}" does not need "${other}" (add it to "needs")`;
    },
  };
}

/** The services with all that they need in turn. */
function closure(context: CheckContext, names: readonly string[]): ReadonlySet<string> {
  const found = new Set(names);
  for (const name of found) {
    for (const needed of writtenNames(context, ['services', name, 'needs'])) found.add(needed);
  }
  return found;
}

function checkService(
  context: CheckContext,
  { name, path, service }: ReturnType<typeof serviceDefinitions>[number],
): readonly Problem[] {
  const scope = inService(context, name);
  const at = (...rest: Path): Path => [...path, ...rest];
  return [
    ...check(context, at('external', 'url'), {
      what: 'the address of a service that runs elsewhere',
      allows: outside,
    }),
    ...check(context, at('process', 'command'), scope),
    ...check(context, at('process', 'env'), scope),
    ...check(context, at('process', 'cwd'), nowhere),
    ...check(context, at('docker', 'env'), {
      what: 'a compose file, whose services share one environment',
      allows: outside,
    }),
    ...check(context, at('docker', 'compose'), nowhere),
    ...(service.health ?? []).flatMap((_, index) => checkProbe(context, at('health', index), scope)),
  ];
}

function checkProbe(context: CheckContext, path: Path, scope: Scope): readonly Problem[] {
  const at = (...rest: Path): Path => [...path, ...rest];
  return [
    ...(['path', 'headers', 'json'] as const).flatMap((key) => check(context, at('http', key), scope)),
    ...(['path', 'headers', 'send', 'expect'] as const).flatMap((key) => check(context, at('websocket', key), scope)),
    ...check(context, at('websocket', 'protocols'), nowhere),
    ...check(context, at('command', 'command'), scope),
  ];
}

function check(context: CheckContext, path: Path, scope: Scope): readonly Problem[] {
  const value = valueAt(context.input, path);
  if (Array.isArray(value)) return value.flatMap((_, index) => check(context, [...path, index], scope));
  if (isMapping(value)) return Object.keys(value).flatMap((key) => check(context, [...path, key], scope));
  if (typeof value !== 'string') return [];
  return parseTemplate(value).flatMap((part) => {
    if (part.kind === 'text') return [];
    const message = part.kind === 'problem' ? part.message : referenceProblem(context, part.reference, scope);
    return message === null ? [] : [problemAt(context, path, { message })];
  });
}

function referenceProblem(context: CheckContext, reference: Reference, scope: Scope): string | null {
  if (scope.allows.length === 0) return '${...} references are not substituted in this key';
  const shown = reference.kind === 'service' ? `services.${reference.service}.${reference.field}` : reference.kind;
  if (!scope.allows.includes(reference.kind)) return `\${${shown}} has no value in ${scope.what}`;
  if (reference.kind !== 'service') return null;
  const { services } = context.defined;
  if (!services.has(reference.service))
    return `\${${shown}} refers to service "${reference.service}"${notDefined(reference.service, [...services])}`;
  const problem = scope.serviceProblem?.(reference.service) ?? null;
  return problem === null ? null : `\${${shown}} has no value here: ${problem}`;
}
