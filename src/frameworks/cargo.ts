import { readCargoLines } from './cargo-lines.ts';
import { readCargoList } from './cargo-list.ts';
import type { Framework, FrameworkCommand, TaskRequest } from './framework.ts';
import { identifyByFile, selectByName } from './identity.ts';
import { keywordProblem, parseKeyword } from './keyword.ts';
import { keywordPattern } from './name-pattern.ts';
import { namedTests } from './selected-tests.ts';

/**
 * `cargo test`, read by its lines, as stable Rust has nothing better: a launcher maps root files to targets and keeps to these.
 * A file stands for the whole target of which it is the root, documentation tests of a library included.
 */
export const cargo: Framework = {
  name: 'cargo',
  ownWorkers: true,
  hasFiles: true,
  defaultBatch: 'all',
  canFilterByKeyword: true,
  canFilterByMarkers: false,
  canSelectTests: true,
  selectsTestsPerFile: false,
  // The root of a library is what everything else tests.
  changeReaches: 'everything',
  defaultFiles: [
    '**/src/lib.rs',
    '**/src/main.rs',
    '**/src/bin/*.rs',
    '**/src/bin/*/main.rs',
    '**/tests/*.rs',
    '**/tests/*/main.rs',
  ],
  defaultCommand: ['cargo', 'test'],
  noTestsExitCodes: [],
  // Also where the build failed, of which the reader makes an error.
  failedExitCodes: [101],
  duplicates: 'number',
  // A program's main.rs seldom has tests; that every target ran is watched by the reader of the lines.
  reportsEveryFile: false,
  command,
  collect,
  identify: identifyByFile,
  keywordProblem,
  stoppedEarly,
  testSelector: selectByName,
};

function command(request: TaskRequest): FrameworkCommand {
  const { suite, files, slots } = request;
  const path = `${request.reportsDir}/cargo.txt`;
  const { flags, rest } = splitArgs(suite.args, request.extraArgs);
  const selects =
    /^--(?:lib|bins?|tests?|examples?|benches|bench|doc|all-targets|package|workspace|all|exclude|no-run)(?:=|$)|^-p/;
  const given =
    flags.some((flag) => selects.test(flag)) ||
    rest.some((argument) => !/^--(?:nocapture|no-capture|show-output|test-threads)/.test(argument));
  const narrowed = given || request.keyword !== null || namedTests(request) !== null;
  return {
    argv: [
      ...[process.execPath, `${request.pluginsDir}/cargo-test.mjs`, `--lines=${path}`],
      ...(request.keyword === null ? [] : [`--keyword=${pattern(request.keyword)}`]),
      ...(namedTests(request) ?? []).map((test) => `--test=${test}`),
      ...['--', ...files, '--', ...(suite.command ?? cargo.defaultCommand ?? [])],
      ...[...flags, '--no-fail-fast', '--message-format=json'],
      ...(rest.length === 0 ? [] : ['--', ...rest]),
    ],
    env: {
      // Of these the lines are made; the user's own settings would change them.
      ...{ CARGO_TERM_COLOR: 'never', CARGO_TERM_QUIET: 'false', CARGO_TERM_PROGRESS_WHEN: 'never' },
      ...{ CARGO_BUILD_JOBS: String(slots), RUST_TEST_THREADS: String(slots) },
    },
    report: { kind: 'lines', path, reader: () => readCargoLines({ narrowed }) },
    narrowed: given,
  };
}

function collect(request: TaskRequest): FrameworkCommand {
  const { argv, report, ...rest } = command(request);
  const [program = '', launcher = '', ...others] = argv;
  const keyword = request.keyword === null ? null : new RegExp(pattern(request.keyword));
  const named = namedTests(request)?.map((name) => name.replace(/ #\d+$/, ''));
  const isWanted = (name: string): boolean => (keyword?.test(name) ?? true) && (named?.includes(name) ?? true);
  return {
    ...rest,
    argv: [program, launcher, '--list=true', ...others],
    report: report.kind === 'lines' ? { ...report, reader: () => readCargoList(isWanted) } : report,
  };
}

/** What stands behind `--` is for the test programs. */
function splitArgs(...lists: readonly (readonly string[])[]): {
  readonly flags: readonly string[];
  readonly rest: readonly string[];
} {
  const parts = lists.map((args) => {
    const at = args.indexOf('--');
    return at === -1 ? { flags: args, rest: [] } : { flags: args.slice(0, at), rest: args.slice(at + 1) };
  });
  return { flags: parts.flatMap(({ flags }) => flags), rest: parts.flatMap(({ rest }) => rest) };
}

function pattern(keyword: string): string {
  const parsed = parseKeyword(keyword);
  // Unreadable is refused before the run; here it selects nothing, which is never a pass.
  return parsed.kind === 'problem' ? '(?!)' : keywordPattern(parsed.keyword);
}

function stoppedEarly({ argv }: { readonly argv: readonly string[] }): boolean {
  return argv.some((argument) => /^--fail-fast$/.test(argument));
}
