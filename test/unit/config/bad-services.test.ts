import { expect, test } from 'vitest';
import { firstLinesOf, also, category } from '../../support/config-text.ts';

/** What is wrong, the text, and the first line of each problem without the file's name. */
const cases: readonly (readonly [title: string, text: string, ...problems: string[]])[] = [
  ['a key whose value is missing', also('services:\n'), '6:1  services: expected a mapping, got nothing'],
  [
    'an unknown service',
    category('needs: [db]'),
    '5:19  category "unit" needs "db", which is not defined: there are none',
  ],
  [
    'services that need each other',
    also('services:\n  a: { process: { command: [a] }, needs: [b] }\n  b: { process: { command: [b] }, needs: [a] }\n'),
    '8:43  services need each other: a -> b -> a',
  ],
  [
    'a service without a provider',
    also('services: { db: { startTimeout: 5s } }\n'),
    '6:13  service "db" has neither "process" nor "external": say how it is started or where it runs',
  ],
  [
    'a port without a process',
    also('services: { db: { external: { url: "http://db" }, port: 5432 } }\n'),
    '6:51  service "db" has "port", which is only for a "process", and it has none',
  ],
  [
    'an impossible port',
    also('services: { db: { process: { command: [db] }, port: 70000 } }\n'),
    '6:53  services.db.port: expected auto or a port from 1 to 65535, got the number 70000',
  ],
  [
    'an address that is no URL',
    also('services: { db: { external: { url: localhost:5432 } } }\n'),
    '6:36  services.db.external.url: "localhost:5432" is not a URL such as https://staging.example.com',
  ],
  [
    'a probe as a word',
    also('services: { db: { process: { command: [db] }, health: [tcp] } }\n'),
    '6:56  services.db.health.0: expected a probe such as { http: { path: /health } }, got "tcp"',
  ],
  [
    'a misspelt probe',
    also('services: { db: { process: { command: [db] }, health: [{ htpp: { path: / } }] } }\n'),
    '6:58  services.db.health.0: unknown key "htpp" (did you mean "http"?)',
  ],
  [
    'two probes in one',
    also('services: { db: { process: { command: [db] }, health: [{ tcp: {}, http: {} }] } }\n'),
    '6:56  services.db.health.0: expected exactly one of http, tcp, websocket, log and command, got http and tcp',
  ],
  [
    'a status that does not exist',
    also('services: { db: { process: { command: [db] }, health: [{ http: { status: 20 } }] } }\n'),
    '6:74  services.db.health.0.http.status: expected a status code from 100 to 599, got the number 20',
  ],
  [
    'a path without a slash',
    also('services: { db: { process: { command: [db] }, health: [{ http: { path: health } }] } }\n'),
    '6:72  services.db.health.0.http.path: a path starts with "/", got "health"',
  ],
  [
    'a log probe that is no regular expression',
    also('services: { db: { process: { command: [db] }, health: [{ log: { pattern: "ready (" } }] } }\n'),
    '6:74  services.db.health.0.log.pattern: is not a regular expression: /ready (/: Unterminated group',
  ],
  [
    'a log probe without a process',
    also('services: { db: { external: { url: "http://db" }, health: [{ log: { pattern: ready } }] } }\n'),
    '6:60  service "db" has a log probe, which reads the output of a "process", and it has none',
  ],
  [
    'an unknown stop signal',
    also('services: { db: { process: { command: [db] }, stop: { signal: TERM } } }\n'),
    '6:63  services.db.stop.signal: expected SIGTERM, SIGINT, SIGQUIT, SIGHUP or SIGKILL, got "TERM"',
  ],
  [
    'an address for an unknown service',
    also('environments: { ci: { services: { db: { external: { url: "http://db" } } } } }\n'),
    '6:35  environment "ci" gives an address for service "db", which is not defined: there are none',
  ],
];

test.each(cases)('%s is explained at its place', (_title, text, ...problems) => {
  expect(firstLinesOf(text)).toEqual(problems);
});
