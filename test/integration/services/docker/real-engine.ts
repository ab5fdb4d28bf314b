import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { image, startDockerEngine, whyNoEngine } from '../../../support/docker-engine.ts';
import type { DockerEngine } from '../../../support/docker-engine.ts';

/** In a compose file: sleeps, and is gone at once when it is to stop. */
export const sleeper = `image: ${image}, command: [sleep, "1000"], stop_signal: SIGKILL`;

/** In a compose file: serves /health, says so, and says goodbye when it is asked to end. */
export const server = `image: ${image}, command: [sh, -c, "trap 'echo bye; exit 0' TERM; httpd -p 8080 -h /www; echo serving; while true; do sleep 0.1; done"], ports: ["127.0.0.1::8080"]`;

/** The probe of `server`. */
export const http = { kind: 'http', path: '/health', status: 200, headers: {}, json: {} } as const;

const mayBeSkipped = process.env['RUNNER_TESTS_REQUIRE_TOOLS'] === undefined || process.getuid?.() !== 0;

/** Gives the tests of a file a docker daemon of their own; where that cannot be they are skipped, and say why. */
export function useEngine(): () => DockerEngine {
  let started: DockerEngine | string = 'not started';
  beforeAll(async () => {
    started = await startDockerEngine();
  }, 120_000);
  afterAll(async () => {
    if (typeof started !== 'string') await started[Symbol.asyncDispose]();
  }, 60_000);
  beforeEach(({ skip }) => {
    if (typeof started === 'string' && mayBeSkipped) skip(started);
  });
  const lacking = whyNoEngine();
  if (lacking !== null)
    it(`has no engine to run on, only recorded answers: ${lacking}`, () => {
      expect(mayBeSkipped, lacking).toBe(true);
    });
  return () => {
    if (typeof started === 'string') throw new Error(started);
    return started;
  };
}

/** All that a run started and left: containers, networks and volumes of its projects. */
export async function leftOf(engine: DockerEngine, runId: string): Promise<readonly string[]> {
  const lists = await Promise.all([
    engine.docker('ps', '--all', '--format', '{{.Names}}'),
    engine.docker('network', 'ls', '--format', '{{.Name}}'),
    engine.docker('volume', 'ls', '--format', '{{.Name}}'),
  ]);
  return lists.flatMap((list) => list.split('\n')).filter((name) => name.startsWith(`runner-${runId}`));
}

/** The container of the compose service `web` in a run. */
export async function webOf(engine: DockerEngine, runId: string): Promise<string> {
  return (await leftOf(engine, runId)).find((name) => /[_-]web[_-]1$/.test(name)) ?? '';
}
