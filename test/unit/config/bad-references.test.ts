import { expect, test } from 'vitest';
import { firstLinesOf, also, suite } from '../../support/config-text.ts';

/** What is wrong, the text, and the first line of each problem without the file's name. */
const cases: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  [
    'a shell variable as reference',
    suite('env: { A: "${HOME}/x" }'),
    '3:39  unknown reference ${HOME}: an environment variable is ${env.HOME}',
  ],
  [
    'an unknown reference',
    suite('args: ["${worker}"]'),
    '3:36  unknown reference ${worker}: there are ${env.NAME}, ${env.NAME:-default}, ${services.NAME.url}, ${port}, ${slot}, ${instance}, ${run.id} and ${shard.index}; a plain ${ is written $${',
  ],
  [
    'a reference that is not closed',
    suite('args: ["a${env.B"]'),
    '3:36  a "${" is not closed by "}"; a plain ${ is written $${',
  ],
  [
    'a default inside a default',
    suite('args: ["${env.A:-${env.B}}"]'),
    '3:36  a default cannot hold another reference',
  ],
  ['a port where there is none', suite('args: ["${port}"]'), '3:36  ${port} has no value in the environment of tests'],
  [
    'a slot in a service',
    also('services: { db: { process: { command: [db, "${slot}"] } } }\n'),
    '6:44  ${slot} has no value in a service, which is started once for all tests',
  ],
  [
    'an unknown service in a reference',
    suite('env: { A: "${services.bd.url}" }', 'services: { db: { process: { command: [db] } } }\n'),
    '3:39  ${services.bd.url} refers to service "bd", which is not defined: there is db',
  ],
  [
    'a service that the category does not need',
    suite('env: { A: "${services.db.url}" }', 'services: { db: { process: { command: [db] } } }\n'),
    '3:39  ${services.db.url} has no value here: category "unit" runs suite "api" and does not need "db" (add it to "needs")',
  ],
  [
    'a service that refers to one it does not need',
    also(
      'services: { db: { process: { command: [db] } }, web: { process: { command: [web, "${services.db.port}"] } } }\n',
    ),
    '6:82  ${services.db.port} has no value here: service "web" does not need "db" (add it to "needs")',
  ],
  ['a reference in a glob', suite('files: "${env.DIR}/**"'), '3:36  ${...} references are not substituted in this key'],
  [
    'one valid and one invalid need',
    `version: 1
suites:
  api: { framework: pytest, env: { A: "\${services.db.url}" } }
categories:
  unit: { needs: [db, 3], tests: [{ suite: api }] }
services: { db: { process: { command: [db] } } }
`,
    '5:23  categories.unit.needs.1: expected text, got the number 3',
  ],
];

test.each(cases)('%s is explained at its place', (_title, text, ...problems) => {
  expect(firstLinesOf(text)).toEqual(problems);
});
