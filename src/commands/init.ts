import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { writeFileAtomic } from '../base/atomic-write.ts';
import { makeFolder } from '../base/make-folder.ts';
import { plural } from '../base/text.ts';
import { catalogue } from '../categories/catalogue.ts';
import { loadConfig } from '../config/load.ts';
import { findConfigFile } from '../config/read-file.ts';
import { exitCodes, UsageError } from '../errors.ts';
import { frameworks } from '../frameworks/index.ts';
import { ciFile } from './ci-file.ts';
import type { CiSystem } from './ci-file.ts';
import type { CommandContext, CommandResult } from './context.ts';
import { discoverConfig } from './discover-config.ts';
import type { DiscoveredConfig } from './discover-config.ts';
import type { InitFlags } from './flags.ts';
import { ignoreLines } from './ignore-lines.ts';

/** Asks a person; `null` = the person wants to stop. */
export type Ask = (question: string) => Promise<string | null>;

/**
 * `runner init`: writes down what a run without a config would do. Nothing is written before the last answer.
 * @throws UsageError, NothingSelectedError
 */
export async function init(input: {
  readonly flags: InitFlags;
  readonly context: CommandContext;
  /** `null` = there is nobody to ask. */
  readonly ask: Ask | null;
}): Promise<CommandResult> {
  const { flags, context } = input;
  if (flags.yes !== true && input.ask === null) {
    throw new UsageError('runner init asks before it writes, and there is no terminal to ask on', 'add --yes');
  }
  refuseExisting(flags, context);
  const found = await discoverConfig(context.cwd);
  await checkConfig(found, context);
  const answers = await decide(found, flags, flags.yes === true ? null : input.ask);
  if (answers === 'stopped') return { text: 'nothing was written', exitCode: exitCodes.interrupted };
  if (answers === 'declined') return { text: 'nothing was written', exitCode: exitCodes.passed };
  const files = filesToWrite(found, { ...answers, force: flags.force === true });
  for (const { path, text } of files) write(join(found.root, path), text);
  const shown = relative(context.cwd, found.root);
  const lines = files.map(({ path, what }) => `wrote ${join(shown, path)}${what}`);
  return { text: [...lines, ...nextSteps(found)].join('\n'), exitCode: exitCodes.passed };
}

/** @throws UsageError */
function refuseExisting(flags: InitFlags, context: CommandContext): void {
  const existing = flags.force === true ? null : findConfigFile(context.cwd);
  if (existing === null) return;
  throw new UsageError(
    `there is a config already: ${existing}`,
    '--force writes a new one at the top of the checkout; "runner config check" says whether this one is right',
  );
}

/** What is written must be right: a mistake is ours. */
async function checkConfig(found: DiscoveredConfig, context: CommandContext): Promise<void> {
  await loadConfig({
    ...{ cwd: context.cwd, file: null, sets: [], environment: null, env: context.env, catalogue },
    frameworks: [...frameworks.values()],
    discover: () => Promise.resolve(found),
  });
}

interface Answers {
  readonly ignore: boolean;
  readonly ci: CiSystem | null;
}

async function decide(
  { discovery, root }: DiscoveredConfig,
  flags: InitFlags,
  ask: Ask | null,
): Promise<Answers | 'stopped' | 'declined'> {
  if (ask === null) return { ignore: true, ci: flags.ci ?? null };
  const suites = discovery.suites.map(
    ({ name, framework, cwd, count }) => `  ${name}: ${framework} in ${cwd}, ${plural(count, 'test file')}\n`,
  );
  const left = discovery.notes.map((note) => `  not run: ${note}\n`);
  const write = await ask(
    `Found in ${root}:\n${[...suites, ...left].join('')}Write this to runner.config.yaml? [Y/n] `,
  );
  if (write === null) return 'stopped';
  if (!isYes(write)) return 'declined';
  const ignore = await ask('Add /reports/ and /.runner/ to .gitignore? [Y/n] ');
  if (ignore === null) return 'stopped';
  if (flags.ci !== undefined) return { ignore: isYes(ignore), ci: flags.ci };
  const ci = await ask('Write a CI file? github, gitlab or no [no] ');
  if (ci === null) return 'stopped';
  const word = ci.trim().toLowerCase();
  return { ignore: isYes(ignore), ci: word === 'github' || word === 'gitlab' ? word : null };
}

function isYes(answer: string): boolean {
  return /^\s*(?:y(?:es)?)?\s*$/i.test(answer);
}

interface NewFile {
  /** Relative to the root. */
  readonly path: string;
  readonly text: string;
  /** What there is to say of it. */
  readonly what: string;
}

/** @throws UsageError when one of them is there already */
function filesToWrite(
  found: DiscoveredConfig,
  { ignore, ci, force }: Answers & { readonly force: boolean },
): readonly NewFile[] {
  const { discovery, root } = found;
  const suites = `: ${plural(discovery.suites.length, 'suite')}, ${plural(discovery.categories.length, 'category', 'categories')}`;
  const config = { path: 'runner.config.yaml', text: found.text, what: suites };
  const files: NewFile[] = [config];
  const ignored = join(root, '.gitignore');
  const before = existsSync(ignored) ? readFileSync(ignored, 'utf8') : '';
  const after = ignoreLines(before, ['/reports/', '/.runner/']);
  if (ignore && after !== before) files.push({ path: '.gitignore', text: after, what: ': /reports/ and /.runner/' });
  if (ci === null) return files;
  const made = ciFile(ci, found);
  if (existsSync(join(root, made.path)) && !force) {
    throw new UsageError(
      `${made.path} is there already; nothing was written`,
      'leave out --ci, or add --force to replace it',
    );
  }
  return [...files, { ...made, what: '' }];
}

/** @throws UsageError */
function write(path: string, text: string): void {
  try {
    makeFolder(dirname(path));
    writeFileAtomic(path, text);
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be written: ${problem}`, 'make the folder writable, or free some space');
  }
}

function nextSteps({ discovery }: DiscoveredConfig): readonly string[] {
  const left = discovery.notes.map((note) => `not run: ${note}`);
  return [
    ...left,
    'next: "runner plan" shows what would run, "runner doctor" what is missing for it, "runner" runs it',
  ];
}
