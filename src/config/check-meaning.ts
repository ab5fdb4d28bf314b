import { isWritten, problemAt } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
import { checkServices } from './check-services.ts';
import type { ConfigInput } from './schema.ts';
import type { Problem } from './source.ts';

/** Keys that are valid in themselves and would have no effect, or none that can work, where they stand. */
export function checkMeaning(context: CheckContext): readonly Problem[] {
  const { input } = context;
  return [
    ...Object.entries(input.suites).flatMap(([name, suite]) => checkSuite(context, name, suite)),
    ...Object.entries(input.categories).flatMap(([name, category]) =>
      category.tests.flatMap((selector, index) =>
        checkSelector(context, ['categories', name, 'tests', index], selector),
      ),
    ),
    ...checkServices(context),
  ];
}

type SuiteInput = ConfigInput['suites'][string];
type Selector = ConfigInput['categories'][string]['tests'][number];

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
  if (!isWritten(context, ['suites', name, 'command']) && framework?.defaultCommand === null) {
    const message = `suite "${name}" has no "command": framework "${framework.name}" runs what it is told, for example command: [./test.sh]`;
    problems.push(problemAt(context, ['suites', name, 'command'], { at: 'key', message }));
  }
  if (suite.exclude !== undefined && !isWritten(context, ['suites', name, 'files']) && framework?.hasFiles === false) {
    const message = `suite "${name}" excludes files and has none: add "files"`;
    problems.push(problemAt(context, ['suites', name, 'exclude'], { at: 'key', message }));
  }
  return problems;
}

function checkSelector(
  context: CheckContext,
  path: readonly (string | number)[],
  selector: Selector,
): readonly Problem[] {
  const suite = Object.hasOwn(context.input.suites, selector.suite) ? context.input.suites[selector.suite] : undefined;
  const framework = context.frameworks.find((candidate) => candidate.name === suite?.framework);
  if (
    selector.files === undefined ||
    suite === undefined ||
    isWritten(context, ['suites', selector.suite, 'files']) ||
    framework?.hasFiles !== false
  )
    return [];
  const message = `category "${String(path[1])}" picks files of suite "${selector.suite}", which has none: add "files" to the suite`;
  return [problemAt(context, [...path, 'files'], { at: 'key', message })];
}
