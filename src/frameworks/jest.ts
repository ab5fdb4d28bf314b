import type { Framework, FrameworkCommand, TaskRequest } from './framework.ts';
import { identifyByFile, selectByName } from './identity.ts';
import { keywordProblem } from './keyword.ts';
import { exactTestPattern } from './name-pattern.ts';
import { asArgument } from './paths.ts';
import { requestPattern } from './request-pattern.ts';
import { streamInto } from './stream-lines.ts';

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
  command: (request) => launch(request, requestPattern(request, exactTestPattern)),
  collect,
  identify: identifyByFile,
  keywordProblem,
  testSelector: selectByName,
  coverage: {},
  // The second is said by our reporter.
  stoppedEarly: ({ argv, tail }) =>
    argv.some((argument) => /^(?:-b|--bail(?:=.*)?)$/.test(argument)) || /^\[runner\] jest was stopped/m.test(tail),
  failedBeside: ({ tail }) => /^Jest: (?:Coverage|Uncovered count) /m.test(tail),
};

/** Where the pattern matches no name, Jest loads each file, and runs neither a test nor a hook of it. */
function collect(request: TaskRequest): FrameworkCommand {
  const launched = launch(request, '(?!)');
  return { ...launched, env: { ...launched.env, RUNNER_LIST: requestPattern(request, exactTestPattern) ?? '' } };
}

function launch(request: TaskRequest, pattern: string | null): FrameworkCommand {
  const { suite } = request;
  const reportPath = `${request.reportsDir}/jest.xml`;
  const given = [...suite.args, ...request.extraArgs];
  const streamed = streamInto(request.reportsDir);
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
      ...(request.coverage === true ? coverageOptions(request.reportsDir) : []),
      ...(pattern === null ? [] : [`--testNamePattern=${pattern}`]),
      // Last, for it takes no value: the options above that do would take the files too.
      '--runTestsByPath',
      ...request.files.map(asArgument),
    ],
    env: { ...streamed.env, RUNNER_JEST_REPORT: reportPath },
    stream: streamed.stream,
    report: { kind: 'files', paths: [reportPath] },
    ...(request.coverage === true ? { coverage: { path: `${request.reportsDir}/coverage/lcov.info` } } : {}),
    narrowed: given.some((argument) =>
      /^(-t|--testNamePattern|-o$|--onlyChanged|-f$|--onlyFailures|--changedSince|--lastCommit|--shard|--filter)/.test(
        argument,
      ),
    ),
  };
}

/** What its configuration demands of a total is not for a part of the files. */
function coverageOptions(reportsDir: string): readonly string[] {
  const where = `--coverageDirectory=${reportsDir}/coverage`;
  return ['--coverage=true', '--coverageReporters=lcovonly', where, '--coverageThreshold={}'];
}
