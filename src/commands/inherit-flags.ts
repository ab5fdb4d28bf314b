import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Masker } from '../base/mask.ts';
import { shellCommand } from '../base/shell-quote.ts';
import { UsageError } from '../errors.ts';
import type { GivenArguments } from '../model/event.ts';
import type { CommandContext } from './context.ts';
import type { RunFlags } from './flags.ts';
import type { RunStarted } from './load-chain.ts';

/** What a rerun is started with. */
export interface Inherited {
  readonly flags: RunFlags;
  readonly context: CommandContext;
}

/**
 * What the command line says beside the selection, as far as a rerun takes it over: not what permits something, says where reports
 * go or how fast it all goes. A value that holds a secret is left out.
 */
export function givenArguments(flags: RunFlags, context: CommandContext, masker: Masker | null): GivenArguments {
  const options = [
    ...(flags.set ?? []).map((assignment) => `--set=${assignment}`),
    ...(flags.docker ? [] : ['--no-docker']),
    ...(flags.services ? [] : ['--no-services']),
    ...(flags.realServices === true ? ['--real-services'] : []),
    ...(flags.prefer === undefined ? [] : [`--prefer=${flags.prefer}`]),
    ...(flags.preferStaging === true ? ['--prefer-staging'] : []),
    ...context.switches.map((name) => `--switch=${name}`),
  ];
  const isOpen = (word: string): boolean => masker === null || masker.text(word) === word;
  return { options: options.filter(isOpen), extraArgs: context.extraArgs };
}

/**
 * What is run, only the config and who starts it say: a log from elsewhere that was started with `--set` or with arguments for the framework
 * may name any program. Where the command line has its own, these count instead.
 *
 * @throws UsageError with the words to add
 */
export function refuseForeignWords(
  { label, started }: { readonly label: string; readonly started: RunStarted },
  { flags, context }: Inherited,
): void {
  const sets = (started.given?.options ?? []).filter((word) => /^--set(?:=|$)/.test(word));
  const extraArgs = started.given?.extraArgs ?? [];
  const missing = [
    ...(flags.set === undefined ? sets : []),
    ...(context.extraArgs.length === 0 && extraArgs.length > 0 ? ['--', ...extraArgs] : []),
  ];
  if (missing.length === 0) return;
  throw new UsageError(
    `${label} comes from elsewhere and was run with words that can change what is started here`,
    `read them, and add what is right: ${shellCommand(missing)}`,
  );
}

/**
 * The command line of a rerun, with what it does not say taken from the run that it completes: what is selected, where, and with what.
 * @throws UsageError when that run was selected by something that this version does not know
 */
export function inheritFlags(
  given: Inherited,
  { started, isOwn = true }: { readonly started: RunStarted; readonly isOwn?: boolean },
  root: string,
): Inherited {
  const { flags, context } = given;
  const { plan, given: earlier = { options: [], extraArgs: [] } } = started;
  const words = readWords([...plan.selection, ...earlier.options]);
  const inherited = { ...selectionOf(words, flags, root), ...servicesOf(words, flags) };
  const [switches, earlierSets] = [words.all('switch'), words.all('set')];
  const sets = isOwn ? earlierSets : [];
  const other = words.unasked();
  if (other !== null) {
    throw new UsageError(
      `the run was selected with --${other}, which this version does not know`,
      'rerun it with the version of runner that made it, or begin anew',
    );
  }
  return {
    flags: {
      ...inherited,
      ...(flags.mode === undefined ? { env: plan.environment } : {}),
      ...flags,
      ...(sets.length === 0 ? {} : { set: [...sets, ...(flags.set ?? [])] }),
      ...(words.has('no-deps') ? { deps: false } : {}),
      ...(words.has('no-docker') ? { docker: false } : {}),
      ...(words.has('no-services') && flags.realServices !== true ? { services: false } : {}),
    },
    context: {
      ...context,
      switches: [...new Set([...switches, ...context.switches])],
      extraArgs: context.extraArgs.length > 0 ? context.extraArgs : earlier.extraArgs,
    },
  };
}

function selectionOf(words: Words, flags: RunFlags, root: string): Partial<RunFlags> {
  const [category, layer, mode] = [words.list('category'), words.list('layer'), words.last('mode')];
  const [excludeCategory, excludeEnv] = [words.list('exclude-category'), words.list('exclude-env')];
  const [suite, variant, service] = [words.list('suite'), words.list('variant'), words.list('service')];
  const [pattern, keyword, markers] = [words.list('pattern'), words.last('keyword'), words.last('markers')];
  const file = filesOf(words.all('file'), root);
  // These three add up: one that is given stands for all.
  const choosesCategories = (flags.category ?? flags.layer ?? flags.mode) !== undefined;
  return {
    ...(category === undefined || choosesCategories ? {} : { category }),
    ...(layer === undefined || choosesCategories ? {} : { layer }),
    ...(mode === undefined || choosesCategories ? {} : { mode }),
    ...(excludeCategory === undefined ? {} : { excludeCategory }),
    ...(excludeEnv === undefined ? {} : { excludeEnv }),
    ...(suite === undefined ? {} : { suite }),
    ...(variant === undefined ? {} : { variant }),
    ...(service === undefined ? {} : { service }),
    ...(pattern === undefined ? {} : { pattern }),
    ...(keyword === undefined ? {} : { keyword }),
    ...(markers === undefined ? {} : { markers }),
    ...(file.length === 0 ? {} : { file }),
  };
}

function servicesOf(words: Words, flags: RunFlags): Partial<RunFlags> {
  const prefer = words.last('prefer');
  const [preferStaging, realServices] = [words.list('prefer-staging'), words.list('real-services')];
  const choosesPreference = prefer !== undefined && flags.preferStaging === true;
  return {
    ...(prefer === undefined || choosesPreference ? {} : { prefer }),
    ...(preferStaging === undefined || flags.prefer !== undefined ? {} : { preferStaging: true }),
    ...(realServices === undefined || !flags.services ? {} : { realServices: true }),
  };
}

/** Files that have gone meanwhile are left out, unless nothing else was named. */
function filesOf(words: readonly string[], root: string): readonly string[] {
  const there = words.filter((word) => existsSync(join(root, word.replace(/::.*$/s, ''))));
  return (there.length > 0 ? there : words).map((word) => join(root, word));
}

interface Words {
  all(name: string): readonly string[];
  /** `undefined` = not given. */
  list(name: string): readonly string[] | undefined;
  last(name: string): string | undefined;
  has(name: string): boolean;
  /** An option that was given and that nobody has asked for. */
  unasked(): string | null;
}

function readWords(words: readonly string[]): Words {
  const values = new Map<string, string[]>();
  for (const word of words) {
    const [, name = word, value = ''] = /^--([a-z-]+)(?:=(.*))?$/s.exec(word) ?? [];
    values.set(name, [...(values.get(name) ?? []), value]);
  }
  // What had changed is taken over as it was found then, not looked for again.
  const asked = new Set(['changed', 'no-deps', 'no-docker', 'no-services', 'env']);
  const list = (name: string): readonly string[] | undefined => {
    asked.add(name);
    return values.get(name);
  };
  return {
    list,
    all: (name) => list(name) ?? [],
    last: (name) => list(name)?.at(-1),
    has: (name) => values.has(name),
    unasked: () => [...values.keys()].find((name) => !asked.has(name)) ?? null,
  };
}
