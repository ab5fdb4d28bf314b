import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';
import type { StartedCli } from '../support/rig.ts';

/** Two servers, one needing the other; each says when it is told to stop. */
const service = `
import { appendFileSync } from 'node:fs';
import { createServer } from 'node:http';
createServer((_, response) => response.end('ok')).listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => { appendFileSync('stopped.txt', process.env.NAME + '\\n'); process.exit(0); });
`;

function config(command: string): string {
  const server = (name: string, needs: string): string =>
    `  ${name}: { process: { command: [node, service.mjs], env: { PORT: '\${port}', NAME: ${name} } }, health: [{ http: { path: / } }], needs: [${needs}] }`;
  return `
version: 1
project: teardown
settings: { grace: 1s, teardown: 10s }
suites:
  work: { framework: command, command: [sh, -c, '${command}'] }
categories:
  smoke: { tests: [{ suite: work }], needs: [backend], timeout: 60s }
services:
${server('database', '')}
${server('backend', 'database')}
`;
}

const hang = 'sleep 600';

interface End {
  readonly when: string;
  readonly command: string;
  readonly args?: readonly string[];
  readonly exitCode: number;
  readonly interrupt?: (started: StartedCli) => Promise<void>;
}

const signalled = (signal: NodeJS.Signals) => (started: StartedCli) => {
  started.child.kill(signal);
  return Promise.resolve();
};

const ends: readonly End[] = [
  { when: 'the tests pass', command: 'exit 0', exitCode: 0 },
  { when: 'a test fails', command: 'exit 1', exitCode: 1 },
  { when: 'a test runs into its timeout', command: hang, args: ['--timeout', '1s'], exitCode: 1 },
  { when: 'the run reaches its deadline', command: hang, args: ['--deadline', '12s'], exitCode: 1 },
  { when: 'of SIGINT', command: hang, exitCode: 130, interrupt: signalled('SIGINT') },
  { when: 'of SIGTERM', command: hang, exitCode: 143, interrupt: signalled('SIGTERM') },
  {
    when: 'of a second SIGINT, beside a test that ignores SIGTERM',
    command: 'trap "" TERM INT; while :; do sleep 1; done',
    exitCode: 130,
    interrupt: async (started) => {
      started.child.kill('SIGINT');
      // What comes within a second is npm's repetition, not a second press; the grace is long enough to be cut short.
      await sleep(1100);
      started.child.kill('SIGINT');
    },
  },
  {
    when: 'a reporter throws',
    command: 'rm -f reports/summary.json; mkdir -p reports/summary.json/in-the-way',
    exitCode: 3,
  },
];

describe('services are told to stop, and nothing of the run is alive', () => {
  test.concurrent.each(ends)('when $when', async ({ command, args, exitCode, interrupt }) => {
    const grace = interrupt === undefined ? config(command) : config(command).replace('grace: 1s', 'grace: 5s');
    await using rig = await createRig({ 'runner.config.yaml': grace, 'service.mjs': service });
    const started = rig.start({}, ...(args ?? []));
    if (interrupt !== undefined) {
      await started.event((event) => event.type === 'attempt-started');
      await interrupt(started);
    }
    const run = await started.finished;

    const output = run.stdout + run.stderr;
    expect(run.exitCode, output).toBe(exitCode);
    const said = existsSync(rig.path('stopped.txt')) ? readFileSync(rig.path('stopped.txt'), 'utf8') : '';
    expect(said.trim().split('\n').sort(), output).toEqual(['backend', 'database']);
    const [begun] = run.events;
    expect(processesWith(begun?.type === 'run-started' ? begun.runId : 'no run')).toEqual([]);
  });
});
