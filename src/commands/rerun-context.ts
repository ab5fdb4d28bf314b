import { join, relative } from 'node:path';
import { membersOf } from '../categories/membership.ts';
import type { Config } from '../model/config.ts';
import type { PlanFacts, Task } from '../model/plan.ts';
import type { RerunContext } from '../reporters/rerun-command.ts';
import type { CommandContext } from './context.ts';
import type { RunFlags } from './options.ts';
import type { Prepared } from './prepare.ts';

/** How the commands in the report at the end run tests again exactly as this run did, pasted where it was started. */
export function rerunContext(prepared: Prepared, flags: RunFlags, context: CommandContext): RerunContext {
  const { loaded, config, facts } = prepared;
  return {
    program: context.program,
    options: carriedOptions(flags, context.switches),
    extraArgs: context.extraArgs,
    pathFor: (file) => relative(context.cwd, join(loaded.root, file)),
    ownersOf: (task, files) => ownersOf(task, files, { config, facts }),
  };
}

function carriedOptions(flags: RunFlags, switches: readonly string[]): readonly string[] {
  const value = (name: string, given: string | undefined): readonly string[] =>
    given === undefined ? [] : [name, given];
  const when = (given: boolean, name: string): readonly string[] => (given ? [name] : []);
  return [
    ...value('--config', flags.config),
    ...(flags.set ?? []).map((assignment) => `--set=${assignment}`),
    ...value('--allow', flags.allow),
    ...when(flags.allowProd === true, '--allow-prod'),
    ...when(!flags.docker, '--no-docker'),
    ...value('--prefer', flags.prefer),
    ...when(flags.preferStaging === true, '--prefer-staging'),
    ...when(flags.realServices === true, '--real-services'),
    ...when(!flags.services, '--no-services'),
    ...value('--service-timeout', flags.serviceTimeout),
    ...value('--timeout', flags.timeout),
    ...value('--reports', flags.reports),
    ...switches.map((name) => `--${name}`),
  ];
}

function ownersOf(
  task: Task,
  files: readonly string[],
  { config, facts }: { readonly config: Config; readonly facts: PlanFacts },
): readonly string[] {
  const owners = Object.values(config.categories)
    .flatMap((category) => membersOf(config, category))
    .filter(({ suite, matches }) => files.some((file) => facts.files[suite.name]?.includes(file) && matches(file)));
  const categories = new Set(owners.map(({ category }) => category.name));
  const suites = new Set(owners.map(({ suite }) => suite.variantOf?.suite ?? suite.name));
  const variants = new Set(owners.map(({ suite }) => suite.name));
  const { suite, variant } = config.suites[task.suite]?.variantOf ?? { suite: task.suite, variant: null };
  return [
    ...(categories.size > 1 ? ['--category', task.category] : []),
    ...(suites.size > 1 ? ['--suite', suite] : []),
    ...(variants.size > 1 && variant !== null ? ['--variant', variant] : []),
  ];
}
