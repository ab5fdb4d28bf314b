import type { ReportCase } from '../model/report.ts';
import type { TestId } from '../model/test.ts';
import type { Framework, FrameworkCommand, IdentifyContext, TaskRequest } from './framework.ts';
import { parseKeyword, wordsOf } from './keyword.ts';
import { asArgument, rootRelativeFile } from './paths.ts';
import { readPytestList } from './pytest-list.ts';
import { moduleIndex } from './python-module.ts';
import type { ModuleIndex } from './python-module.ts';
import { streamInto } from './stream-lines.ts';

/** pytest, through its own JUnit report in the form that names files and lines. */
export const pytest: Framework = {
  name: 'pytest',
  ownWorkers: false,
  hasFiles: true,
  defaultBatch: 'auto',
  canFilterByKeyword: true,
  canFilterByMarkers: true,
  canSelectTests: true,
  selectsTestsPerFile: true,
  defaultFiles: ['**/test_*.py', '**/*_test.py'],
  defaultCommand: ['python3', '-m', 'pytest'],
  noTestsExitCodes: [5],
  usageErrorExitCodes: [4],
  // Not 2: a collection error alone is 1 with --continue-on-collection-errors, so that 2 is a run cut short.
  failedExitCodes: [1],
  // A failed call and a failing teardown are two cases of one name.
  duplicates: 'fold',
  reportsEveryFile: true,
  command,
  collect,
  identify,
  keywordProblem,
  markersProblem,
  testSelector,
  listsFirst: true,
  coverage: {
    needs: "pytest-cov 4 or later (pip install 'pytest-cov>=4')",
    isMissing: (words) => /error: (?:unrecognized arguments: .*--cov|argument --cov)/.test(words),
  },
  stoppedEarly: ({ argv, tail }) =>
    argv.some((argument) => /^(?:-[qvsl]*x[qvsl]*|--exitfirst|--maxfail(?:=.*)?|--sw|--stepwise)$/.test(argument)) ||
    /^!+ .*\bstopping after \d+ failures\b.* !+$/m.test(tail),
  // Where one of several is not there, none is run.
  foundNone: (tail) => /^ERROR: not found: .*::/m.test(tail) && !/^ERROR: (?!not found: .*::)/m.test(tail),
  // `pytest.exit(returncode=0)`, in a plugin for example: what was left is in no report.
  cutShort: (tail) => /^!+ _pytest\.outcomes\.Exit: .*$/m.test(tail),
  // As pytest-cov has it.
  failedBeside: ({ tail }) => /^FAIL Required test coverage of .* not reached\b/m.test(tail),
};

function command(request: TaskRequest): FrameworkCommand {
  const { suite, reportsDir, keyword, markers } = request;
  const reportPath = `${reportsDir}/pytest.xml`;
  const given = [...suite.args, ...request.extraArgs];
  const streamed = streamInto(reportsDir);
  const measured = request.coverage === true ? measure(reportsDir, given) : null;
  return {
    argv: [
      ...(suite.command ?? pytest.defaultCommand ?? []),
      ...given,
      ...['-o', 'junit_family=xunit1', '-o', 'junit_logging=all', '-o', 'junit_log_passing_tests=false'],
      `--junitxml=${reportPath}`,
      // Neither in the user's tree nor shared by the batches of one suite, which run at the same time.
      ...['-o', `cache_dir=${reportsDir}/.pytest_cache`],
      // One file that cannot be imported must not keep the others from running.
      '--continue-on-collection-errors',
      ...(measured?.argv ?? []),
      ...(keyword === null ? [] : ['-k', keyword]),
      ...(markers === null ? [] : ['-m', markers]),
      ...request.files.flatMap((file) => nodeIds(file, request.tests[file])),
    ],
    // Found by its entry point where PYTHONPATH reaches: an argument that names it would end every other pytest.
    env: { ...streamed.env, ...measured?.env, PYTHONPATH: `${request.pluginsDir}/python` },
    stream: streamed.stream,
    report: { kind: 'files', paths: [reportPath] },
    ...(measured === null ? {} : { coverage: measured.coverage }),
    narrowed: given.some((argument) => /^(-k|-m|--deselect|--lf|--last-failed|--sw|--stepwise)/.test(argument)),
  };
}

/** What the suite itself says is measured stays; what it demands of a total is not for a batch of its files. */
function measure(
  reportsDir: string,
  given: readonly string[],
): Required<Pick<FrameworkCommand, 'argv' | 'env' | 'coverage'>> {
  const path = `${reportsDir}/coverage.info`;
  const source = given.some((argument) => /^--cov(?:=|$)/.test(argument)) ? [] : ['--cov'];
  return {
    argv: [...source, `--cov-report=lcov:${path}`, '--cov-fail-under=0'],
    // Neither in the user's tree nor shared by the batches of one suite.
    env: { COVERAGE_FILE: `${reportsDir}/.coverage` },
    coverage: { path },
  };
}

/** By what it prints and not through a plugin: some commands let none in (`python3 -I`). */
function collect(request: TaskRequest): FrameworkCommand {
  const { argv, env, narrowed } = command(request);
  return {
    argv: [...argv, '--collect-only', '--verbosity=-1', '-o', 'verbosity_test_cases=auto', '-rs', '--color=no'],
    env,
    report: { kind: 'lines', path: request.logPath, reader: readPytestList },
    ...(narrowed === undefined ? {} : { narrowed }),
  };
}

function nodeIds(file: string, tests: readonly string[] | undefined): readonly string[] {
  return tests === undefined ? [asArgument(file)] : tests.map((test) => `${asArgument(file)}::${test}`);
}

function identify(reported: ReportCase, context: IdentifyContext): TestId {
  const { name } = reported;
  // A module that failed or was skipped at import is a case without a class, named like the module: `test_a`, as its function may be too.
  const className = reported.className ?? '';
  // The class tells the collected file; `file` is where the function was written, which may be a base class elsewhere.
  const found = modulesOf(context.files).find(className === '' ? name : className);
  const file = found?.file ?? (reported.file === null ? null : rootRelativeFile(reported.file, context));
  return { file, className, name };
}

const indexes = new WeakMap<readonly string[], ModuleIndex>();

function modulesOf(files: readonly string[]): ModuleIndex {
  const existing = indexes.get(files);
  if (existing !== undefined) return existing;
  const created = moduleIndex(files);
  indexes.set(files, created);
  return created;
}

function keywordProblem(expression: string): string | null {
  const parsed = parseKeyword(expression);
  if (parsed.kind === 'problem') return parsed.problem;
  const foreign = wordsOf(parsed.keyword).find((word) => !/^[\p{L}\p{N}_:+\-.[\]\\/=]+$/u.test(word));
  if (foreign === undefined && !/["']/.test(expression)) return null;
  return 'pytest takes single words joined by "and", "or" and "not", no phrases or quotes';
}

// Since version 8.3 a marker may stand with what it was given: `device(serial="x")`.
function markersProblem(expression: string): string | null {
  return keywordProblem(expression.replace(/([\w.:-]+)\([^()]*=[^()]*\)/g, '$1'));
}

function testSelector(id: TestId): string | null {
  if (id.file === null) return null;
  const found = id.className === '' ? null : moduleIndex([id.file]).find(id.className);
  return found === null ? id.file : [id.file, ...found.rest, id.name].join('::');
}
