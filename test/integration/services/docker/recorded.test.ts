import { existsSync } from 'node:fs';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { never } from '../support.ts';
import { replayingEnv } from './recorded-docker.ts';
import { scenarios } from './scenarios.ts';
import { checkScenario, composeBench, dockerService, taskOf } from './support.ts';

const recorded = join(import.meta.dirname, '../../../fixtures/docker/recorded');
const env = Object.fromEntries(Object.entries(process.env).map(([name, value]) => [name, value ?? '']));

// docker-compose 1 knows no JSON, compose 2 printed a list at first, later versions print a line for each container.
describe.each(['1.29.2', '2.20.3', '5.5.0'])(
  'with the recorded answers of docker 20.10 and compose %s, a service',
  (version) => {
    it.each(scenarios(45_678))('$title', async (scenario) => {
      const file = join(recorded, version, `${scenario.name}.json`);
      expect(existsSync(file)).toBe(true);
      const docker = await replayingEnv(file, env);
      const run = await checkScenario(scenario, docker.env);
      await run.leases.stopAll(never);
      const commands = (await docker.asked()).trim().split('\n');
      const compose = version === '1.29.2' ? 'docker-compose' : 'docker compose';
      expect(commands).toContain(
        `${compose} --project-name PROJECT --file FILE down --volumes --remove-orphans --timeout 0`,
      );
      // Whatever ends or removes something names the project, or a container that was asked for by the project's label.
      const removals = commands.filter((command) => / (?:rm|kill|stop|down|prune)\b/.test(command));
      expect(removals.filter((command) => !command.includes('PROJECT') && !/ [0-9a-f]{12,64}$/.test(command))).toEqual(
        [],
      );
    });
  },
);

describe('docker that answers nothing but', () => {
  const services = [dockerService('web')];
  const compose = 'services: { web: { image: x } }\n';

  it.each([
    {
      what: 'that the user may not use it',
      answers: [
        {
          command: 'docker version --format {{.Server.Version}}',
          code: 1,
          stdout: '',
          stderr:
            'Got permission denied while trying to connect to the Docker daemon socket at unix:///var/run/docker.sock\n',
        },
      ],
      problem: /^docker: docker may not be used by this user: Got permission denied/,
      remedy: 'add the user to the group docker, or use rootless docker',
    },
    {
      what: 'silence',
      answers: [{ command: 'docker version --format {{.Server.Version}}', code: null, stdout: '', stderr: '' }],
      problem: /^docker: docker is not running: its daemon did not answer within 2 s$/,
      remedy: 'start or restart docker (for example: systemctl restart docker)',
    },
    {
      what: 'its version makes a service unavailable for want of compose',
      answers: [{ command: 'docker version --format {{.Server.Version}}', code: 0, stdout: '28.2.2\n', stderr: '' }],
      problem: /^docker: docker compose is not installed \(neither the plugin/,
      remedy: 'install the docker compose plugin',
    },
  ])('$what', async ({ answers, problem, remedy }) => {
    const file = join(await mkdtemp(join(tmpdir(), 'runner-answers-')), 'answers.json');
    await writeFile(file, JSON.stringify(answers));
    const docker = await replayingEnv(file, env);
    const run = await composeBench({ compose, services, env: docker.env });
    const lease = await run.leases.acquire(taskOf(services), never);
    expect(lease).toMatchObject({ kind: 'unavailable', remedy });
    expect(lease.kind === 'unavailable' ? lease.problem : '').toMatch(problem);
  });
});
