import type { Framework, FrameworkCommand, TaskRequest } from './framework.ts';
import { identifyByFile, selectByName } from './identity.ts';
import { readGoEvents } from './go-events.ts';
import { readGoList } from './go-list.ts';
import { keywordProblem, parseKeyword } from './keyword.ts';
import { keywordPattern } from './name-pattern.ts';
import { namedTests } from './selected-tests.ts';

/**
 * `go test -json` on the packages of the files, through a launcher that keeps to the tests of these files: go itself knows only
 * packages, tells no file of a test, and calls a test passed whose process leaves with code 0.
 */
export const go: Framework = {
  name: 'go',
  ownWorkers: true,
  hasFiles: true,
  defaultBatch: 'auto',
  canFilterByKeyword: true,
  canFilterByMarkers: false,
  canSelectTests: true,
  selectsTestsPerFile: false,
  changeReaches: 'folder',
  defaultFiles: ['**/*_test.go'],
  defaultCommand: ['go', 'test'],
  noTestsExitCodes: [],
  failedExitCodes: [1],
  duplicates: 'number',
  // Files of helpers have no tests; those that have are watched by the reader of the events.
  reportsEveryFile: false,
  command,
  collect,
  identify: identifyByFile,
  keywordProblem,
  stoppedEarly,
  testSelector: selectByName,
  coverage: {},
};

function command(request: TaskRequest): FrameworkCommand {
  const { suite, files, slots } = request;
  const path = `${request.reportsDir}/go.jsonl`;
  const coveragePath = `${request.reportsDir}/coverage.info`;
  const { flags, rest } = splitArgs([...suite.args, ...request.extraArgs]);
  const narrowed = flags.some((flag) => /^--?(?:test\.)?(?:run|skip|failfast|list)(?:=|$)/.test(flag));
  return {
    argv: [
      ...[process.execPath, `${request.pluginsDir}/go-test.mjs`, `--lines=${path}`],
      ...(request.coverage === true ? [`--coverage=${coveragePath}`] : []),
      ...(request.keyword === null ? [] : [`--keyword=${pattern(request.keyword)}`]),
      ...(namedTests(request) ?? []).map((test) => `--test=${test}`),
      ...['--', ...files, '--', ...(suite.command ?? go.defaultCommand ?? [])],
      // The task has a timeout of its own; a result from go's cache would be none of this run.
      ...['-count=1', '-timeout=0', `-p=${slots}`, ...flags, '-json'],
      ...(rest.length === 0 ? [] : ['--', ...rest]),
    ],
    env: {},
    report: { kind: 'lines', path, reader: () => readGoEvents({ narrowed }) },
    narrowed,
    ...(request.coverage === true ? { coverage: { path: coveragePath } } : {}),
  };
}

function collect(request: TaskRequest): FrameworkCommand {
  const { argv, report, ...rest } = command(request);
  const [program = '', launcher = '', ...others] = argv;
  return {
    ...rest,
    argv: [program, launcher, '--list=true', ...others],
    report: report.kind === 'lines' ? { ...report, reader: readGoList } : report,
  };
}

/** What stands behind `-args` is for the tests and comes after the packages. */
function splitArgs(args: readonly string[]): { readonly flags: readonly string[]; readonly rest: readonly string[] } {
  const at = args.findIndex((argument) => /^--?args$/.test(argument));
  return at === -1 ? { flags: args, rest: [] } : { flags: args.slice(0, at), rest: args.slice(at) };
}

function pattern(keyword: string): string {
  const parsed = parseKeyword(keyword);
  // Unreadable is refused before the run; here it selects nothing, which is never a pass.
  return parsed.kind === 'problem' ? '(?!)' : keywordPattern(parsed.keyword);
}

function stoppedEarly({ argv }: { readonly argv: readonly string[] }): boolean {
  return argv.some((argument) => /^--?(?:test\.)?failfast(?!=false)/.test(argument));
}
