import type { TestId } from '../model/test.ts';
import type { Framework, FrameworkCommand, TaskRequest } from './framework.ts';
import { identifyByFile } from './identity.ts';
import { keywordProblem } from './keyword.ts';
import { exactTestPattern } from './name-pattern.ts';
import { asArgument } from './paths.ts';
import { requestPattern } from './request-pattern.ts';
import { streamInto } from './stream-lines.ts';

/**
 * Mocha 10 and later, found on the PATH, through a reporter of ours. Mocha's own XUnit report is written only at the end, names no
 * files of hooks that fail, and one file that cannot be loaded keeps all others from running.
 */
export const mocha: Framework = {
  name: 'mocha',
  // One process, one test at a time: batches spread the files over slots. With `parallel` in its config it has workers too.
  ownWorkers: false,
  hasFiles: true,
  defaultBatch: 'auto',
  canFilterByKeyword: true,
  canFilterByMarkers: false,
  canSelectTests: true,
  selectsTestsPerFile: false,
  defaultFiles: ['test/*.?(c|m)js', '**/*.{test,spec}.?(c|m)[jt]s?(x)'],
  defaultCommand: ['mocha'],
  noTestsExitCodes: [],
  // The number of failed tests, up to 255.
  failedExitCodes: Array.from({ length: 255 }, (_, index) => index + 1),
  duplicates: 'number',
  reportsEveryFile: true,
  command: (request) => launch(request, { dryRun: false }),
  // Every test passes then, and no hook runs.
  collect: (request) => launch(request, { dryRun: true }),
  identify: identifyByFile,
  keywordProblem,
  testSelector,
  listsFirst: true,
  coverage: {
    needs: 'c8 (npm install --save-dev c8)',
    isMissing: (words) => words.startsWith('cannot start "c8"'),
  },
  // The second is said by our reporter.
  stoppedEarly: ({ argv, tail }) =>
    argv.some((argument) => /^(?:-b|--bail)$/.test(argument)) || /^\[runner\] mocha was stopped/m.test(tail),
};

function launch(request: TaskRequest, { dryRun }: { readonly dryRun: boolean }): FrameworkCommand {
  const { suite, pluginsDir } = request;
  const reportPath = `${request.reportsDir}/mocha.xml`;
  const pattern = namePattern(request);
  const given = [...suite.args, ...request.extraArgs];
  const streamed = streamInto(request.reportsDir);
  const measured = request.coverage === true ? measure(request.reportsDir) : null;
  return {
    argv: [
      ...(measured === null ? [] : measured.argv),
      ...(suite.command ?? mocha.defaultCommand ?? []),
      ...given,
      `--require=${pluginsDir}/mocha-plugin.mjs`,
      `--reporter=${pluginsDir}/mocha-reporter.cjs`,
      // Where nothing is run, everything passes; in parallel nothing can be listed.
      ...(dryRun ? ['--dry-run', '--no-parallel'] : ['--no-dry-run']),
      ...(pattern === null ? [] : [`--grep=${pattern}`, '--no-invert']),
      // Last, for it takes one value: an option that takes more would take the files too.
      `--jobs=${request.slots}`,
      ...request.files.map(asArgument),
    ],
    // What its config names beside them is left to other tasks.
    env: { ...streamed.env, RUNNER_MOCHA_REPORT: reportPath, RUNNER_MOCHA_FILES: JSON.stringify(request.files) },
    stream: streamed.stream,
    report: { kind: 'files', paths: [reportPath] },
    ...(measured === null ? {} : { coverage: measured.coverage }),
    narrowed: given.some((argument) => /^(-g|--grep|-f|--fgrep|-i$|--invert)/.test(argument)),
  };
}

/** Mocha measures nothing; c8 has Node tell what is executed in the process that it starts. */
function measure(reportsDir: string): Required<Pick<FrameworkCommand, 'argv' | 'coverage'>> {
  const dir = `${reportsDir}/coverage`;
  const folders = [`--reports-dir=${dir}`, `--temp-directory=${dir}/tmp`];
  return {
    argv: ['c8', '--reporter=lcovonly', ...folders, '--check-coverage=false', '--'],
    coverage: { path: `${dir}/lcov.info` },
  };
}

function namePattern(request: TaskRequest): string | null {
  const pattern = requestPattern(request, exactTestPattern);
  return pattern === null ? null : onOneLine(pattern);
}

// Mocha reads a pattern up to its first line break.
function onOneLine(pattern: string): string {
  return pattern.replaceAll('\n', '\\n').replaceAll('\r', '\\r');
}

// A hook cannot be run by itself, only with the tests of its file.
function testSelector(id: TestId): string | null {
  const isHook = /(?:^| > )"(?:before|after) (?:all|each)" hook(?:[: ]|$)/.test(id.name);
  return id.file === null || id.className === id.name || isHook ? id.file : `${id.file}::${id.name}`;
}
