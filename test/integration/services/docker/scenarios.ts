import { image } from '../../../support/docker-engine.ts';
import type { Service } from '../../../../src/model/config.ts';
import { dockerService } from './support.ts';

/** One start of services of a compose file that goes the same way with a real engine and with recorded answers. */
export interface Scenario {
  readonly name: string;
  readonly title: string;
  readonly compose: string;
  readonly services: readonly Service[];
  /** What the lease is like; a text is held against its problem, or all of it as JSON. */
  readonly expected: object | RegExp;
  /** Lines that the problem or the log must hold. */
  readonly says?: readonly RegExp[];
}

const sleeper = `image: ${image}, command: [sleep, "1000"], stop_signal: SIGKILL`;

/** `port` is free, or was when the answers were recorded. */
export function scenarios(port: number): readonly Scenario[] {
  return [
    {
      name: 'healthy',
      title: 'is ready when its health check passes, at the port that docker chose',
      compose: `services:
  web:
    image: ${image}
    command: [sh, -c, "echo serving; exec httpd -f -p 8080 -h /www"]
    stop_signal: SIGKILL
    ports: ["127.0.0.1::8080"]
    depends_on: [db]
    healthcheck: { test: [CMD, test, -e, /www/health], interval: 300ms }
  db: { ${sleeper} }
`,
      services: [dockerService('web')],
      expected:
        /^\{"kind":"ready","services":\{"web":\{"url":"http:\/\/127\.0\.0\.1:\d+","host":"127\.0\.0\.1","port":\d+,"variables":\{\}\}\}\}$/,
    },
    {
      name: 'one-shot',
      title: 'that is meant to end is ready when it has ended with 0',
      compose: `services: { seed: { image: ${image}, command: [sh, -c, "sleep 0.5; echo seeded"] } }\n`,
      services: [dockerService('seed', { oneShot: true })],
      expected: { kind: 'ready', services: { seed: { url: null, port: null } } },
    },
    {
      name: 'exits',
      title: 'that ends fails at once with its exit code and its last words',
      compose: `services: { web: { image: ${image}, command: [sh, -c, "echo no database; sleep 0.3; exit 7"] } }\n`,
      services: [dockerService('web', {}, { health: [{ kind: 'log', pattern: 'never' }], startTimeoutMs: 600_000 })],
      expected: /^web: its container exited with code 7\n/,
      says: [/ {2}last lines of logs\/services\/web\.log:\n {4}no database/],
    },
    {
      name: 'ends',
      title: 'that ends with 0 and is not known to be a one-shot fails, and says which setting would allow that',
      compose: `services: { seed: { image: ${image}, command: ["true"] } }\n`,
      services: [dockerService('seed', {}, { health: [{ kind: 'log', pattern: 'never' }] })],
      expected: /^seed: its container exited with code 0; if it is meant to end, set docker\.oneShot: true\n/,
    },
    {
      name: 'no-image',
      title: 'whose image is not there and cannot be pulled says what to do',
      compose: 'services: { web: { image: "127.0.0.1:1/nosuch:9" } }\n',
      services: [dockerService('web')],
      expected:
        /^web: the image of service web is missing and could not be pulled; pull or build it before, log in to its registry \(docker login\), or correct its name in compose\.yml\n/,
      says: [/127\.0\.0\.1:1/],
    },
    {
      name: 'port-taken',
      title: 'whose port another container has names that container',
      compose: `services:
  holder: { ${sleeper}, ports: ["127.0.0.1:${port}:80"] }
  web: { ${sleeper}, ports: ["127.0.0.1:${port}:80"] }
`,
      services: [
        dockerService('web', {}, { needs: ['holder'] }),
        dockerService('holder', {}, { health: [{ kind: 'command', command: ['true'], timeoutMs: 1000 }] }),
      ],
      expected:
        /^web: port \d+ is already taken by container \S+holder\S*; end it, or publish any free port in compose\.yml/,
    },
    {
      name: 'unhealthy',
      title: 'that is unhealthy fails at once and says so',
      compose: `services:
  web: { ${sleeper}, healthcheck: { test: [CMD, "false"], interval: 200ms, retries: 1 } }
`,
      services: [dockerService('web', {}, { startTimeoutMs: 600_000 })],
      expected: /^web: its container is unhealthy: its health check fails\n/,
    },
    {
      name: 'unhealthy-dependency',
      title: 'that depends on one that is unhealthy fails and names that one',
      compose: `services:
  db: { ${sleeper}, healthcheck: { test: [CMD, "false"], interval: 200ms, retries: 1 } }
  web: { ${sleeper}, depends_on: { db: { condition: service_healthy } } }
`,
      services: [dockerService('web')],
      expected: /^web: compose could not start service web of compose\.yml\n/,
      says: [/is unhealthy/],
    },
    {
      name: 'no-service',
      title: 'that the compose file does not have says which it has',
      compose: `services: { backend: { ${sleeper} } }\n`,
      services: [dockerService('web', { service: 'backand' })],
      expected: /^web: compose\.yml has no service backand \(did you mean "backend"\?\)$/,
    },
    {
      name: 'no-program',
      title: 'whose program is not in its image says what docker says',
      compose: `services: { web: { image: ${image}, command: [nosuchprogram] } }\n`,
      services: [dockerService('web')],
      expected: /^web: compose could not start service web of compose\.yml\n/,
      says: [/nosuchprogram/],
    },
    {
      name: 'bad-file',
      title: 'of a compose file that makes no sense says what compose says',
      compose: `services: { web: { image: [] } }\n`,
      services: [dockerService('web')],
      expected: /^web: compose could not start service web of compose\.yml\n/,
      says: [/image/],
    },
    {
      name: 'no-port',
      title: 'that does not publish its port says what to write',
      compose: `services: { db: { ${sleeper}, ports: ["127.0.0.1::80"] } }\n`,
      services: [dockerService('db', { port: 5432 })],
      expected:
        /^db: its container does not publish port 5432 \(docker\.port\); add ports: \["127\.0\.0\.1:0:5432"\] to service db in compose\.yml$/,
    },
  ];
}
