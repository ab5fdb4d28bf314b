import { spawn } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { parse } from 'yaml';
import { evaluateDeep, fill, holds } from './workflow-expressions.ts';

/** How one job of a matrix, or a job without one, ended. */
export interface JobRun {
  readonly success: boolean;
  /** Of the step that failed first; 0 = none did. */
  readonly exitCode: number;
  readonly output: string;
  /** Where it ran. */
  readonly workspace: string;
}

/** A workflow of GitHub Actions that runs here: each job in a folder of its own, artifacts and caches in folders beside them. */
export interface LocalWorkflow {
  /** Runs one job, or one of each entry of its matrix, after those that it needs; `null` = its condition does not hold. */
  job(name: string, change?: (workspace: string, entry: Entry) => void): Promise<readonly JobRun[] | null>;
  readonly artifacts: string;
  readonly caches: string;
}

type Entry = Readonly<Record<string, unknown>>;

interface Step {
  readonly id?: string;
  readonly if?: string;
  readonly uses?: string;
  readonly with?: Readonly<Record<string, unknown>>;
  readonly run?: string;
  readonly env?: Readonly<Record<string, unknown>>;
}

interface Job {
  readonly needs?: string | readonly string[];
  readonly if?: string;
  readonly outputs?: Readonly<Record<string, string>>;
  readonly strategy?: { readonly matrix: unknown };
  readonly steps: readonly Step[];
}

interface Needed {
  readonly result: string;
  readonly outputs: Readonly<Record<string, string>>;
}

interface Where {
  readonly root: string;
  /** What `actions/checkout` gives. */
  readonly checkout: string;
  readonly env: Readonly<Record<string, string>>;
}

/** Reads a workflow. What it uses beyond checkout, set-up, artifacts and caches is an error when it is come to. */
export function localWorkflow(text: string, where: Where): LocalWorkflow {
  const { jobs } = parse(text) as { readonly jobs: Readonly<Record<string, Job>> };
  const needed: Record<string, Needed> = {};
  const artifacts = join(where.root, 'artifacts');
  const caches = join(where.root, 'caches');
  mkdirSync(artifacts, { recursive: true });
  mkdirSync(caches, { recursive: true });
  return {
    artifacts,
    caches,
    async job(name, change) {
      const job = jobs[name];
      if (job === undefined) throw new Error(`no job ${name}`);
      const needs = Object.fromEntries([job.needs ?? []].flat().map((other) => [other, needed[other]]));
      const failed = Object.values(needs).some((other) => other?.result !== 'success');
      const context = { needs, github: { run_id: 1, run_attempt: 1 } };
      if (!holds(job.if ?? 'success()', { context, failed })) return null;
      const matrix = job.strategy === undefined ? [{}] : entriesOf(evaluateDeep(job.strategy.matrix, context));
      const ran = await Promise.all(
        matrix.map((entry) =>
          runJob(job, { context: { ...context, matrix: entry }, where, artifacts, caches, change: change ?? nothing }),
        ),
      );
      const outputs = ran.at(-1)?.outputs ?? {};
      needed[name] = { result: ran.every(({ run }) => run.success) ? 'success' : 'failure', outputs };
      return ran.map(({ run }) => run);
    },
  };
}

function nothing(): void {
  // The checkout is used as it is.
}

interface Place {
  readonly context: Readonly<Record<string, unknown>>;
  readonly where: Where;
  readonly artifacts: string;
  readonly caches: string;
  readonly change: (workspace: string, entry: Entry) => void;
}

async function runJob(job: Job, place: Place): Promise<{ run: JobRun; outputs: Record<string, string> }> {
  const workspace = mkdtempSync(join(place.where.root, 'job-'));
  const steps: Record<string, { outputs: Record<string, string> }> = {};
  let [exitCode, output] = [0, ''];
  for (const step of job.steps) {
    const context = { ...place.context, steps };
    if (!holds(step.if ?? 'success()', { context, failed: exitCode !== 0 })) continue;
    if (step.uses !== undefined) {
      act(step.uses, evaluateDeep(step.with ?? {}, context) as Entry, { ...place, workspace });
      if (step.uses.startsWith('actions/checkout@')) place.change(workspace, place.context['matrix'] as Entry);
      continue;
    }
    const ended = await shell(fill(step.run ?? '', context), { workspace, env: place.where.env });
    if (step.id !== undefined) steps[step.id] = { outputs: ended.outputs };
    output += ended.output;
    if (exitCode === 0) exitCode = ended.exitCode;
  }
  const outputs = Object.fromEntries(
    Object.entries(job.outputs ?? {}).map(([name, value]) => [name, fill(value, { ...place.context, steps })]),
  );
  return { run: { success: exitCode === 0, exitCode, output, workspace }, outputs };
}

