import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { didYouMean, suggest } from '../base/suggest.ts';
import { catalogue } from '../categories/catalogue.ts';
import { UsageError, exitCodes } from '../errors.ts';
import { commandNames, isTopic, topicNames } from './command-table.ts';
import type { CommandResult } from './context.ts';
import { longName, options } from './options.ts';

/**
 * What a command line comes to that begins with help on a topic; `null` when it can be parsed as it is.
 * @throws UsageError for a topic that there is none of, a misspelt command, and options in front of a command
 */
export async function checkFirstWord(words: readonly string[], cwd: string): Promise<CommandResult | null> {
  const [first = '', second = ''] = words;
  if (first === 'help') return { text: await topicText(second), exitCode: exitCodes.passed };
  if (first.startsWith('-')) refuseLateCommand(words, cwd);
  const meant = first.startsWith('-') ? null : suggest(first, commandNames);
  // `unit` is a category before it is a misspelt `init`.
  if (meant === null || catalogue.some(({ name }) => name === first)) return null;
  throw new UsageError(
    `${first} is no command, and no file of that name exists (did you mean "runner ${meant}"?)`,
    `commands: ${[...commandNames].join(', ')}; runner --help says more`,
  );
}

async function topicText(name: string): Promise<string> {
  if (isTopic(name)) {
    const { helpTopics } = await import('./help-topics.ts');
    const more = commandNames.has(name) ? `\n\nrunner ${name} --help shows the options of the command.` : '';
    return helpTopics[name] + more;
  }
  const commands = [...commandNames].filter((command) => command !== 'help');
  throw new UsageError(
    `there is no help on ${JSON.stringify(name)}${didYouMean(name, [...commands, ...topicNames])}`,
    `commands: ${commands.join(', ')}; topics: ${topicNames.join(', ')}`,
  );
}

/** `runner --config x history` would run the tests in a file called history. */
function refuseLateCommand(words: readonly string[], cwd: string): void {
  const at = firstArgument(words);
  const word = words[at];
  if (word === undefined || !commandNames.has(word) || existsSync(resolve(cwd, word))) return;
  const others = words.filter((_, index) => index !== at);
  throw new UsageError(
    `the command ${word} comes after options, so it would be taken for a file`,
    `write the command first: runner ${[word, ...others].join(' ')}`,
  );
}

/** Where the first word is that belongs to no option; -1 = nowhere. */
function firstArgument(words: readonly string[]): number {
  const takes = new Map(
    options.flatMap((option) => {
      const kind = option.flags.includes('...>') ? 'words' : option.flags.includes('<') ? 'word' : 'none';
      const short = /^-[a-z](?=,)/i.exec(option.flags)?.[0];
      return [longName(option), ...(short === undefined ? [] : [short])].map((name) => [name, kind] as const);
    }),
  );
  let taking: 'words' | 'word' | 'none' = 'none';
  for (const [index, word] of words.entries()) {
    if (word.startsWith('-')) taking = word.includes('=') ? 'none' : (takes.get(word) ?? 'none');
    else if (taking === 'none') return index;
    else if (taking === 'word') taking = 'none';
  }
  return -1;
}
