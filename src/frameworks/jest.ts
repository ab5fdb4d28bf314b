import type { ReportCase } from '../model/report.ts';
import type { TestId } from '../model/test.ts';
import type { Framework, FrameworkCommand, IdentifyContext, TaskRequest } from './framework.ts';
import { parseKeyword } from './keyword.ts';
import { exactTestPattern, keywordPattern } from './name-pattern.ts';
import { asArgument, rootRelativeFile } from './paths.ts';
import { namedTests } from './selected-tests.ts';

/** Jest 27 and later, found on the PATH, through a reporter of ours: Jest has no JUnit report of its own. */
export const jest: Framework = {
  name: 'jest',
  ownWorkers: true,
  hasFiles: true,
  defaultBatch: 'auto',
  canFilterByKeyword: true,
  canFilterByMarkers: false,
  canSelectTests: true,
  selectsTestsPerFile: false,
  defaultFiles: [
    '**/__tests__/**/*.?(c|m)[jt]s?(x)',
    '**/*.{test,spec}.?(c|m)[jt]s?(x)',
    '**/{test,spec}.?(c|m)[jt]s?(x)',
  ],
  defaultCommand: ['jest'],
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
    argv.some((argument) => /^(?:-b|--bail(?:=.*)?)$/.test(argument)) || /^\[runner\] jest was stopped/m.test(tail),
};

function command(request: TaskRequest): FrameworkCommand {
  const { suite } = request;
  const reportPath = `${request.reportsDir}/jest.xml`;
  const pattern = namePattern(request);
  const given = [...suite.args, ...request.extraArgs];
  return {
    argv: [
      ...(suite.command ?? jest.defaultCommand ?? []),
      ...given,
      ...['--reporters=default', `--reporters=${request.pluginsDir}/jest-reporter.mjs`],
      // No test is told by the report, which then is empty; a file left out is noticed in any case.
      '--passWithNoTests',
      '--testLocationInResults',
      '--testFailureExitCode=1',
      `--maxWorkers=${request.slots}`,
      ...(pattern === null ? [] : [`--testNamePattern=${pattern}`]),
      // Last, for it takes no value: the options above that do would take the files too.
      '--runTestsByPath',
      ...request.files.map(asArgument),
    ],
    env: { RUNNER_JEST_REPORT: reportPath },
    report: { kind: 'files', paths: [reportPath] },
    narrowed: given.some((argument) =>
      /^(-t|--testNamePattern|-o$|--onlyChanged|-f$|--onlyFailures|--changedSince|--lastCommit|--shard|--filter)/.test(
        argument,
      ),
    ),
  };
}

function namePattern(request: TaskRequest): string | null {
  const tests = namedTests(request);
  const exact = tests === null ? '' : `(?:${tests.map(exactTestPattern).join('|')})`;
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
