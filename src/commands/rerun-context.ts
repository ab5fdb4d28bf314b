import { relative } from 'node:path';
import { membersOf } from '../categories/membership.ts';
import type { Config } from '../model/config.ts';
import type { RerunWords } from '../model/event.ts';
import type { PlanFacts, Task } from '../model/plan.ts';
import type { CommandContext } from './context.ts';
import type { RunFlags } from './options.ts';
import type { ReadyRun } from './prepared.ts';

/** What the commands in the reports are made of, so that they run tests again exactly as this run did, pasted where it was started. Secrets are hidden. */
export function rerunWords(prepared: ReadyRun, flags: RunFlags, context: CommandContext): RerunWords {
  const { loaded, config, facts, plan, masker } = prepared;
  const masked = (words: readonly string[]): readonly string[] => words.map((word) => masker?.text(word) ?? word);
  return {
    program: masked(context.program),
    options: masked(carriedOptions(flags, context.switches)),
    cwd: relative(loaded.root, context.cwd),
    root: relative(context.cwd, loaded.root),
    owners: ownersByTask(plan.tasks, config, facts),
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
    ...(flags.coverage === undefined ? [] : [flags.coverage ? '--coverage' : '--no-coverage']),
    ...value('--reports', flags.reports),
    ...switches.map((name) => `--${name}`),
  ];
}

function ownersByTask(tasks: readonly Task[], config: Config, facts: PlanFacts): RerunWords['owners'] {
  const bySuite = new Map(Object.entries(facts.files).map(([suite, files]) => [suite, new Set(files)]));
  const members = Object.values(config.categories).flatMap((category) => membersOf(config, category));
  const ownersOf = (task: Task, file: string): readonly string[] => {
    const owners = members.filter(({ suite, matches }) => bySuite.get(suite.name)?.has(file) === true && matches(file));
    const categories = new Set(owners.map(({ category }) => category.name));
    const suites = new Set(owners.map(({ suite }) => suite.variantOf?.suite ?? suite.name));
    const variants = new Set(owners.map(({ suite }) => suite.name));
    const { suite, variant } = config.suites[task.suite]?.variantOf ?? { suite: task.suite, variant: null };
    return [
      ...(categories.size > 1 ? ['--category', task.category] : []),
      ...(suites.size > 1 ? ['--suite', suite] : []),
      ...(variants.size > 1 && variant !== null ? ['--variant', variant] : []),
    ];
  };
  const entries = tasks.map((task) => {
    const own = task.files.map((file) => [file, ownersOf(task, file)] as const);
    return [task.id, Object.fromEntries(own.filter(([, words]) => words.length > 0))] as const;
  });
  return Object.fromEntries(entries.filter(([, own]) => Object.keys(own).length > 0));
}
