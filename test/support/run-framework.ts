import { spawn } from 'node:child_process';
import { createReadStream, existsSync, globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, resolve } from 'node:path';
import { linesOf } from '../../src/base/lines.ts';
import type { Framework, FrameworkCommand, TaskRequest } from '../../src/frameworks/framework.ts';
import type { Suite } from '../../src/model/config.ts';
import type { Exit, Outcome } from '../../src/model/outcome.ts';
import type { ReportFacts, ReportItem } from '../../src/model/report.ts';
import type { TestId, TestStatus } from '../../src/model/test.ts';
import { judge } from '../../src/results/judge.ts';
import { readJunit } from '../../src/results/junit-reader.ts';
import { emptyFacts, foldCase, withProblem } from '../../src/results/report-facts.ts';

export const repository = resolve(import.meta.dirname, '../..');
export const pluginsDir = join(repository, 'src/frameworks/plugins');

export interface FrameworkRun {
  readonly exit: Exit;
  readonly outcome: Outcome;
  readonly log: string;
  readonly ids: readonly TestId[];
  readonly cases: readonly Extract<ReportItem, { kind: 'case' }>['case'][];
  /** `file::name` to status; of equal names, the statuses joined by `+`. */
  readonly statuses: Readonly<Record<string, string>>;
  readonly command: FrameworkCommand;
  /** What its plugin told while the tests ran. */
  readonly streamed: readonly ReportItem[];
}

export interface RunFrameworkOptions extends Partial<TaskRequest> {
  readonly root: string;
  /** Relative to the root. */
  readonly suiteCwd?: string;
  /** Behind what the framework puts on the PYTHONPATH. */
  readonly pythonPath?: readonly string[];
  /** In front of the PATH. */
  readonly pathPrefix?: readonly string[];
  readonly suiteOverrides?: Partial<Suite>;
}

/** Runs a framework for real, exactly as it says, and reads what it left. */
export async function runFramework(framework: Framework, options: RunFrameworkOptions): Promise<FrameworkRun> {
  const cwd = join(options.root, options.suiteCwd ?? '.');
  const reportsDir = mkdtempSync(join(tmpdir(), 'runner-framework-'));
  try {
    const request = taskRequest({ ...options, cwd, reportsDir }, framework);
    const command = framework.command(request);
    if (command.input !== undefined) writeFileSync(command.input.path, command.input.text);
    const { exit, log } = await run(command, cwd, {
      prefix: options.pathPrefix ?? [],
      pythonPath: options.pythonPath ?? [],
    });
    writeFileSync(request.logPath, log);
    const suiteCwd = relative(options.root, cwd) || '.';
    const files = request.files.map((file) => join(suiteCwd, file));
    const read = await readReports(framework, { command, cwd, context: { suiteCwd, root: options.root, files } });
    const narrowed = request.keyword !== null || request.markers !== null || Object.keys(request.tests).length > 0;
    const outcome = judge({
      exit,
      facts: read.facts,
      asked: files,
      narrowed: narrowed || command.narrowed === true,
      framework,
    });
    return { exit, outcome, log, command, streamed: readStream(command), ...read };
  } finally {
    rmSync(reportsDir, { recursive: true, force: true });
  }
}

/** A request with everything filled in. */
export function taskRequest(
  options: Partial<TaskRequest> & { readonly suiteOverrides?: Partial<Suite> },
  framework: Framework,
): TaskRequest {
  return {
    suite: suite(framework, options.suiteOverrides ?? {}),
    cwd: options.cwd ?? '/workspace',
    files: options.files ?? [],
    tests: options.tests ?? {},
    keyword: options.keyword ?? null,
    markers: options.markers ?? null,
    slots: options.slots ?? 1,
    reportsDir: options.reportsDir ?? '/reports',
    logPath: options.logPath ?? join(options.reportsDir ?? '/reports', 'log'),
    pluginsDir: options.pluginsDir ?? pluginsDir,
    extraArgs: options.extraArgs ?? [],
  };
}

