import { basename, extname } from 'node:path/posix';
import type { ReportCase } from '../model/report.ts';
import type { TestId } from '../model/test.ts';
import type { Framework, FrameworkCommand, IdentifyContext, TaskRequest } from './framework.ts';
import { parseKeyword, wordsOf } from './keyword.ts';
import type { Keyword } from './keyword.ts';
import { readMavenLines } from './maven-lines.ts';

/**
 * Maven with Surefire for tests and Failsafe for integration tests (`*IT`), by the reports that these leave below `target/`. What they
 * lose, classes whose JVM left and modules that could not be built, is read from what Maven prints.
 */
export const maven: Framework = {
  name: 'maven',
  ownWorkers: false,
  hasFiles: true,
  // Two of them in one folder would compile into the same classes.
  defaultBatch: 'all',
  oneAtATime: true,
  canFilterByKeyword: false,
  canFilterByMarkers: true,
  canSelectTests: true,
  selectsTestsPerFile: true,
  changeReaches: 'suite',
  defaultFiles: [
    '**/src/test/{java,kotlin,groovy,scala}/**/{Test*,*Test,*Tests,*TestCase,IT*,*IT,*ITCase}.{java,kt,groovy,scala}',
  ],
  defaultCommand: ['mvn'],
  noTestsExitCodes: [],
  failedExitCodes: [1],
  duplicates: 'number',
  reportsEveryFile: true,
  command,
  identify,
  markersProblem,
  stoppedEarly,
  testSelector,
};

const maxSelection = 100_000;
const phases = /^(?:test|package|integration-test|verify|install|deploy|[\w.-]+:[\w.:@-]+)$/;

function command(request: TaskRequest): FrameworkCommand {
  const { suite, files } = request;
  const path = `${request.reportsDir}/maven.txt`;
  const given = [...suite.args, ...request.extraArgs];
  const integration = files.filter((file) => /^(?:IT.*|.*IT|.*ITCase)\.\w+$/.test(basename(file)));
  const unit = files.filter((file) => !integration.includes(file));
  const phase = integration.length > 0 ? 'verify' : 'test';
  return {
    argv: [
      ...[process.execPath, `${request.pluginsDir}/tee.mjs`, `--lines=${path}`, '--', '--'],
      ...(suite.command ?? maven.defaultCommand ?? []),
      // One module whose tests fail must not keep the others from running.
      ...['--batch-mode', '--no-transfer-progress', '--fail-at-end', '-Dstyle.color=never'],
      ...given,
      ...(given.some((argument) => /^(?:-pl|--projects|-rf|--resume-from)/.test(argument)) ? [] : modules(files)),
      ...(files.length === 0 ? [] : selection(unit, integration, request)),
      ...(request.markers === null ? [] : [`-Dgroups=${groups(request.markers)}`]),
      ...(given.some((argument) => phases.test(argument)) ? [] : [phase]),
    ],
    env: {},
    report: {
      kind: 'globs',
      globs: ['**/target/surefire-reports/TEST-*.xml', '**/target/failsafe-reports/TEST-*.xml'],
      keepsOld: true,
      absent:
        'no report is in target/surefire-reports or target/failsafe-reports: Maven ended before it ran a test; see the log',
      beside: { kind: 'lines', path, reader: readMavenLines },
    },
    narrowed: given.some((argument) =>
      /^-D(?:groups|excludedGroups|test|it\.test|skipTests|skipITs|maven\.test\.skip)/.test(argument),
    ),
  };
}

