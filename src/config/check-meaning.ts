import { isWritten, problemAt } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
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
    ...Object.entries(input.services ?? {}).flatMap(([name, service]) => checkService(context, name, service)),
  ];
}

type SuiteInput = ConfigInput['suites'][string];
type Selector = ConfigInput['categories'][string]['tests'][number];
type ServiceInput = NonNullable<ConfigInput['services']>[string];

function checkSuite(context: CheckContext, name: string, suite: SuiteInput): readonly Problem[] {
  const problems: Problem[] = [];
  const framework = context.frameworks.find((candidate) => candidate.name === suite.framework);
  if (suite.junit !== undefined && framework !== undefined && framework.name !== 'command') {
    const message = `suite "${name}" has "junit", which is only for framework "command": ${framework.name} is told where to write its report`;
    problems.push(problemAt(context, ['suites', name, 'junit'], { at: 'key', message }));
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

function checkService(context: CheckContext, name: string, service: ServiceInput): readonly Problem[] {
  const problems: Problem[] = [];
  const report = (key: string | number, message: string): void => {
    problems.push(problemAt(context, ['services', name, key], { at: 'key', message }));
  };
  const hasProcess = isWritten(context, ['services', name, 'process']);
  if (!hasProcess) {
    for (const key of ['port', 'stop'] as const) {
      if (service[key] !== undefined)
        report(key, `service "${name}" has "${key}", which is only for a "process", and it has none`);
    }
    for (const [index, probe] of (service.health ?? []).entries()) {
      if (probe.log === undefined) continue;
      const message = `service "${name}" has a log probe, which reads the output of a "process", and it has none`;
      problems.push(problemAt(context, ['services', name, 'health', index], { message }));
    }
  }
  const somewhere = Object.values(context.input.environments ?? {}).some((environment) =>
    Object.hasOwn(environment.services ?? {}, name),
  );
  if (!hasProcess && !isWritten(context, ['services', name, 'external']) && !somewhere) {
    const message = `service "${name}" has neither "process" nor "external": say how it is started or where it runs`;
    problems.push(problemAt(context, ['services', name], { at: 'key', message }));
  }
  return problems;
}
