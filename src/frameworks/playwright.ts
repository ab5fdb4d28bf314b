import { basename, join } from 'node:path/posix';
import type { Framework, FrameworkCommand, TaskRequest } from './framework.ts';
import { identifyByFile, selectByName } from './identity.ts';
import { keywordProblem, parseKeyword } from './keyword.ts';
import type { Keyword } from './keyword.ts';
import { escapeName, escapeRegExp, keywordPattern } from './name-pattern.ts';
import { streamInto } from './stream-lines.ts';

/**
 * Playwright Test 1.40 and later, found on the PATH, through a reporter of ours. Its own JUnit report is written only at the end,
 * and does not show what failed outside of the tests. Markers are its tags.
 */
export const playwright: Framework = {
  name: 'playwright',
  ownWorkers: true,
  hasFiles: true,
  defaultBatch: 'auto',
  canFilterByKeyword: true,
  canFilterByMarkers: true,
  canSelectTests: true,
  selectsTestsPerFile: true,
  defaultFiles: ['**/*.{test,spec}.?(c|m)[jt]s?(x)'],
  defaultCommand: ['playwright', 'test'],
  noTestsExitCodes: [],
  failedExitCodes: [1],
  duplicates: 'number',
  reportsEveryFile: true,
  command: (request) => launch(request, []),
  collect: (request) => launch(request, ['--list']),
  identify: identifyByFile,
  keywordProblem,
  // Tags are words of the same language.
  markersProblem: keywordProblem,
  testSelector: selectByName,
  listsFirst: true,
  // The second is said by our reporter.
  stoppedEarly: ({ argv, tail }) =>
    argv.some((argument) => /^(?:-x|--max-failures(?:=[1-9].*)?)$/.test(argument)) ||
    /^\[runner\] playwright was stopped/m.test(tail),
};

function launch(request: TaskRequest, options: readonly string[]): FrameworkCommand {
  const { suite, reportsDir } = request;
  const reportPath = `${reportsDir}/playwright.xml`;
  const pattern = titlePattern(request);
  const given = [...suite.args, ...request.extraArgs];
  const streamed = streamInto(request.reportsDir);
  return {
    argv: [
      ...(suite.command ?? playwright.defaultCommand ?? []),
      ...[...given, ...options],
      `--reporter=list,${request.pluginsDir}/playwright-reporter.mjs`,
      // That no test was found is told by the report, which then is empty; a file left out is noticed in any case.
      '--pass-with-no-tests',
      `--workers=${request.slots}`,
      // It is emptied when a run starts, so that it can be shared neither with another task nor with the user.
      `--output=${reportsDir}/test-results`,
      ...(pattern === null ? [] : [`--grep=/${pattern}/`]),
      // File arguments are regular expressions over absolute paths; between slashes they regard upper and lower case.
      ...request.files.map((file) => `/^${escapeRegExp(join(request.cwd, file))}$/`),
    ],
    env: { ...streamed.env, RUNNER_PLAYWRIGHT_REPORT: reportPath },
    stream: streamed.stream,
    report: { kind: 'files', paths: [reportPath] },
    narrowed: given.some((argument) =>
      /^(-g|--grep|-gv|--grep-invert|--project|--shard|--only-changed|--last-failed|--test-list)/.test(argument),
    ),
  };
}

/** Source of one regular expression over "project file suites test tags", the words that Playwright filters by. */
function titlePattern(request: TaskRequest): string | null {
  const { keyword, markers } = request;
  const parts = [
    keyword === null ? '' : conditionOf(keyword, (parsed) => keywordPattern(parsed).slice(1)),
    markers === null ? '' : conditionOf(markers, tagPattern),
    named(request),
  ];
  const pattern = parts.join('');
  // Playwright reads a pattern up to its first line break.
  return pattern === '' ? null : `^${pattern.replaceAll('\n', '\\n').replaceAll('\r', '\\r')}`;
}

function conditionOf(expression: string, toPattern: (parsed: Keyword) => string): string {
  const parsed = parseKeyword(expression);
  // Unreadable is refused before the run, or selects nothing, which is never a pass.
  return parsed.kind === 'problem' ? '(?!)' : toPattern(parsed.keyword);
}

/** A lookahead for an expression over whole tags, written with or without their "@". */
function tagPattern(tags: Keyword): string {
  switch (tags.kind) {
    case 'word':
      return `(?=[\\s\\S]*\\s@${escapeRegExp(tags.text.replace(/^@/, ''))}(?:\\s|$))`;
    case 'not':
      return `(?!${tagPattern(tags.of)})`;
    case 'and':
      return `${tagPattern(tags.left)}${tagPattern(tags.right)}`;
    case 'or':
      return `(?:${tagPattern(tags.left)}|${tagPattern(tags.right)})`;
  }
}

function named({ files, tests }: TaskRequest): string {
  if (files.every((file) => tests[file] === undefined)) return '';
  const choices = files.flatMap((file) => {
    const inFile = `${escapeRegExp(basename(file))} `;
    return tests[file]?.map((test) => inFile + exactTitle(test)) ?? [`${inFile}[\\s\\S]*`];
  });
  return `(?=(?:[\\s\\S]*[ /])?(?:${choices.join('|')})$)`;
}

/** `adds #2` is a test so named, or the second one named `adds`, which Playwright cannot tell from the first: then both run. */
function exactTitle(name: string): string {
  const numbered = /^(.*[^ ]) #(?:[2-9]|[1-9]\d+)$/s.exec(name)?.[1];
  const names = [name, ...(numbered === undefined ? [] : [numbered])];
  // Each suite's tags stand behind its title.
  const tags = '(?: @\\S+)*';
  const titles = names.map((text) => text.split(' > ').map(escapeName).join(`${tags} (?:> )?`) + tags);
  return titles.length === 1 ? titles.join('') : `(?:${titles.join('|')})`;
}
