import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { fakeDocker } from '../support/fake-docker.ts';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';

/**
 * Who serves, read by hand from the rules and not computed by them: a line for each set of providers, a column for each flag, in each cell what
 * is to be had when everything is there / when nothing outside of us is there and no docker (and a process that is the only one is broken).
 * `-` nobody; `!` what was started failed. In the local environment external comes before docker, docker before process; staging only gives addresses.
 */
const flags = ['none', '--no-docker', '--real-services', '--prefer-staging', '--no-services', '--env staging'];
const table = `
external only     | external/-       | external/-       | external/-       | staging/-       | -/- | staging/-
process only      | process/!        | process/!        | process/!        | staging/!       | -/- | staging/-
external+process  | external/process | external/process | external/process | staging/process | -/- | staging/-
docker only       | docker/-         | -/-              | docker/-         | staging/-       | -/- | staging/-
docker+process    | docker/process   | process/process  | docker/process   | staging/process | -/- | staging/-
none allowed      | -/-              | -/-              | -/-              | -/-             | -/- | -/-
`;

/** What would help where nobody serves, by the first line that fits the cell. */
const remedies: readonly (readonly [set: RegExp, flag: RegExp, remedy: RegExp])[] = [
  [/./, /--no-services/, /^run without --no-services$/],
  [/none allowed/, /--env staging/, /^add "process" to environments\.staging\.prefer$/],
  [/none allowed/, /./, /^add "process" to environments\.local\.prefer$/],
  [/./, /--env staging|--prefer-staging/, /^start web at http:\/\/127\.0\.0\.1:1,? or correct its external url$/],
  [/external/, /./, /^start web at http:\/\/127\.0\.0\.1:1, or correct its external url$/],
  [/docker/, /--no-docker/, /^run without --no-docker$/],
  [/docker/, /./, /^start docker /],
];

interface Cell {
  readonly set: string;
  readonly flag: string;
  readonly world: 'available' | 'unavailable';
  readonly missingService: 'skip' | 'fail';
  readonly server: string;
}

const cells: readonly Cell[] = table
  .trim()
  .split('\n')
  .flatMap((line) => {
    const [set = '', ...columns] = line.split('|').map((column) => column.trim());
    return columns.flatMap((column, index) =>
      (['available', 'unavailable'] as const).flatMap((world, place) =>
        (['skip', 'fail'] as const).map((missingService) => ({
          ...{ set, flag: flags[index] ?? '', world, missingService },
          server: column.split('/')[place] ?? '',
        })),
      ),
    );
  });

interface Expected {
  readonly outcome: 'passed' | 'skipped' | 'service-failed';
  readonly exitCode: number;
}

/** What was started and failed is always exit 3; for want of a service tests are skipped, which leaves nothing that ran, or fail. */
function expectedOf({ server, missingService, flag }: Cell): Expected {
  if (server === '!') return { outcome: 'service-failed', exitCode: 3 };
  if (server !== '-') return { outcome: 'passed', exitCode: 0 };
  if (missingService === 'fail' || flag === '--real-services') return { outcome: 'service-failed', exitCode: 3 };
  return { outcome: 'skipped', exitCode: 4 };
}

const servers = new Map<string, Server>();

function urlOf(name: string): string {
  const address = servers.get(name)?.address() as AddressInfo;
  return `http://127.0.0.1:${address.port}`;
}

/** Nobody listens there. */
const nowhere = 'http://127.0.0.1:1';

function configOf({ set, world, missingService }: Cell): string {
  const isThere = world === 'available';
  const node = JSON.stringify(process.execPath);
  const program = set === 'process only' && !isThere ? 'broken.mjs' : 'server.mjs';
  const external = `external: { url: '${isThere ? urlOf('external') : nowhere}' }`;
  const processOf = `process: { command: [${node}, ${program}], env: { PORT: '\${port}' } }`;
  const docker = 'docker: { compose: compose.yml, service: web }';
  const providers = [
    ...(set.includes('external') ? [external] : []),
    ...(set.includes('process') || set === 'none allowed' ? [processOf] : []),
    ...(set.includes('docker') ? [docker] : []),
  ];
  const staging = `services: { web: { external: { url: '${isThere ? urlOf('staging') : nowhere}' } } }`;
  const isNone = set === 'none allowed';
  return `version: 1
suites: { needy: { framework: command, command: ['true'] } }
categories: { unit: { tests: [{ suite: needy }], needs: [web], missingService: ${missingService} } }
services: { web: { ${providers.join(', ')}, health: [{ http: { path: / } }], startTimeout: 20s } }
environments:
  local: { prefer: [external, docker${isNone ? '' : ', process'}] }
  staging: { prefer: [external]${isNone ? '' : `, ${staging}`} }
`;
}

function createWorkspace(cell: Cell): Promise<Rig> {
  return createRig({
    'runner.config.yaml': configOf(cell),
    'compose.yml': 'services: { web: { image: web } }\n',
    'bin/docker': fakeDocker,
    'broken.mjs': `console.error('cannot start'); process.exit(1);\n`,
    'server.mjs': `import { createServer } from 'node:http';
createServer((_, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
`,
  });
}

beforeAll(async () => {
  for (const name of ['external', 'staging', 'docker']) {
    const server = createServer((_, response) => response.end('ok'));
    servers.set(name, server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  }
});

afterAll(() => {
  for (const server of servers.values()) {
    server.closeAllConnections();
    server.close();
  }
});

describe.concurrent('a service is had from the right place, or is told to be missing', { timeout: 60_000 }, () => {
  test('the table has every cell', () => {
    expect(cells).toHaveLength(6 * 6 * 2 * 2);
  });

  test.each(cells)('$set, $flag, $world, missingService $missingService: $server', async (cell) => {
    await using rig = await createWorkspace(cell);
    const env = {
      PATH: `${rig.path('bin')}:${process.env['PATH'] ?? ''}`,
      FAKE_DOCKER_PORT: cell.world === 'available' ? new URL(urlOf('docker')).port : '',
    };
    const words = cell.flag === 'none' ? [] : cell.flag.split(' ');
    const run = await rig.runWith({ env, replay: false }, ...words, '--progress', 'lines');

    const ready = run.events.flatMap((event) =>
      event.type === 'service-changed' && event.change.kind === 'ready' ? [event.change] : [],
    );
    const outcomes = run.events.flatMap((event) => (event.type === 'task-finished' ? [event.outcome] : []));
    const { outcome, exitCode } = expectedOf(cell);
    expect({ exitCode: run.exitCode, outcomes: outcomes.map(({ kind }) => kind) }, run.stdout).toEqual({
      exitCode,
      outcomes: [outcome],
    });
    const isServed = cell.server !== '-' && cell.server !== '!';
    expect(ready.map(({ provider }) => provider)).toEqual(
      isServed ? [cell.server === 'staging' ? 'external' : cell.server] : [],
    );
    if (isServed && cell.server !== 'process') expect(ready[0]?.url).toBe(urlOf(cell.server));
    if (cell.server === '!') expect(run.stdout).toContain('cannot start');
    const [end] = outcomes;
    if (cell.server !== '-' || end?.kind !== 'skipped' || end.because.kind !== 'service-unavailable') return;
    const remedy = remedies.find(([set, flag]) => set.test(cell.set) && flag.test(cell.flag))?.[2] ?? /never/;
    expect(end.because.remedy).toMatch(remedy);
    expect(end.because.problem).not.toBe('');
    expect(run.stdout.replace(/\s+/g, ' ')).toContain(`to run: ${end.because.remedy}`);
  });
});
