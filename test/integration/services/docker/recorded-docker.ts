import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { onTestFinished } from 'vitest';

type Env = Readonly<Record<string, string>>;

const program = join(import.meta.dirname, '../../../fixtures/docker/docker.mjs');

/**
 * The environment in which the docker programs give answers that were recorded, one file for each scenario; `asked` has the commands so far.
 * How a recording is made: see `recordingEnv`.
 */
export async function replayingEnv(file: string, env: Env): Promise<{ readonly env: Env; asked(): Promise<string> }> {
  const bin = await programFolder();
  const asked = join(bin, 'asked');
  await writeFile(asked, '');
  return {
    env: { ...withFolder(bin, env), DOCKER_REPLAY: file, DOCKER_REPLAY_ASKED: asked },
    asked: () => readFile(asked, 'utf8'),
  };
}

/** With RUNNER_TESTS_RECORD_DOCKER=<folder> what the docker programs answer in a scenario is written there when its test has ended. */
export async function recordingEnv(scenario: string, env: Env): Promise<Env> {
  const folder = process.env['RUNNER_TESTS_RECORD_DOCKER'];
  if (folder === undefined) return env;
  const bin = await programFolder(async () => {
    await mkdir(folder, { recursive: true });
    const answers = (await readFile(record, 'utf8')).trim().split('\n');
    await writeFile(
      join(folder, `${scenario}.json`),
      `${JSON.stringify(withoutRepeats(answers.map(readAnswer)), null, 1)}\n`,
    );
  });
  const record = join(bin, 'answers.jsonl');
  await writeFile(record, '');
  return { ...withFolder(bin, env), DOCKER_RECORD: record };
}

interface Answer {
  readonly command: string;
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Of what `docker inspect` tells, most is about the machine. */
const inspected = ['Id', 'Name', 'State', 'RestartCount', 'NetworkSettings'];

function readAnswer(line: string): Answer {
  const answer = JSON.parse(line) as Answer;
  if (!answer.command.startsWith('docker inspect --type')) return answer;
  const containers = JSON.parse(answer.stdout) as readonly Record<string, unknown>[];
  const cut = containers.map((container) => Object.fromEntries(inspected.map((key) => [key, container[key]])));
  return { ...answer, stdout: `${JSON.stringify(cut)}\n` };
}

/** The last answer to a command is given again and again anyway. */
function withoutRepeats(answers: readonly Answer[]): readonly Answer[] {
  const last = new Map<string, string>();
  return answers.filter((answer) => {
    const text = JSON.stringify(answer);
    const isRepeat = last.get(answer.command) === text;
    last.set(answer.command, text);
    return !isRepeat;
  });
}

async function programFolder(atEnd: () => Promise<void> = () => Promise.resolve()): Promise<string> {
  const bin = await mkdtemp(join(tmpdir(), 'runner-recorded-'));
  const text = `#!${process.execPath}\n${await readFile(program, 'utf8')}`;
  for (const name of ['docker', 'docker-compose']) {
    // Without a suffix it is a module only below a package.json that says so.
    await writeFile(join(bin, name), text);
    await chmod(join(bin, name), 0o755);
  }
  await writeFile(join(bin, 'package.json'), '{ "type": "module" }');
  onTestFinished(async () => {
    await atEnd();
    await rm(bin, { recursive: true, force: true });
  });
  return bin;
}

function withFolder(bin: string, env: Env): Env {
  return { ...env, PATH: `${bin}${delimiter}${env['PATH'] ?? ''}` };
}
