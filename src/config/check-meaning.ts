import { isWritten, problemAt } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
import { checkServices } from './check-services.ts';
import type { Path } from './path.ts';
import type { ConfigInput } from './schema.ts';
import type { Problem } from './source.ts';

/** Keys that are valid in themselves and would have no effect, or none that can work, where they stand. */
export function checkMeaning(context: CheckContext): readonly Problem[] {
  const { input } = context;
  return [
    ...Object.entries(input.suites).flatMap(([name, suite]) => checkSuite(context, name, suite)),
    ...Object.entries(input.categories).flatMap(([name, category]) =>
      (category.tests ?? []).flatMap((selector, index) =>
        checkSelector(context, ['categories', name, 'tests', index], selector),
      ),
    ),
    ...checkServices(context),
  ];
}

type SuiteInput = ConfigInput['suites'][string];
type Selector = NonNullable<ConfigInput['categories'][string]['tests']>[number];

function checkSuite(context: CheckContext, name: string, suite: SuiteInput): readonly Problem[] {
  const problems: Problem[] = [];
  const framework = context.frameworks.find((candidate) => candidate.name === suite.framework);
  if (suite.junit !== undefined && framework !== undefined && framework.name !== 'command') {
    const message = `suite "${name}" has "junit", which is only for framework "command": ${framework.name} is told where to write its report`;
    problems.push(problemAt(context, ['suites', name, 'junit'], { at: 'key', message }));
  }
  if (suite.tap !== undefined && framework !== undefined && framework.name !== 'command') {
    const message = `suite "${name}" has "tap", which is only for framework "command": ${framework.name} is told where to write its report`;
    problems.push(problemAt(context, ['suites', name, 'tap'], { at: 'key', message }));
  } else if (suite.tap !== undefined && suite.junit !== undefined) {
    const message = `suite "${name}" has "tap" and "junit": its tests would be told twice, so keep one of them`;
    problems.push(problemAt(context, ['suites', name, 'tap'], { at: 'key', message }));
  }
  const needsCommand = framework?.defaultCommand === null && !isWritten(context, ['suites', name, 'command']);
  for (const path of needsCommand ? withoutCommand(context, name, suite) : []) {
    const who = path.length > 2 ? `variant "${String(path[3])}" of suite "${name}"` : `suite "${name}"`;
    const message = `${who} has no "command": framework "${suite.framework}" runs what it is told, for example command: [./test.sh]`;
    problems.push(problemAt(context, [...path, 'command'], { at: 'key', message }));
  }
  if (suite.exclude !== undefined && !isWritten(context, ['suites', name, 'files']) && framework?.hasFiles === false) {
    const message = `suite "${name}" excludes files and has none: add "files"`;
    problems.push(problemAt(context, ['suites', name, 'exclude'], { at: 'key', message }));
  }
  return problems;
}

/** The suite, or those of its variants that say nothing of a command either. */
function withoutCommand(context: CheckContext, name: string, { variants }: SuiteInput): readonly Path[] {
  if (variants === undefined) return [['suites', name]];
  return Object.keys(variants)
    .map((variant): Path => ['suites', name, 'variants', variant])
    .filter((path) => !isWritten(context, [...path, 'command']));
}

function checkSelector(
  context: CheckContext,
  path: readonly (string | number)[],
  selector: Selector,
): readonly Problem[] {
  const name = selector.suite.replace(/\[.*$/, '');
  const suite = Object.hasOwn(context.input.suites, name) ? context.input.suites[name] : undefined;
  const framework = context.frameworks.find((candidate) => candidate.name === suite?.framework);
  if (
    selector.files === undefined ||
    suite === undefined ||
    isWritten(context, ['suites', name, 'files']) ||
    framework?.hasFiles !== false
  )
    return [];
  const message = `category "${String(path[1])}" picks files of suite "${selector.suite}", which has none: add "files" to the suite`;
  return [problemAt(context, [...path, 'files'], { at: 'key', message })];
}
