import { didYouMean } from '../base/suggest.ts';
import { catalogue } from '../categories/catalogue.ts';
import { readNames } from '../config/read-names.ts';
import { UsageError, exitCodes } from '../errors.ts';
import { completionReply } from './completion-reply.ts';
import type { KnownNames } from './completion-reply.ts';
import { completionScripts } from './completion-scripts.ts';
import type { CommandContext, CommandResult } from './context.ts';

/**
 * `runner completion <shell>` prints the script that a shell reads once; with `reply` that script asks what completes the last of the words
 * after `--`: a first line `files` or `words`, then a word and its meaning on each line, with a tab between them.
 * @throws UsageError for another shell
 */
export async function completion({
  shell,
  context,
}: {
  readonly shell: string;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  if (shell === 'reply') return { text: await reply(context), exitCode: exitCodes.passed };
  const script = completionScripts.get(shell);
  if (script !== undefined) return { text: script, exitCode: exitCodes.passed };
  const known = [...completionScripts.keys()];
  throw new UsageError(
    `there is no completion for ${JSON.stringify(shell)}${didYouMean(shell, known)}`,
    `write runner completion ${known.join(', or ')}`,
  );
}

async function reply({ extraArgs: words, cwd }: CommandContext): Promise<string> {
  const { candidates, files } = completionReply(words, await knownNames(words, cwd));
  return [files ? 'files' : 'words', ...candidates.map(({ word, meaning }) => `${word}\t${meaning}`)].join('\n');
}

async function knownNames(words: readonly string[], cwd: string): Promise<KnownNames> {
  const named = words.findIndex((word) => word === '--config' || word.startsWith('--config='));
  const file = named === -1 ? null : (words[named]?.split('=')[1] ?? words[named + 1] ?? null);
  const builtIn = catalogue.map(({ name }) => name);
  const found = await readNames(cwd, file);
  if (found === null) return { ...noNames, categories: builtIn };
  return { ...found, environments: [...new Set([...found.environments, ...noNames.environments])] };
}

const noNames: KnownNames = {
  categories: [],
  suites: [],
  variants: [],
  components: [],
  services: [],
  environments: ['local'],
  layers: [],
  modes: [],
  switches: [],
};
