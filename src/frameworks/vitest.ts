import type { Framework, FrameworkCommand, TaskRequest } from './framework.ts';
import { identifyByFile, selectByName } from './identity.ts';
import { keywordProblem } from './keyword.ts';
import { exactNamePattern } from './name-pattern.ts';
import { asArgument } from './paths.ts';
import { requestPattern } from './request-pattern.ts';
import { streamInto } from './stream-lines.ts';

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
  command: (request) => launch(request, requestPattern(request, exactNamePattern)),
  collect,
  identify: identifyByFile,
  keywordProblem,
  testSelector: selectByName,
  listsFirst: true,
  coverage: {
    needs:
      '@vitest/coverage-v8 in the version of vitest (npm install --save-dev @vitest/coverage-v8), or the provider that its configuration names',
    isMissing: (words) =>
      /Cannot find dependency '@vitest\/coverage-|Failed to load custom CoverageProviderModule/.test(words),
  },
  // The second is said by our reporter.
  stoppedEarly: ({ argv, tail }) =>
    argv.some((argument) => /^--bail(?:=[1-9].*)?$/.test(argument)) || /^\[runner\] vitest was interrupted/m.test(tail),
  failedBeside: ({ tail }) => /^ERROR: Coverage for /m.test(tail),
};

/** Where the pattern matches no name, Vitest loads each file, and runs neither a test nor a hook of it; its own list stops at the first file that is broken. */
function collect(request: TaskRequest): FrameworkCommand {
  const launched = launch(request, '(?!)');
  return { ...launched, env: { ...launched.env, RUNNER_LIST: requestPattern(request, exactNamePattern) ?? '' } };
}

function launch(request: TaskRequest, pattern: string | null): FrameworkCommand {
  const { suite } = request;
  const reportPath = `${request.reportsDir}/vitest.xml`;
  const given = [...suite.args, ...request.extraArgs];
  const streamed = streamInto(request.reportsDir);
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
      ...(request.coverage === true ? coverageOptions(request.reportsDir) : []),
      ...(pattern === null ? [] : [`--testNamePattern=${pattern}`]),
      // Filters are substrings to vitest; the reporter keeps only the files that are equal to one.
      ...request.files.map(asArgument),
    ],
    env: { ...streamed.env, RUNNER_VITEST_REPORT: reportPath },
    stream: streamed.stream,
    report: { kind: 'files', paths: [reportPath] },
    ...(request.coverage === true ? { coverage: { path: `${request.reportsDir}/coverage/lcov.info` } } : {}),
    narrowed: given.some((argument) =>
      /^(-t|--testNamePattern|--test-name-pattern|--tagsFilter|--tags-filter|--changed|--shard)/.test(argument),
    ),
  };
}

/** What its configuration demands of a total is not for a part of the files. */
function coverageOptions(reportsDir: string): readonly string[] {
  return [
    ...[
      '--coverage.enabled=true',
      '--coverage.reporter=lcovonly',
      `--coverage.reportsDirectory=${reportsDir}/coverage`,
    ],
    '--coverage.reportOnFailure=true',
    ...['lines', 'functions', 'branches', 'statements'].map((what) => `--coverage.thresholds.${what}=0`),
  ];
}