function suite(framework: Framework, overrides: Partial<Suite>): Suite {
  return {
    name: 'suite',
    framework: framework.name,
    cwd: '.',
    files: framework.defaultFiles,
    exclude: [],
    command: null,
    args: [],
    env: {},
    component: null,
    batch: framework.defaultBatch,
    junit: null,
    timeoutMs: null,
    ...overrides,
  };
}

async function run(
  command: FrameworkCommand,
  cwd: string,
  { prefix, pythonPath }: { readonly prefix: readonly string[]; readonly pythonPath: readonly string[] },
): Promise<{ exit: Exit; log: string }> {
  const path = [...prefix, join(repository, 'node_modules/.bin'), process.env['PATH'] ?? ''].join(':');
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VITEST|NODE_OPTIONS|CI|FORCE_COLOR)/.test(name));
  const { PYTHONPATH: plugin = '' } = command.env;
  const python = { PYTHONDONTWRITEBYTECODE: '1', PYTHONPATH: [plugin, ...pythonPath].filter(Boolean).join(':') };
  const env = { ...Object.fromEntries(inherited), ...command.env, ...python, PATH: path };
  const [program = '', ...args] = command.argv;
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
  const exit = await new Promise<Exit>((done, fail) => {
    child.on('error', fail);
    child.on('close', (code, signal) =>
      done(signal === null ? { kind: 'code', code: code ?? -1 } : { kind: 'signal', signal }),
    );
  });
  return { exit, log: Buffer.concat(chunks).toString('utf8') };
}

async function readReports(
  framework: Framework,
  options: { command: FrameworkCommand; cwd: string; context: Parameters<Framework['identify']>[1] },
): Promise<Pick<FrameworkRun, 'ids' | 'cases' | 'statuses'> & { facts: ReportFacts }> {
  const { command, cwd, context } = options;
  let facts = emptyFacts();
  const ids: TestId[] = [];
  const cases: FrameworkRun['cases'][number][] = [];
  const statuses: Record<string, string> = {};
  for (const path of reportPaths(command, cwd)) {
    if (!existsSync(path)) facts = withProblem(facts, path, 'is missing');
    else
      for await (const item of itemsOf(path, command)) {
        if (item.kind === 'damage') facts = withProblem(facts, path, item.problem);
        if (item.kind !== 'case') continue;
        const id = framework.identify(item.case, context);
        ids.push(id);
        cases.push(item.case);
        facts = foldCase(facts, id.file, item.case.status);
        const key = `${id.file ?? ''}::${id.name}`;
        statuses[key] = join2(statuses[key], item.case.status);
      }
  }
  return { ids, cases, statuses, facts };
}

function readStream({ stream }: FrameworkCommand): readonly ReportItem[] {
  if (stream === undefined || !existsSync(stream.path)) return [];
  const reader = stream.reader();
  const lines = readFileSync(stream.path, 'utf8').split('\n');
  return [...lines.flatMap((line) => reader.line(line)), ...reader.end()];
}

async function* itemsOf(path: string, { report }: FrameworkCommand): AsyncGenerator<ReportItem> {
  const bytes = createReadStream(path);
  const found = report.kind === 'globs' && report.beside?.path === path ? report.beside : report;
  const reader = found.kind === 'lines' || found.kind === 'globs' ? found.reader?.() : undefined;
  if (reader === undefined) {
    yield* readJunit(bytes);
    return;
  }
  for await (const line of linesOf(bytes, 1024 * 1024)) yield* reader.line(line);
  yield* reader.end();
}

function reportPaths(command: FrameworkCommand, cwd: string): readonly string[] {
  const { report } = command;
  if (report.kind === 'files') return report.paths;
  if (report.kind === 'lines') return [report.path];
  if (report.kind === 'exit-code') return [];
  const beside = report.beside === undefined ? [] : [report.beside.path];
  return [...report.globs.flatMap((glob) => globSync(glob, { cwd })).map((path) => join(cwd, path)), ...beside];
}

function join2(before: string | undefined, status: TestStatus): string {
  return before === undefined ? status : `${before}+${status}`;
}
