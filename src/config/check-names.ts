import { resolveEnvironmentName } from './environment-name.ts';
import { isWritten, notDefined, problemAt } from './check-context.ts';
import type { CheckContext, DefinedNames } from './check-context.ts';
import type { Path } from './path.ts';
import type { Problem } from './source.ts';

/** Every name that is used and not defined. */
export function checkNames(context: CheckContext): readonly Problem[] {
  const { input } = context;
  return [
    ...Object.entries(input.suites).flatMap(([name, suite]) => checkFramework(context, name, suite.framework)),
    ...Object.keys(input.categories).flatMap((name) => checkCategory(context, name)),
    ...Object.entries(input.services ?? {}).flatMap(([name, { needs }]) =>
      unknown(context, 'services', {
        who: `service "${name}" needs`,
        path: ['services', name, 'needs'],
        words: needs,
        self: name,
      }),
    ),
    ...checkEnvironments(context),
    ...Object.keys(input.modes ?? {}).flatMap((name) => checkMode(context, name)),
  ];
}

function checkFramework(context: CheckContext, suite: string, framework: string): readonly Problem[] {
  const known = context.frameworks.map(({ name }) => name);
  if (known.includes(framework)) return [];
  const message = `suite "${suite}" uses framework "${framework}"${notDefined(framework, known, 'which does not exist')}`;
  return [problemAt(context, ['suites', suite, 'framework'], { message })];
}

function checkCategory(context: CheckContext, name: string): readonly Problem[] {
  const category = context.input.categories[name];
  if (category === undefined) return [];
  const at = (key: string): Path => ['categories', name, key];
  const who = `category "${name}"`;
  const reserved = (): Problem =>
    problemAt(context, ['categories', name], {
      at: 'key',
      message: '"all" cannot be the name of a category: it means every category',
    });
  return [
    ...(name === 'all' ? [reserved()] : []),
    ...(category.tests ?? []).flatMap(({ suite }, index) =>
      unknown(context, 'suites', { who: `${who} runs suite`, path: [...at('tests'), index, 'suite'], words: suite }),
    ),
    ...unknown(context, 'services', { who: `${who} needs`, path: at('needs'), words: category.needs }),
    ...unknown(context, 'categories', {
      who: `${who} depends on`,
      path: at('dependsOn'),
      words: category.dependsOn,
      self: name,
    }),
    ...unknown(context, 'categories', {
      who: `${who} comes after`,
      path: at('after'),
      words: category.after,
      self: name,
    }),
    ...unknown(context, 'categories', {
      who: `${who} conflicts with`,
      path: at('conflicts'),
      words: category.conflicts,
      self: name,
    }),
    ...unknown(context, 'environments', {
      who: `${who} is for environment`,
      path: at('environments'),
      words: category.environments,
    }),
    ...unknown(context, 'environments', {
      who: `${who} excludes environment`,
      path: at('excludeEnvironments'),
      words: category.excludeEnvironments,
    }),
  ];
}

function checkEnvironments(context: CheckContext): readonly Problem[] {
  const { input } = context;
  return [
    ...unknown(context, 'environments', {
      who: 'the default environment is',
      path: ['environment'],
      words: input.environment,
    }),
    ...Object.entries(input.environments ?? {}).flatMap(([name, { services, categories }]) =>
      [
        ...Object.keys(services ?? {}).map((word) => ({
          kind: 'services' as const,
          who: 'gives an address for service',
          word,
        })),
        ...Object.keys(categories ?? {}).map((word) => ({
          kind: 'categories' as const,
          who: 'changes category',
          word,
        })),
      ].flatMap(({ kind, who, word }) =>
        unknown(context, kind, {
          who: `environment "${name}" ${who}`,
          path: ['environments', name, kind, word],
          words: word,
          at: 'key',
        }),
      ),
    ),
  ];
}

function checkMode(context: CheckContext, name: string): readonly Problem[] {
  const mode = context.input.modes?.[name];
  if (mode === undefined) return [];
  const at = (key: string): Path => ['modes', name, key];
  const who = `mode "${name}"`;
  const selects = (key: 'layers' | 'categories'): boolean =>
    (mode[key] ?? []).length > 0 || (mode[key] === undefined && isWritten(context, at(key)));
  const empty = !selects('layers') && !selects('categories');
  const nothing = (): Problem =>
    problemAt(context, ['modes', name], {
      at: 'key',
      message: `${who} selects nothing: give it layers or categories`,
    });
  return [
    ...(empty ? [nothing()] : []),
    ...unknown(context, 'layers', { who: `${who} has layer`, path: at('layers'), words: mode.layers }),
    ...unknown(context, 'categories', { who: `${who} has category`, path: at('categories'), words: mode.categories }),
    ...unknown(context, 'environments', {
      who: `${who} has environment`,
      path: at('environment'),
      words: mode.environment,
    }),
  ];
}

/** Where names are used. */
export interface Use {
  /** Begins the message: `category "e2e" depends on`. */
  readonly who: string;
  readonly path: Path;
  readonly words: string | readonly string[] | undefined;
  /** The name that must not be among the words. */
  readonly self?: string;
  readonly at?: 'key';
}

/** A problem for each word that is not the name of such a thing. */
export function unknown(context: CheckContext, kind: keyof DefinedNames, use: Use): readonly Problem[] {
  const known = context.defined[kind];
  const words = typeof use.words === 'string' ? [use.words] : (use.words ?? []);
  return words.flatMap((word, index) => {
    const path = typeof use.words === 'string' ? use.path : [...use.path, index];
    if (word === use.self) return [problemAt(context, path, { message: `${use.who} itself` })];
    const found = kind === 'environments' ? resolveEnvironmentName(word, [...known]) !== null : known.has(word);
    if (found) return [];
    return [
      problemAt(context, path, {
        message: `${use.who} "${word}"${notDefined(word, [...known])}`,
        ...(use.at && { at: use.at }),
      }),
    ];
  });
}
