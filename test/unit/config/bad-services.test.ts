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
    '6:13  service "db" has neither "process", "docker" nor "external": say how it is started or where it runs',
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
    'a watch without a unit',
    also('services: { db: { process: { command: [db] }, watch: 5 } }\n'),
    '6:54  services.db.watch: expected off or a duration such as 500ms or 5s, got the number 5',
  ],
  [
    'too many restarts',
    also('services: { db: { process: { command: [db] }, restarts: 6 } }\n'),
    '6:57  services.db.restarts: expected a whole number from 0 to 5, got the number 6',
  ],
  [
    'no copy at all',
    also('services: { db: { process: { command: [db] }, instances: 0 } }\n'),
    '6:58  services.db.instances: expected a whole number of at least 1, got the number 0',
  ],
  [
    'copies of what runs elsewhere',
    also('services: { db: { external: { url: "http://db" }, instances: 2 } }\n'),
    '6:51  service "db" has "instances", which is only for a "process", and it has none',
  ],
  [
    'copies on one port',
    also('services: { db: { process: { command: [db] }, port: 5432, instances: 2 } }\n'),
    '6:59  service "db" has 2 instances, which cannot share port 5432: write "port: auto"',
  ],
  [
    'copies of a container',
    also('services: { db: { process: { command: [db] }, docker: { compose: c.yml, service: db }, instances: 2 } }\n'),
    '6:88  service "db" has "instances" beside "docker", and a container is started once for all slots',
  ],
  [
    'a copy with the name of another service',
    also('services:\n  db: { process: { command: [db] }, instances: 2 }\n  db-1: { process: { command: [db] } }\n'),
    '7:37  service "db" has 2 instances, and one of them would be called "db-1", as another service is',
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
    also('services: { db: { process: { command: [db] }, port: 1, health: [{ http: { status: 20 } }] } }\n'),
    '6:83  services.db.health.0.http.status: expected a status code from 100 to 599, got the number 20',
  ],
  [
    'a path without a slash',
    also('services: { db: { process: { command: [db] }, port: 1, health: [{ http: { path: health } }] } }\n'),
    '6:81  services.db.health.0.http.path: a path starts with "/", got "health"',
  ],
  [
    'a log probe that is no regular expression',
    also('services: { db: { process: { command: [db] }, health: [{ log: { pattern: "ready (" } }] } }\n'),
    '6:74  services.db.health.0.log.pattern: is not a regular expression: /ready (/: Unterminated group',
  ],
  [
    'a probe of a port that the process is not told',
    also('services: { db: { process: { command: [db] }, port: auto, health: [{ tcp: {} }] } }\n'),
    '6:68  service "db" is asked at its port, which its process is not told: write process: { env: { PORT: "${port}" } }, or "port" with a number',
  ],
  [
    'a log probe without a process',
    also('services: { db: { external: { url: "http://db" }, health: [{ log: { pattern: ready } }] } }\n'),
    '6:60  service "db" has a log probe, which reads the output of a "process" or "docker", and it has neither',
  ],
  [
    'a way to stop what is not started',
    also('services: { db: { external: { url: "http://db" }, stop: { grace: 1s } } }\n'),
    '6:51  service "db" has "stop", which is only for a "process" or "docker", and it has neither',
  ],
  [
    'a container without the name of its service',
    also('services: { db: { docker: { compose: a.yml } } }\n'),
    '6:19  services.db.docker: "service" is missing',
  ],
  [
    'a compose file outside the workspace',
    also('services: { db: { docker: { compose: ../a.yml, service: db } } }\n'),
    '6:38  services.db.docker.compose: "../a.yml" is outside the config\'s folder',
  ],
  [
    'a compose file that is a folder',
    also('services: { db: { docker: { compose: ., service: db } } }\n'),
    '6:38  services.db.docker.compose: must name a file',
  ],
  [
    'a name that would be taken for an option',
    also('services: { db: { docker: { compose: a.yml, service: --all } } }\n'),
    '6:54  services.db.docker.service: "--all" cannot be the name of a service in a compose file',
  ],
  [
    'an impossible port of a container',
    also('services: { db: { docker: { compose: a.yml, service: db, port: 0 } } }\n'),
    '6:64  services.db.docker.port: expected a port from 1 to 65535, got the number 0',
  ],
  [
    'the port of a process for a container',
    also('services: { db: { docker: { compose: a.yml, service: db }, port: 5432 } }\n'),
    '6:60  service "db" has "port", which is only for a "process", and it has none (the port of a container is "docker.port")',
  ],
  [
    'the stop signal of a process for a container',
    also('services: { db: { docker: { compose: a.yml, service: db }, stop: { signal: SIGINT } } }\n'),
    '6:68  service "db" has "stop.signal", which is only for a "process": a container has "stop_signal" in the compose file',
  ],
  [
    'one container for two services',
    also(
      'services:\n  a: { docker: { compose: a.yml, service: db } }\n  b: { docker: { compose: ./a.yml, service: db } }\n',
    ),
    '8:45  service "b" is service "db" of "a.yml", as is "a": one of them would stop the other\'s container',
  ],
  [
    'two values of one variable of a compose file',
    also(
      'services:\n  a: { docker: { compose: a.yml, service: a, env: { X: "1", Y: "2" } } }\n  b: { docker: { compose: a.yml, service: b, env: { X: "2", Y: "2" } } }\n',
    ),
    '8:56  service "b" gives X another value than "a" does: all services of "a.yml" share one environment',
  ],
  [
    'the address of another service in a compose file',
    also(
      'services:\n  a: { process: { command: [a] } }\n  b: { docker: { compose: a.yml, service: b, env: { X: "${services.a.url}" } }, needs: [a] }\n',
    ),
    '8:56  ${services.a.url} has no value in a compose file, whose services share one environment',
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