/** What the actions do with files. */
function act(
  uses: string,
  inputs: Entry,
  { workspace, where, artifacts, caches }: Place & { readonly workspace: string },
): void {
  const input = (name: string): string => {
    const value = inputs[name];
    return typeof value === 'string' ? value : '';
  };
  const path = join(workspace, input('path'));
  switch (uses.replace(/@.*/, '')) {
    case 'actions/checkout': {
      cpSync(where.checkout, workspace, { recursive: true, verbatimSymlinks: true });
      return;
    }
    case 'actions/setup-node':
    case 'actions/setup-python':
      return;
    case 'actions/upload-artifact': {
      const to = join(artifacts, input('name'));
      if (!existsSync(path)) return;
      rmSync(to, { recursive: true, force: true });
      const target = statSync(path).isDirectory() ? to : join(to, basename(path));
      // It leaves hidden files out.
      cpSync(path, target, {
        recursive: true,
        filter: (file) => file === path || !basename(file).startsWith('.'),
      });
      return;
    }
    case 'actions/download-artifact': {
      if (inputs['name'] !== undefined) {
        cpSync(join(artifacts, input('name')), path, { recursive: true });
        return;
      }
      const prefix = input('pattern').replace(/\*$/, '');
      for (const name of readdirSync(artifacts).filter((other) => other.startsWith(prefix)))
        cpSync(join(artifacts, name), join(path, name), { recursive: true });
      return;
    }
    case 'actions/cache/restore': {
      const found = readdirSync(caches)
        .filter((key) => key.startsWith(input('restore-keys')))
        .sort()
        .at(-1);
      if (found === undefined) return;
      mkdirSync(dirname(path), { recursive: true });
      cpSync(join(caches, found), path, { recursive: true });
      return;
    }
    case 'actions/cache/save':
      if (existsSync(path)) cpSync(path, join(caches, input('key')), { recursive: true });
      return;
    default:
      throw new Error(`not known here: ${uses}`);
  }
}

/** As GitHub runs a `run:` without `shell:`. */
function shell(
  script: string,
  { workspace, env }: { readonly workspace: string; readonly env: Readonly<Record<string, string>> },
): Promise<{ exitCode: number; output: string; outputs: Record<string, string> }> {
  const file = join(workspace, '..', `${basename(workspace)}.output`);
  writeFileSync(file, '');
  return new Promise((done, failed) => {
    const child = spawn('bash', ['-e', '-c', script], {
      cwd: workspace,
      env: { ...env, CI: 'true', GITHUB_OUTPUT: file },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (chunk: string) => (output += chunk));
    child.on('error', failed);
    child.on('close', (code) => {
      const lines = readFileSync(file, 'utf8')
        .trim()
        .split('\n')
        .filter((line) => line.includes('='));
      const outputs = Object.fromEntries(lines.map((line) => [line.replace(/=.*/s, ''), line.replace(/^[^=]*=/, '')]));
      done({ exitCode: code ?? 1, output, outputs });
    });
  });
}

/** The entries that a matrix stands for: all that `include` lists, or each combination of its lists. */
function entriesOf(matrix: unknown): readonly Entry[] {
  const { include, ...axes } = matrix as { readonly include?: readonly Entry[] } & Readonly<
    Record<string, readonly unknown[]>
  >;
  if (include !== undefined) return include;
  return Object.entries(axes).reduce<readonly Entry[]>(
    (entries, [name, values]) => entries.flatMap((entry) => values.map((value) => ({ ...entry, [name]: value }))),
    [{}],
  );
}
