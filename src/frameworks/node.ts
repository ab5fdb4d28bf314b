import { join } from 'node:path/posix';
import type { TestId } from '../model/test.ts';
import type { Framework, FrameworkCommand, TaskRequest } from './framework.ts';
import { identifyByFile } from './identity.ts';
import { parseKeyword } from './keyword.ts';
import { exactNamePattern, keywordPattern, splitKeyword } from './name-pattern.ts';
import { namedTests } from './selected-tests.ts';
import { streamInto } from './stream-lines.ts';

/**
 * node:test, through a reporter of ours. Node's own JUnit report names no files on Node 22, is no valid XML where a test
 * prints control characters, loses failing `after` hooks, and shows a file without tests, or one whose process left
 * early with code 0, as a passed test.
 */
export const node: Framework = {
  name: 'node',
  // Every file has a process of its own anyway; batches spread them over slots, and slots bound how many run at once.
  ownWorkers: false,
  hasFiles: true,
  defaultBatch: 'auto',
  canFilterByKeyword: true,
  canFilterByMarkers: false,
  canSelectTests: true,
  selectsTestsPerFile: false,
  // Node's convention but for "everything below test/", which would take helpers for tests.
  defaultFiles: [
    '**/*.test.?(c|m)[jt]s',
    '**/*-test.?(c|m)[jt]s',
    '**/*_test.?(c|m)[jt]s',
    '**/test-*.?(c|m)[jt]s',
    '**/test.?(c|m)[jt]s',
  ],
  defaultCommand: ['node', '--test'],
  noTestsExitCodes: [],
  failedExitCodes: [1],
  duplicates: 'number',
  reportsEveryFile: true,
  command,
  identify: identifyByFile,
  keywordProblem,
  testSelector,
  coverage: {
    needs: 'Node 22 or later',
    isMissing: (words) => words.includes('bad option: --experimental-test-coverage'),
  },
  // It has no way to stop at a failure.
  stoppedEarly: () => false,
  // What it says of a threshold stands before the list of failed tests, which may be long.
  failedBeside: ({ argv }) => argv.some((argument) => /^--test-coverage-(?:lines|branches|functions)\b/.test(argument)),
};

function command(request: TaskRequest): FrameworkCommand {
  const { suite } = request;
  const reportPath = `${request.reportsDir}/node.xml`;
  const coveragePath = `${request.reportsDir}/coverage.info`;
  const given = [...suite.args, ...request.extraArgs];
  const streamed = streamInto(request.reportsDir);
  return {
    argv: [
      ...(suite.command ?? node.defaultCommand ?? []),
      ...given,
      `--test-concurrency=${request.slots}`,
      ...['--test-reporter=spec', '--test-reporter-destination=stdout'],
      ...[`--test-reporter=${request.pluginsDir}/node-reporter.mjs`, `--test-reporter-destination=${reportPath}`],
      ...(request.coverage === true ? coverageOptions(coveragePath) : []),
      ...nameFilters(request),
      ...request.files.map((file) => filePattern(file, request.cwd)),
    ],
    env: streamed.env,
    stream: streamed.stream,
    report: { kind: 'files', paths: [reportPath] },
    ...(request.coverage === true ? { coverage: { path: coveragePath } } : {}),
    // Inherited from a node:test process, it makes `node --test` skip every file and exit 0.
    unset: ['NODE_TEST_CONTEXT'],
    narrowed: given.some((argument) => /^--test-(name-pattern|skip-pattern|only|shard)/.test(argument)),
  };
}

function coverageOptions(path: string): readonly string[] {
  return ['--experimental-test-coverage', '--test-reporter=lcov', `--test-reporter-destination=${path}`];
}

function nameFilters(request: TaskRequest): readonly string[] {
  const tests = namedTests(request);
  const keyword = request.keyword === null ? null : parseKeyword(request.keyword);
  const split = keyword?.kind === 'keyword' ? splitKeyword(keyword.keyword) : null;
  // Inexpressible is refused before the run; here it selects nothing, which is never a pass.
  if (keyword !== null && split === null) return ['--test-name-pattern=(?!)'];
  const must = split?.must == null ? '' : keywordPattern(split.must);
  const exact = tests === null ? '' : `(?:${tests.map(exactNamePattern).join('|')})`;
  return [
    ...(must + exact === '' ? [] : [`--test-name-pattern=${must}${exact}`]),
    ...(split?.mustNot == null ? [] : [`--test-skip-pattern=${keywordPattern(split.mustNot)}`]),
  ];
}

// Node takes its file arguments for globs whose only escapes are classes, and not even those for braces and backslashes;
// a name that starts with "-" it would give to the file's own process as an option.
function filePattern(file: string, cwd: string): string {
  const path = /^[-!#]/.test(file) ? join(cwd, file) : file;
  return path.replace(/[*?[\]()@+]/g, '[$&]').replace(/[{}\\]/g, '?');
}

function keywordProblem(expression: string): string | null {
  const parsed = parseKeyword(expression);
  if (parsed.kind === 'problem') return parsed.problem;
  if (splitKeyword(parsed.keyword) !== null) return null;
  return 'node:test can only filter by "a and not b", where a and b hold no further "not"';
}

function testSelector(id: TestId): string | null {
  if (id.file === null || id.className === id.name) return id.file;
  const container = id.className.split(' > ').slice(1).join(' > ');
  return `${id.file}::${container !== '' && id.name.startsWith(`${container} > `) ? container : id.name}`;
}
