import { longName, options } from './options.ts';

/** Replaces other spellings by the names they stand for. */
export function resolveAliases(words: readonly string[]): string[] {
  if (words[0] === '--show-category-stats') return ['history', 'trend', ...words.slice(1)];
  if (words[0] === '--list-categories') return ['list', 'categories', ...words.slice(1)];
  const names = new Map(
    options.flatMap((option) => (option.aliases ?? []).map((alias) => [alias, longName(option)] as const)),
  );
  return words.map((word) => {
    const [name = '', ...value] = word.split('=');
    const replacement = names.get(name);
    return replacement === undefined ? word : [replacement, ...value].join('=');
  });
}

/** Takes out the words that may be `switches` of the config: long flags that no option has. The config decides later. */
export function splitSwitches(words: readonly string[]): { words: string[]; switches: string[] } {
  const known = new Set(['--help', '--version', ...options.map(longName)]);
  const isSwitch = (word: string): boolean => /^--[a-z][a-z0-9-]*$/.test(word) && !known.has(word);
  return {
    words: words.filter((word) => !isSwitch(word)),
    switches: words.filter(isSwitch).map((word) => word.slice(2)),
  };
}
