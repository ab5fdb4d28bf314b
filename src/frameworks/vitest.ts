import type { ReportCase } from '../model/report.ts';
import type { TestId } from '../model/test.ts';
import type { Framework, FrameworkCommand, IdentifyContext, TaskRequest } from './framework.ts';
import { parseKeyword } from './keyword.ts';
import { exactNamePattern, keywordPattern } from './name-pattern.ts';
import { asArgument, rootRelativeFile } from './paths.ts';
import { namedTests } from './selected-tests.ts';

/**
 * Vitest 3 and later, found on the PATH, through a reporter of ours. Vitest's own JUnit report counts the tests of a crashed
 * worker as passed, shows tests filtered out by name as skipped, and is written only when everything has ended.
 */
export const vitest: Framework = {
  name: 'vitest',
  ownWorkers: true,
  hasFiles: true,
  defaultBatch: 'auto',
  canFilterByKeyword: true,
  canFilterByMarkers: false,
  canSelectTests: true,
  selectsTestsPerFile: false,
  defaultFiles: ['**/*.{test,spec}.?(c|m)[jt]s?(x)'],
  defaultCommand: ['vitest'],
  noTestsExitCodes: [],
  failedExitCodes: [1],
  duplicates: 'number',
  reportsEveryFile: true,
  command,
  identify,
  keywordProblem,
  testSelector,
  // The second is said by our reporter.
  stoppedEarly: ({ argv, tail }) =>
    argv.some((argument) => /^--bail(?:=[1-9].*)?$/.test(argument)) || /^\[runner\] vitest was interrupted/m.test(tail),
};

function command(request: TaskRequest): FrameworkCommand {
  const { suite } = request;
  const reportPath = `${request.reportsDir}/vitest.xml`;
  const pattern = namePattern(request);
  const given = [...suite.args, ...request.extraArgs];
  return {
    argv: [
      ...(suite.command ?? vitest.defaultCommand ?? []),
      ...given,
      '--run',
      '--passWithNoTests=false',
      '--includeTaskLocation',
      `--maxWorkers=${request.slots}`,
      '--reporter=default',
      `--reporter=${request.pluginsDir}/vitest-reporter.mjs`,
      ...(pattern === null ? [] : [`--testNamePattern=${pattern}`]),
      // Filters are substrings to vitest; the reporter keeps only the files that are equal to one.
      ...request.files.map(asArgument),
    ],
    env: { RUNNER_VITEST_REPORT: reportPath },
    report: { kind: 'files', paths: [reportPath] },
    narrowed: given.some((argument) =>
      /^(-t|--testNamePattern|--test-name-pattern|--tagsFilter|--tags-filter|--changed|--shard)/.test(argument),
    ),
  };
}

function namePattern(request: TaskRequest): string | null {
  const tests = namedTests(request);
  const exact = tests === null ? '' : `(?:${tests.map(exactNamePattern).join('|')})`;
  if (request.keyword === null) return tests === null ? null : exact;
  const parsed = parseKeyword(request.keyword);
  // Unreadable is refused before the run; here it selects nothing, which is never a pass.
  return parsed.kind === 'problem' ? '(?!)' : `${keywordPattern(parsed.keyword)}${exact}`;
}

function identify(reported: ReportCase, context: IdentifyContext): TestId {
  const file = reported.file === null ? null : rootRelativeFile(reported.file, context);
  return { file, className: reported.className ?? '', name: reported.name };
}

function keywordProblem(expression: string): string | null {
  const parsed = parseKeyword(expression);
  return parsed.kind === 'problem' ? parsed.problem : null;
}

function testSelector(id: TestId): string | null {
  return id.file === null || id.className === id.name ? id.file : `${id.file}::${id.name}`;
}
