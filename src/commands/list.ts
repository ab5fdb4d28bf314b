import { didYouMean } from '../base/suggest.ts';
import { countFiles } from '../categories/membership.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { listSuiteFiles } from '../workspace/files.ts';
import type { CommandResult } from './context.ts';
import { listTests } from './list-tests.ts';
import type { ListTestsInput } from './list-tests.ts';
import { longName, options } from './options.ts';
import type { ListFlags } from './options.ts';
import { load } from './prepare.ts';
import { isListed, listedKinds, renderList } from './render-list.ts';

/**
 * `runner list`: what the config defines, or the tests that there are.
 * @throws UsageError, ConfigError, NothingSelectedError
 */
export async function list(input: ListTestsInput & { readonly what: string }): Promise<CommandResult> {
  const { what, flags, context } = input;
  if (what === 'tests') return listTests(input);
  if (!isListed(what)) {
    const known = [...listedKinds, 'tests'];
    throw new UsageError(
      `there is no list of ${JSON.stringify(what)}${didYouMean(what, known)}`,
      `runner list takes one of: ${known.join(', ')}`,
    );
  }
  refuseSelection(input);
  const { config, root } = await load(flags, context);
  const needsFiles = what === 'categories' || what === 'suites';
  const { files, warnings } = needsFiles
    ? listSuiteFiles(root, Object.values(config.suites))
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

const forEveryList: ReadonlySet<string> = new Set(['--env', '--config', '--set', '--json', '--no-color']);

/** Everything else is listed whole. */
function refuseSelection({ what, files, flags, context }: ListTestsInput & { readonly what: string }): void {
  const given = options
    .filter((option) => option.commands.includes('list') && !forEveryList.has(longName(option)))
    .filter((option) => isGiven(flags, longName(option)));
  const [first] = [...given.map(longName), ...context.switches.map((name) => `--${name}`)];
  const hint = 'only runner list tests takes a selection';
  if (first !== undefined) throw new UsageError(`runner list ${what} takes no ${first}`, hint);
  if (files.length > 0)
    throw new UsageError(`too many arguments: runner list ${what} takes no ${files.join(' ')}`, hint);
}

/** As commander names them: `--exclude-env` is `excludeEnv`, and `--no-deps` makes `deps` false. */
function isGiven(flags: ListFlags, name: string): boolean {
  const isNegated = name.startsWith('--no-');
  const key = name.slice(isNegated ? 5 : 2).replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  const value: unknown = Reflect.get(flags, key);
  return value !== undefined && !(isNegated && value === true);
}
