import { expect, test } from 'vitest';
import { frameworks } from '../../../src/frameworks/index.ts';
import { firstLinesOf, suite } from '../../support/config-text.ts';

/** What is wrong, the text, and the first line of each problem without the file's name. */
const cases: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  [
    'text where a list is wanted',
    suite('args: -q'),
    '3:35  suites.api.args: expected a list of words, for example [-q, --color=no], got "-q"',
  ],
  [
    'a shell string as command',
    suite('command: python3 -m pytest'),
    '3:38  suites.api.command: expected a list of words, for example [python3, -m, pytest], got "python3 -m pytest"',
  ],
  ['an empty command', suite('command: []'), '3:38  suites.api.command: must name at least a program'],
  ['an empty program', suite('command: ["", -q]'), '3:39  suites.api.command.0: the program must not be empty'],
  [
    'a number as environment value',
    suite('env: { PORT: 8080 }'),
    '3:42  suites.api.env.PORT: expected text, got the number 8080: put it in quotes, "8080"',
  ],
  [
    'a variable name with a space',
    suite('env: { "MY PORT": "1" }'),
    '3:36  suites.api.env: "MY PORT" cannot be the name of an environment variable',
  ],
  ['a NUL in an argument', suite('args: ["a\\0b"]'), '3:36  suites.api.args.0: must not hold a NUL character'],
  [
    'an unknown batch',
    suite('batch: files'),
    '3:36  suites.api.batch: expected auto, file or all, got "files" (did you mean "file"?)',
  ],
  [
    'a suite without a framework',
    `version: 1
suites:
  api: { cwd: . }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '3:3  suites.api: "framework" is missing: write framework: pytest, vitest, node or command',
  ],
  [
    'an unknown framework',
    `version: 1
suites:
  api: { framework: pytst }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '3:21  suite "api" uses framework "pytst", which does not exist (did you mean "pytest"?)',
  ],
  [
    'a framework that nothing is similar to',
    `version: 1
suites:
  api: { framework: junit5 }
categories:
  unit: { tests: [{ suite: api }] }
`,
    `3:21  suite "api" uses framework "junit5", which does not exist: there are ${[...frameworks.keys()].join(', ')}`,
  ],
  ['empty files', suite('files: []'), '3:36  suites.api.files: must hold at least one glob'],
  [
    'a negated glob',
    suite('files: ["tests/**", "!tests/slow/**"]'),
    '3:49  suites.api.files.1: "!tests/slow/**" is negated: list what is meant, or use "exclude"',
  ],
  [
    'a glob above the folder',
    suite('files: ../tests/**'),
    '3:36  suites.api.files: "../tests/**" leaves the suite\'s folder: globs are relative to its "cwd"',
  ],
  [
    'a folder above the root',
    suite('cwd: a/../../b'),
    '3:34  suites.api.cwd: "a/../../b" is outside the config\'s folder',
  ],
  [
    'an absolute folder',
    suite('cwd: /srv'),
    '3:34  suites.api.cwd: "/srv" is absolute: write it relative to the config\'s folder',
  ],
  [
    'junit for a framework that writes its own',
    suite('junit: out.xml'),
    '3:29  suite "api" has "junit", which is only for framework "command": pytest is told where to write its report',
  ],
  [
    'tap for a framework that writes its own',
    suite('tap: true'),
    '3:29  suite "api" has "tap", which is only for framework "command": pytest is told where to write its report',
  ],
  [
    'tap that is neither printed nor in files',
    suite('tap: false'),
    '3:34  suites.api.tap: expected true (the command prints TAP), a glob or a list of globs, got false',
  ],
  [
    'TAP files above the folder',
    suite('tap: ../out.tap'),
    '3:34  suites.api.tap: "../out.tap" leaves the suite\'s folder: globs are relative to its "cwd"',
  ],
  [
    'tap and junit',
    `version: 1
suites:
  api: { framework: command, command: [./test.sh], junit: out.xml, tap: true }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '3:68  suite "api" has "tap" and "junit": its tests would be told twice, so keep one of them',
  ],
  [
    'a command suite without a command',
    `version: 1
suites:
  api: { framework: command }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '3:3  suite "api" has no "command": framework "command" runs what it is told, for example command: [./test.sh]',
  ],
  [
    'a name with a space',
    `version: 1
suites:
  my api: { framework: pytest }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '3:3  suites: "my api" is not a name: letters, digits, "_", "." and "-" only',
    '5:28  category "unit" runs suite "api", which is not defined: there is my api',
  ],
  [
    'an unknown suite',
    `version: 1
suites:
  api: { framework: pytest }
categories:
  unit: { tests: [{ suite: apo }] }
`,
    '5:28  category "unit" runs suite "apo", which is not defined (did you mean "api"?)',
  ],
  [
    'selected files of a suite that has none',
    `version: 1
suites:
  api: { framework: command, command: [./t.sh] }
categories:
  unit: { tests: [{ suite: api, files: "a/**" }] }
`,
    '5:33  category "unit" picks files of suite "api", which has none: add "files" to the suite',
  ],
  [
    'a command in one word for a command suite',
    `version: 1
suites:
  api: { framework: command, command: ./t.sh }
categories:
  unit: { tests: [{ suite: api }] }
`,
    '3:39  suites.api.command: expected a list of words, for example [python3, -m, pytest], got "./t.sh"',
  ],
];

test.each(cases)('%s is explained at its place', (_title, text, ...problems) => {
  expect(firstLinesOf(text)).toEqual(problems);
});
