import { didYouMean } from '../base/suggest.ts';
import { countFiles } from '../categories/membership.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { listSuiteFiles } from '../workspace/files.ts';
import type { CommandContext, CommandResult } from './context.ts';
import type { ListFlags } from './options.ts';
import { load } from './prepare.ts';
import { isListed, listedKinds, renderList } from './render-list.ts';

/**
 * `runner list`: what the config defines.
 * @throws UsageError, ConfigError
 */
export async function list(input: {
  readonly what: string;
  readonly flags: ListFlags;
  readonly context: CommandContext;
}): Promise<CommandResult> {
  const { what, flags, context } = input;
  if (!isListed(what)) {
    throw new UsageError(
      `there is no list of ${JSON.stringify(what)}${didYouMean(what, listedKinds)}`,
      `runner list takes one of: ${listedKinds.join(', ')}`,
    );
  }
  const { config, root } = await load(flags, context);
  const needsFiles = what === 'categories' || what === 'suites';
  const { files, warnings } = needsFiles
    ? await listSuiteFiles(root, Object.values(config.suites))
    : { files: {}, warnings: [] };
  const suites = Object.fromEntries(Object.entries(files).map(([suite, own]) => [suite, own.length]));
  const text = renderList(what, config, {
    counts: { suites, categories: countFiles(config, files) },
    json: flags.json === true,
    columns: context.out.columns,
  });
  const notes = flags.json === true ? [] : warnings.map((warning) => `warning: ${warning}`);
  return { text: [text.trimEnd(), ...notes].join('\n'), exitCode: exitCodes.passed };
}
