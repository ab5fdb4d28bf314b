import * as z from 'zod';
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
  filledText
    .refine((value) => value.includes('${') || isUrl(value), {
      error: ({ input }) => `${describeValue(input)} is not a URL such as https://staging.example.com`,
    })
    .describe('Address of the service; may hold ${env.NAME} references.');

const path = () =>
  text
    .refine((value) => value.startsWith('/') || value.startsWith('${'), {
      error: ({ input }) => `a path starts with "/", got ${describeValue(input)}`,
    })
    .optional()
    .describe('Path of the request. Default: /');

const probe = () =>
  z
    .strictObject(
      {
        http: z
          .strictObject({
            path: path(),
            status: z
              .int(aStatus)
              .min(100, aStatus)
              .max(599, aStatus)
              .optional()
              .describe('Expected status code. Default: 200'),
            headers: env.optional().describe('Headers of the request.'),
            json: z
              .record(
                z.string().min(1),
                z.union([z.string(), z.number(), z.boolean()], expected('text, a number, true or false')),
              )
              .optional()
              .describe('Expected fields of a JSON answer, by dotted path.'),
          })
          .optional()
          .describe('Ready when an HTTP request is answered as expected.'),
        tcp: z
          .strictObject({}, expected('{}: a tcp probe has no settings'))
          .optional()
          .describe('Ready when the port accepts a connection: tcp: {}'),
        websocket: z
          .strictObject({
            path: path(),
            headers: env.optional().describe('Headers of the handshake.'),
            protocols: z.array(filledText).optional().describe('Subprotocols to offer.'),
            send: filledText.optional().describe('A message to send after the handshake.'),
            expect: filledText.optional().describe('Text that one of the first messages must contain.'),
          })
          .optional()
          .describe('Ready when a WebSocket handshake succeeds.'),
        log: z
          .strictObject({
            pattern: filledText
              .superRefine((value, context) => {
                const problem = regexProblem(value);
                if (problem !== null) context.addIssue({ code: 'custom', message: problem });
              })
              .describe('Regular expression for a line of output; named groups become variables.'),
          })
          .optional()
          .describe('Ready when a line of the output of the process or container matches.'),
        command: z
          .strictObject({
            command: argv.describe('Program and arguments; exit code 0 means ready.'),
            timeout: someTime.optional().describe('Limit for one try. Default: 10s'),
            interval: someTime
              .optional()
              .describe('Tried again this often while the service is in use. Default: only until it is ready'),
          })
          .optional()
          .describe('Ready when a command exits with 0.'),
      },
      expected('a probe such as { http: { path: /health } }'),
    )
    .refine((written) => Object.keys(written).length === 1, {
      error: ({ input }) => `expected exactly one of http, tcp, websocket, log and command, got ${kindsText(input)}`,
      when: ({ issues }) => issues.length === 0,
    })
    .meta({ description: 'One way to see that a service is ready.', minProperties: 1, maxProperties: 1 });

/** Where a service runs already. */
export const external = () =>
  z
    .strictObject({ url: url() })
    .describe('Runs already, somewhere; used when its probes pass, never started or stopped.');

const docker = () =>
  z
    .strictObject({
      compose: file.describe("Path of the compose file, relative to the config's folder."),
      service: filledText
        .regex(/^[A-Za-z0-9_][A-Za-z0-9_.-]*$/, {
          error: ({ input }) => `${describeValue(input)} cannot be the name of a service in a compose file`,
        })
        .describe('Its name in the compose file.'),
      env: env
        .optional()
        .describe('Variables that the compose file refers to; they hold for all services that share the file.'),
      port: z
        .int(aContainerPort)
        .min(1, aContainerPort)
        .max(65_535, aContainerPort)
        .optional()
        .describe('Port in the container whose published port is the address. Default: the lowest that is published'),
      oneShot: z
        .boolean()
        .optional()
        .describe('It is meant to end, and is ready once it has ended with 0, like a migration. Default: false'),
    })
    .describe('A service of a compose file, started and taken down by runner in a project of its own.');

/** A service as a user writes it. */
export const service = () =>
  z
    .strictObject({
      external: external().optional(),
      process: z
        .strictObject({
          command: argv.describe('Program and arguments; may hold ${...} references.'),
          cwd: folder.optional().describe("Folder it runs in, relative to the config's folder. Default: ."),
          env: env.optional().describe('Environment variables; values may hold ${...} references such as ${port}.'),
        })
        .optional()
        .describe('Started and stopped by runner as a process.'),
      docker: docker().optional(),
      port: z
        .union([z.literal('auto'), z.int(aPort).min(1, aPort).max(65_535, aPort)], aPort)
        .optional()
        .describe('Port of the process; auto picks a free one. Default: auto'),
      needs: names.optional().describe('Services that must be ready before.'),
      health: z
        .array(probe())
        .optional()
        .describe('All of these must pass before the service counts as ready. Default: its port accepts a connection'),
      startTimeout: someTime.optional().describe('Time it has to become ready. Default: 60s'),
      watch: z
        .union([z.literal('off'), someTime], aWatch)
        .optional()
        .describe(
          'How often its http, tcp and websocket probes are repeated while it is in use; three failures in a row are its death. Default: 5s',
        ),
      restarts: z
        .int(aRestartCount)
        .min(0, aRestartCount)
        .max(5, aRestartCount)
        .optional()
        .describe('How often in one run it is started again after it died. Default: 1'),
      instances: count
        .max(64, { error: 'must be 64 at most' })
        .optional()
        .describe('Copies of the process, so that each slot has one of its own: slot mod instances. Default: 1'),
      stop: z
        .strictObject({
          signal: z
            .enum(['SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGKILL'])
            .optional()
            .describe('Signal that asks a process to end. Default: SIGTERM'),
          grace: duration.optional().describe('Time it has to end before it is killed. Default: 10s'),
        })
        .optional()
        .describe('How the process or container is stopped.'),
      affects: rootGlobs
        .optional()
        .describe(
          "What it is made of, so that a change to it runs the categories that need it: globs relative to the config's folder, for --changed and --watch. Default: none",
        ),
    })
    .describe('Something tests need; the first provider that is allowed and works is used.');

function isUrl(value: string): boolean {
  return URL.canParse(value) && /^[a-z][a-z0-9+.-]*:\/\/[^/]/i.test(value);
}

function kindsText(written: unknown): string {
  const kinds = typeof written === 'object' && written !== null ? Object.keys(written) : [];
  return kinds.length === 0 ? 'none' : kinds.join(' and ');
}
