import type { ConfigNames } from '../config/read-names.ts';
import { commandNames, commandTable, takesSwitches, topicNames } from './command-table.ts';
import type { CliArgument } from './command-table.ts';
import { commandsOf, longName, options } from './options.ts';
import type { CliOption } from './options.ts';

/** What can stand where the cursor is. */
export interface CompletionReply {
  /** Whole words that begin as the word at the cursor does. */
  readonly candidates: readonly Candidate[];
  /** Whether paths can stand there too. */
  readonly files: boolean;
}

interface Candidate {
  readonly word: string;
  readonly meaning: string;
}

/** Names by kind; what the config does not say comes from what is built in. */
export type KnownNames = ConfigNames;

/** What completes the last of these words, which follow the program on a command line. */
export function completionReply(words: readonly string[], names: KnownNames): CompletionReply {
  const before = words.slice(0, -1);
  const current = words.at(-1) ?? '';
  if (before.includes('--')) return { candidates: [], files: true };
  const command = commandTable.find(({ name }) => name === before[0]);
  if (before[0] === 'help') return only(current, plainWords([...commandNames, ...topicNames]));
  const own = options.filter((option) => commandsOf(option).includes(command?.name ?? 'run'));
  const given = /^(--[a-z-]+)=(.*)$/s.exec(current);
  if (given !== null) {
    const [, flag = '', value = ''] = given;
    const reply = valuesOf(optionOf(flag, own), value, names);
    return {
      ...reply,
      candidates: reply.candidates.map(({ word, meaning }) => ({ word: `${flag}=${word}`, meaning })),
    };
  }
  const { taking, operands } = walk(command === undefined ? before : before.slice(1), own);
  if (current.startsWith('-')) {
    const switches = takesSwitches(before)
      ? names.switches.map((name) => ({ word: `--${name}`, meaning: 'switch' }))
      : [];
    return only(current, [...own.map(candidateOf), { word: '--help', meaning: 'show help' }, ...switches]);
  }
  if (taking !== null) return valuesOf(taking, current, names);
  const first =
    before.length === 0 ? commandTable.map(({ name, description }) => ({ word: name, meaning: description })) : [];
  const reply = argumentReply(command?.arguments ?? runArguments, operands, { current, names });
  return { candidates: [...only(current, first).candidates, ...reply.candidates], files: reply.files };
}

const runArguments = commandTable.find(({ name }) => name === 'run')?.arguments ?? [];

/** The option whose value the next word is, and how many words are arguments. */
function walk(
  words: readonly string[],
  own: readonly CliOption[],
): { readonly taking: CliOption | null; readonly operands: readonly string[] } {
  let taking: CliOption | null = null;
  const operands: string[] = [];
  for (const word of words) {
    if (word.startsWith('-')) taking = word.includes('=') ? null : takingOption(word, own);
    else if (taking === null) operands.push(word);
    else if (!taking.flags.includes('...')) taking = null;
  }
  return { taking, operands };
}

function takingOption(word: string, own: readonly CliOption[]): CliOption | null {
  const option = optionOf(word, own);
  return option !== null && /[<[]/.test(option.flags) ? option : null;
}

function optionOf(word: string, own: readonly CliOption[]): CliOption | null {
  const matches = (option: CliOption): boolean =>
    longName(option) === word || option.flags.startsWith(`${word},`) || option.aliases?.includes(word) === true;
  return own.find(matches) ?? null;
}

function candidateOf(option: CliOption): Candidate {
  return { word: longName(option), meaning: option.description };
}

function valuesOf(option: CliOption | null, value: string, names: KnownNames): CompletionReply {
  if (option === null) return { candidates: [], files: false };
  if (option.choices !== undefined) return only(value, plainWords(option.choices));
  if (/<(file|dir|paths\.\.\.)>/.test(option.flags)) return { candidates: [], files: true };
  const known = option.names ?? namesOf(longName(option), names);
  if (!option.flags.includes('<names...>')) return only(value, plainWords(known));
  // Names may be joined by commas: the last one is completed.
  const joined = value.slice(0, value.lastIndexOf(',') + 1);
  const taken = new Set(joined.split(','));
  const left = known.filter((name) => !taken.has(name));
  return only(value, plainWords(left.map((name) => `${joined}${name}`)));
}

function namesOf(flag: string, names: KnownNames): readonly string[] {
  switch (flag) {
    case '--category':
      return [...names.categories, 'all'];
    case '--exclude-category':
      return names.categories;
    case '--layer':
      return names.layers;
    case '--mode':
      return names.modes;
    case '--suite':
      return names.suites;
    case '--variant':
      return names.variants;
    case '--service':
      return names.components;
    case '--env':
    case '--exclude-env':
    case '--allow':
    case '--prefer':
      return names.environments;
    case '--workers':
      return ['auto'];
    default:
      return [];
  }
}

function argumentReply(
  args: readonly CliArgument[],
  operands: readonly string[],
  { current, names }: { readonly current: string; readonly names: KnownNames },
): CompletionReply {
  const argument = args[Math.min(operands.length, args.length - 1)];
  if (argument === undefined || (operands.length >= args.length && !argument.syntax.includes('...')))
    return { candidates: [], files: false };
  if (argument.words !== undefined) return only(current, plainWords(argument.words));
  if (argument.syntax === '[names...]') return only(current, plainWords(names.services));
  return { candidates: [], files: true };
}

function only(current: string, candidates: readonly Candidate[]): CompletionReply {
  return { candidates: candidates.filter(({ word }) => word.startsWith(current)), files: false };
}

function plainWords(words: readonly string[]): readonly Candidate[] {
  return words.map((word) => ({ word, meaning: '' }));
}
