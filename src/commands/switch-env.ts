import { own } from '../base/own.ts';
import type { Config, Env } from '../model/config.ts';
import { unknownOption } from './old-flags.ts';
import { longName, options } from './options.ts';

/**
 * The variables that the given switches of the config stand for.
 * @throws UsageError for a word that is no switch of the config, and so an option that does not exist
 */
export function switchEnvOf(words: readonly string[], config: Config): Env {
  const env: Record<string, string> = {};
  for (const word of words) {
    const found = own(config.switches, word);
    if (found === undefined) {
      const candidates = [...options.map(longName), ...Object.keys(config.switches).map((name) => `--${name}`)];
      throw unknownOption(`--${word}`, { candidates, hint: 'runner --help lists the options' });
    }
    Object.assign(env, found.env);
  }
  return env;
}
