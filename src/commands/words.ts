import { own } from '../base/own.ts';
import { longName, options } from './options.ts';
import type { CliOption } from './options.ts';

/** Options of old that were commands of their own. */
const commandFlags: Readonly<Record<string, readonly string[]>> = {
  '--show-category-stats': ['history', 'trend'],
  '--list-categories': ['list', 'categories'],
  '--show-layers': ['list', 'layers'],
};

/** Replaces other spellings by the names they stand for. */
export function resolveAliases(words: readonly string[]): string[] {
  const command = own(commandFlags, words[0] ?? '');
  const resolved: string[] = command === undefined ? [] : [...command];
  let values: Readonly<Record<string, string>> = {};
  for (const word of words.slice(command === undefined ? 0 : 1)) {
    const [name = '', ...value] = word.split('=');
    const option = word.startsWith('-') ? byAlias.get(name) : undefined;
    if (option === undefined) {
      resolved.push(own(values, word) ?? word);
      values = {};
    } else {
      values = option.oldValues ?? {};
      const written = value.join('=');
      resolved.push(value.length === 0 ? longName(option) : `${longName(option)}=${own(values, written) ?? written}`);
    }
  }
  return resolved;
}

const byAlias: ReadonlyMap<string, CliOption> = new Map(
  options.flatMap((option) => (option.aliases ?? []).map((alias) => [alias, option] as const)),
);

/**
 * Takes out the words that may be `switches` of the config: long flags that no option has. The config decides later. A switch takes no
 * value, so words behind it are arguments, and come in front of the options, which might take them otherwise.
 */
export function splitSwitches(words: readonly string[]): { words: string[]; switches: string[] } {
  const known = new Set(['--help', '--version', ...options.map(longName)]);
  const isSwitch = (word: string): boolean => /^--[a-z][a-z0-9-]*$/.test(word) && !known.has(word);
  const firstOption = words.findIndex((word) => word.startsWith('-'));
  const leading = firstOption === -1 ? words : words.slice(0, firstOption);
  const [switches, behind, rest]: [string[], string[], string[]] = [[], [], []];
  let previous = rest;
  for (const word of words.slice(leading.length)) {
    if (word.startsWith('-')) previous = isSwitch(word) ? switches : rest;
    const target = word.startsWith('-') || previous === rest ? previous : behind;
    target.push(word);
  }
  // Without a command an argument must not be taken for one.
  const command = leading.length === 0 && behind.length > 0 ? ['run'] : leading;
  return { words: [...command, ...behind, ...rest], switches: switches.map((word) => word.slice(2)) };
}
