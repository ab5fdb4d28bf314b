import * as z from 'zod/mini';
import { described, optional } from './described.ts';
import {
  argv,
  count,
  duration,
  env,
  expected,
  file,
  filledText,
  folder,
  names,
  regexProblem,
  rootGlobs,
  someTime,
  text,
} from './fields.ts';
import { describeValue } from './path.ts';

const aPort = expected('auto or a port from 1 to 65535');
const aContainerPort = expected('a port from 1 to 65535');
const aWatch = expected('off or a duration such as 500ms or 5s');
const aRestartCount = expected('a whole number from 0 to 5');
const aStatus = expected('a status code from 100 to 599');

const url = () =>
  described(
    filledText.check(
      z.refine((value) => value.includes('${') || isUrl(value), {
        error: ({ input }) => `${describeValue(input)} is not a URL such as https://staging.example.com`,
      }),
    ),
    'Address of the service; may hold ${env.NAME} references.',
  );

const path = () =>
  optional(
    text.check(
      z.refine((value) => value.startsWith('/') || value.startsWith('${'), {
        error: ({ input }) => `a path starts with "/", got ${describeValue(input)}`,
      }),
    ),
    'Path of the request. Default: /',
  );

const probe = () =>
  z
    .strictObject(
      {
        http: optional(
          z.strictObject({
            path: path(),
            status: optional(
              z.int(aStatus).check(z.minimum(100, aStatus), z.maximum(599, aStatus)),
              'Expected status code. Default: 200',
            ),
            headers: optional(env, 'Headers of the request.'),
            json: optional(
              z.record(
                z.string().check(z.minLength(1)),
                z.union([z.string(), z.number(), z.boolean()], expected('text, a number, true or false')),
              ),
              'Expected fields of a JSON answer, by dotted path.',
            ),
          }),
          'Ready when an HTTP request is answered as expected.',
        ),
        tcp: optional(
          z.strictObject({}, expected('{}: a tcp probe has no settings')),
          'Ready when the port accepts a connection: tcp: {}',
        ),
        websocket: optional(
          z.strictObject({
            path: path(),
            headers: optional(env, 'Headers of the handshake.'),
            protocols: optional(z.array(filledText), 'Subprotocols to offer.'),
            send: optional(filledText, 'A message to send after the handshake.'),
            expect: optional(filledText, 'Text that one of the first messages must contain.'),
          }),
          'Ready when a WebSocket handshake succeeds.',
        ),
        log: optional(
          z.strictObject({
            pattern: described(
              filledText.check(
                z.superRefine((value, context) => {
                  const problem = regexProblem(value);
                  if (problem !== null) context.addIssue({ code: 'custom', message: problem });
                }),
              ),
              'Regular expression for a line of output; named groups become variables.',
            ),
          }),
          'Ready when a line of the output of the process or container matches.',
        ),
        command: optional(
          z.strictObject({
            command: described(argv, 'Program and arguments; exit code 0 means ready.'),
            timeout: optional(someTime, 'Limit for one try. Default: 10s'),
            interval: optional(
              someTime,
              'Tried again this often while the service is in use. Default: only until it is ready',
            ),
          }),
          'Ready when a command exits with 0.',
        ),
      },
      expected('a probe such as { http: { path: /health } }'),
    )
    .check(
      z.refine((written) => Object.keys(written).length === 1, {
        error: ({ input }) => `expected exactly one of http, tcp, websocket, log and command, got ${kindsText(input)}`,
        when: ({ issues }) => issues.length === 0,
      }),
      z.meta({ description: 'One way to see that a service is ready.', minProperties: 1, maxProperties: 1 }),
    );

/** Where a service runs already. */
export const external = () =>
  described(
    z.strictObject({ url: url() }),
    'Runs already, somewhere; used when its probes pass, never started or stopped.',
  );

const docker = () =>
  described(
    z.strictObject({
      compose: described(file, "Path of the compose file, relative to the config's folder."),
      service: described(
        filledText.check(
          z.regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, {
            error: ({ input }) => `${describeValue(input)} cannot be the name of a service in a compose file`,
          }),
        ),
        'Its name in the compose file.',
      ),
      env: optional(env, 'Variables that the compose file refers to; they hold for all services that share the file.'),
      port: optional(
        z.int(aContainerPort).check(z.minimum(1, aContainerPort), z.maximum(65_535, aContainerPort)),
        'Port in the container whose published port is the address. Default: the lowest that is published',
      ),
      oneShot: optional(
        z.boolean(),
        'It is meant to end, and is ready once it has ended with 0, like a migration. Default: false',
      ),
    }),
    'A service of a compose file, started and taken down by runner in a project of its own.',
  );

/** A service as a user writes it. */
export const service = () =>
  described(
    z.strictObject({
      external: z.optional(external()),
      process: optional(
        z.strictObject({
          command: described(argv, 'Program and arguments; may hold ${...} references.'),
          cwd: optional(folder, "Folder it runs in, relative to the config's folder. Default: ."),
          env: optional(env, 'Environment variables; values may hold ${...} references such as ${port}.'),
        }),
        'Started and stopped by runner as a process.',
      ),
      docker: z.optional(docker()),
      port: optional(
        z.union([z.literal('auto'), z.int(aPort).check(z.minimum(1, aPort), z.maximum(65_535, aPort))], aPort),
        'Port of the process; auto picks a free one. Default: auto',
      ),
      needs: optional(names, 'Services that must be ready before.'),
      health: optional(
        z.array(probe()),
        'All of these must pass before the service counts as ready. Default: its port accepts a connection',
      ),
      startTimeout: optional(someTime, 'Time it has to become ready. Default: 60s'),
      watch: optional(
        z.union([z.literal('off'), someTime], aWatch),
        'How often its http, tcp and websocket probes are repeated while it is in use; three failures in a row are its death. Default: 5s',
      ),
      restarts: optional(
        z.int(aRestartCount).check(z.minimum(0, aRestartCount), z.maximum(5, aRestartCount)),
        'How often in one run it is started again after it died. Default: 1',
      ),
      instances: optional(
        count.check(z.maximum(64, { error: 'must be 64 at most' })),
        'Copies of the process, so that each slot has one of its own: slot mod instances. Default: 1',
      ),
      stop: optional(
        z.strictObject({
          signal: optional(
            z.enum(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGKILL']),
            'Signal that asks a process to end. Default: SIGTERM',
          ),
          grace: optional(duration, 'Time it has to end before it is killed. Default: 10s'),
        }),
        'How the process or container is stopped.',
      ),
      affects: optional(
        rootGlobs,
        "What it is made of, so that a change to it runs the categories that need it: globs relative to the config's folder, for --changed and --watch. Default: none",
      ),
    }),
    'Something tests need; the first provider that is allowed and works is used.',
  );

function isUrl(value: string): boolean {
  return URL.canParse(value) && /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(value);
}

function kindsText(written: unknown): string {
  const kinds = typeof written === 'object' && written !== null ? Object.keys(written) : [];
  return kinds.length === 0 ? 'none' : kinds.join(' and ');
}