/** Arguments that build only the modules of these files, and what they need. */
function modules(files: readonly string[]): readonly string[] {
  const folders = new Set(files.map((file) => /^(?:(.*?)\/)?src\//s.exec(file)?.[1] ?? ''));
  return folders.size === 0 || folders.has('') ? [] : ['--projects', [...folders].sort().join(','), '--also-make'];
}

/** Arguments that run these classes and no other. A list too long for an argument is left out: then all run. */
function selection(unit: readonly string[], integration: readonly string[], request: TaskRequest): readonly string[] {
  const listOf = (files: readonly string[]): string =>
    files.length === 0 ? 'none.Such' : files.map((file) => pattern(file, request.tests[file])).join(',');
  return [
    ...[`-Dtest=${listOf(unit)}`, `-Dit.test=${listOf(integration)}`].filter(({ length }) => length < maxSelection),
    // A module need not have any of them; that all were run is checked by the reports.
    ...['-DfailIfNoTests=false', '-Dsurefire.failIfNoSpecifiedTests=false', '-Dfailsafe.failIfNoSpecifiedTests=false'],
  ];
}

function pattern(file: string, tests: readonly string[] | undefined): string {
  const name = classOf(file);
  return tests === undefined ? name : tests.map((test) => testPattern(name, test)).join(',');
}

/** A test is `method`, or `Nested#method`; behind the method's name may stand which of its invocations it was. */
function testPattern(className: string, test: string): string {
  const [, nested = '', method = ''] = /^(?:([^#]*)#)?(.*)$/s.exec(test.replace(/ #\d+$/, '')) ?? [];
  const owner = nested === '' ? className : `${className}$${nested}`;
  const name = /^[\p{L}\p{N}_$]+(?=$|[([{])/u.exec(method)?.[0];
  // Not the name of a method: the class then, which is more than was asked for.
  if (name === undefined) return owner;
  // JUnit 4 counts its parameters in the name itself.
  return `${owner}#${name}${method.charAt(name.length) === '[' ? '*' : ''}`;
}

function classOf(file: string): string {
  const inRoot = /(?:^|\/)src\/[^/]+\/(?:java|kotlin|groovy|scala)\/(.*)$/s.exec(file)?.[1] ?? basename(file);
  return inRoot.slice(0, -extname(inRoot).length).replaceAll('/', '.');
}

/** JUnit's language of tags: `slow and not db` is `slow & !db`. What cannot be read selects nothing. */
function groups(markers: string): string {
  const parsed = parseKeyword(markers);
  return parsed.kind === 'problem' ? 'none() & any()' : write(parsed.keyword);
}

function markersProblem(markers: string): string | null {
  const parsed = parseKeyword(markers);
  if (parsed.kind === 'problem') return parsed.problem;
  const foreign = wordsOf(parsed.keyword).find((word) => /[\s,()&|!]/.test(word));
  return foreign === undefined
    ? null
    : `${JSON.stringify(foreign)} cannot be a tag of JUnit: write single words joined by "and", "or" and "not"`;
}

function write(expression: Keyword): string {
  switch (expression.kind) {
    case 'word':
      return expression.text;
    case 'not':
      return `!(${write(expression.of)})`;
    case 'and':
      return `(${write(expression.left)} & ${write(expression.right)})`;
    case 'or':
      return `(${write(expression.left)} | ${write(expression.right)})`;
  }
}

function identify(reported: ReportCase, context: IdentifyContext): TestId {
  const className = reported.className ?? reported.suites.at(-1) ?? '';
  const file = classFiles(context.files).get(className.replace(/\$.*$/s, '')) ?? null;
  // A class whose set-up or tear-down failed is a case without a name.
  return { file, className, name: reported.name === '' ? className : reported.name };
}

const indexes = new WeakMap<readonly string[], ReadonlyMap<string, string>>();

function classFiles(files: readonly string[]): ReadonlyMap<string, string> {
  const existing = indexes.get(files);
  if (existing !== undefined) return existing;
  const created = new Map(files.map((file) => [classOf(file), file]));
  indexes.set(files, created);
  return created;
}

function stoppedEarly({ argv }: { readonly argv: readonly string[] }): boolean {
  return argv.some((argument) => /^(?:-ff|--fail-fast)$|^-D\w+\.skipAfterFailureCount=/.test(argument));
}

function testSelector({ file, className, name }: TestId): string | null {
  if (file === null || className === name) return file;
  const nested = className.includes('$') ? `${className.slice(className.indexOf('$') + 1)}#` : '';
  return `${file}::${nested}${name}`;
}
