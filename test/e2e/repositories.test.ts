import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { casesOf } from '../support/junit-cases.ts';
import { missing, npmTools } from '../support/npm-tools.ts';
import type { NpmTools } from '../support/npm-tools.ts';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';
import { repository } from '../support/run-framework.ts';
import { problemWith } from '../support/tools.ts';

// Each repository is taken as it is: `runner init --yes && runner`, and beside it what its frameworks make of it by themselves.

let rig: Rig | null = null;
afterEach(async () => {
  await rig?.[Symbol.asyncDispose]();
  rig = null;
});

interface Repository {
  readonly folder: string;
  readonly tools?: readonly (readonly string[])[];
  readonly prepare?: (root: string) => NpmTools | null;
  /** Runs the frameworks' own commands and counts their tests. */
  readonly own: (root: string) => number;
  readonly categories: Readonly<Record<string, number>>;
}

const repositories: readonly Repository[] = [
  {
    folder: 'workspaces',
    prepare: (root) => link(npmTools('jest@30.5.2'), join(root, 'packages/names/node_modules')),
    own: (root) =>
      countVitest(root, 'packages/money') + countJson(root, 'packages/names', ['jest', '--json'], 'numTotalTests'),
    categories: { unit: 6, integration: 1 },
  },
  {
    folder: 'python',
    tools: [['python3', '-m', 'pytest', '--version']],
    own: (root) => countPytest(root, '.', { PYTHONPATH: 'src' }),
    categories: { unit: 3, integration: 2, api: 1 },
  },
  {
    folder: 'go-modules',
    tools: [['go', 'version']],
    own: (root) => countGo(root, 'store') + countGo(root, 'tools/lint'),
    categories: { unit: 4, integration: 1 },
  },
  { folder: 'cargo-workspace', tools: [['cargo', '--version']], own: countCargo, categories: { unit: 5 } },
  {
    folder: 'maven-modules',
    tools: [['mvn', '--version']],
    own: countMaven,
    categories: { unit: 3, integration: 1 },
  },
  {
    folder: 'mixed',
    tools: [
      ['go', 'version'],
      ['python3', '-m', 'pytest', '--version'],
    ],
    own: (root) => countPytest(root, 'services/api', {}) + countGo(root, 'services/feed') + countVitest(root, 'web'),
    categories: { unit: 3, api: 2 },
  },
  {
    folder: 'node-test',
    own: (root) => Number(/^# tests (\d+)$/m.exec(call(root, '.', ['node', '--test', '--test-reporter=tap']))?.[1]),
    categories: { unit: 3, e2e: 1 },
  },
  {
    folder: 'browser',
    prepare: (root) => {
      const tools = npmTools('@playwright/test@1.65.1');
      if (tools.kind === 'missing') return tools;
      rmSync(join(root, 'node_modules'));
      mkdirSync(join(root, 'node_modules/.bin'), { recursive: true });
      const own = join(repository, 'node_modules');
      for (const [from, name] of [
        [own, 'vitest'],
        [own, '.bin/vitest'],
        [tools.modules, '@playwright'],
        [tools.modules, '.bin/playwright'],
      ] as const)
        symlinkSync(join(from, name), join(root, 'node_modules', name));
      return null;
    },
    own: (root) => countVitest(root, '.') + countJson(root, '.', ['playwright', 'test', '--reporter=json'], 'expected'),
    categories: { unit: 1, e2e: 4 },
  },
];

describe('a repository without a config', () => {
  it.each(repositories)(
    '$folder: init writes down how all of its tests run',
    async (described) => {
      const { folder, tools, prepare, own, categories } = described;
      const [lack] = (tools ?? []).flatMap((tool) => problemWith(tool) ?? []);
      if (lack !== undefined) return void missing(lack);
      rig = await createRig({});
      // Otherwise what is said at the top of the repository around it counts.
      mkdirSync(rig.path('.git'));
      cpSync(join(repository, 'test/fixtures/repositories', folder), rig.root, { recursive: true });
      if (folder === 'maven-modules') await rig.write({ '.mvn/maven.config': '--offline\n' });
      if (prepare?.(rig.root)?.kind === 'missing') return;

      const before = await rig.run('plan', '--json');
      const init = await rig.run('init', '--yes', '--ci', 'github');
      expect(init, init.stderr).toMatchObject({ exitCode: 0 });
      expect(tasksOf((await rig.run('plan', '--json')).stdout)).toEqual(tasksOf(before.stdout));

      const run = await rig.run();
      expect(run, run.stdout + run.stderr).toMatchObject({ exitCode: 0 });
      const cases = casesOf(run.junit);
      expect(new Set(cases.map(({ className, name }) => `${className} ${name}`)).size).toBe(cases.length);
      expect(cases).toHaveLength(own(rig.root));
      expect(testsPerCategory(run.events)).toEqual(categories);
    },
    180_000,
  );
});

function tasksOf(json: string): unknown {
  const { tasks } = JSON.parse(json) as { tasks: { id: string; files: string[] }[] };
  return tasks.map(({ id, files }) => ({ id, files }));
}

function testsPerCategory(events: Awaited<ReturnType<Rig['run']>>['events']): Readonly<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const event of events) {
    if (event.type !== 'test-finished') continue;
    const [category = ''] = event.task.split('/');
    counts[category] = (counts[category] ?? 0) + 1;
  }
  return counts;
}

function link(tools: NpmTools, to: string): NpmTools | null {
  if (tools.kind === 'missing') return tools;
  symlinkSync(tools.modules, to);
  return null;
}

function call(root: string, cwd: string, [program = '', ...args]: readonly string[], more = {}): string {
  const bins = [join(root, cwd, 'node_modules/.bin'), join(root, 'node_modules/.bin')].join(':');
  const foreign = /^(VITEST|NODE_TEST_CONTEXT|NODE_OPTIONS|TEST$|NODE_ENV|CI$|FORCE_COLOR)/;
  const base = Object.fromEntries(Object.entries(process.env).filter(([name]) => !foreign.test(name)));
  const env = { ...base, ...more, PATH: `${bins}:${process.env['PATH'] ?? ''}`, NO_COLOR: '1' };
  const { stdout, stderr, status } = spawnSync(program, args, { cwd: join(root, cwd), env, encoding: 'utf8' });
  expect(status, `${[program, ...args].join(' ')}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
}

function countJson(root: string, cwd: string, argv: readonly string[], key: string): number {
  return Number(new RegExp(`"${key}":\\s*(\\d+)`).exec(call(root, cwd, argv))?.[1]);
}

function countVitest(root: string, cwd: string): number {
  const outputFile = join(root, 'own-vitest.json');
  call(root, cwd, ['vitest', '--run', '--reporter=json', `--outputFile=${outputFile}`]);
  return (JSON.parse(readFileSync(outputFile, 'utf8')) as { numTotalTests: number }).numTotalTests;
}

function countPytest(root: string, cwd: string, env: Readonly<Record<string, string>>): number {
  const words = call(root, cwd, ['python3', '-m', 'pytest', '-p', 'no:cacheprovider'], env);
  const last = words.trim().split('\n').at(-1) ?? '';
  return [...last.matchAll(/(\d+) (?:passed|skipped)/g)].reduce((sum, [, count]) => sum + Number(count), 0);
}

/** A test with subtests is these. */
function countGo(root: string, cwd: string): number {
  const lines = call(root, cwd, ['go', 'test', '-json', './...']).trim().split('\n');
  const ended = lines
    .map((line) => JSON.parse(line) as { Action: string; Test?: string; Package: string })
    .flatMap(({ Action, Test, Package }) => (Action === 'pass' && Test !== undefined ? [`${Package}.${Test}`] : []));
  return ended.filter((name) => !ended.some((other) => other.startsWith(`${name}/`))).length;
}

function countCargo(root: string): number {
  const words = call(root, '.', ['cargo', 'test', '--offline']);
  const counts = [...words.matchAll(/(\d+) passed; \d+ failed; (\d+) ignored/g)];
  return counts.reduce((sum, [, passed, ignored]) => sum + Number(passed) + Number(ignored), 0);
}

/** What is there from runner's run is removed first. */
function countMaven(root: string): number {
  for (const folder of globSync('*/target/*-reports', { cwd: root })) rmSync(join(root, folder), { recursive: true });
  call(root, '.', ['mvn', '-q', '-B', 'verify']);
  const reports = globSync('*/target/*-reports/TEST-*.xml', { cwd: root });
  expect(existsSync(join(root, reports[0] ?? 'none'))).toBe(true);
  return reports.reduce((sum, path) => sum + casesOf(readFileSync(join(root, path), 'utf8')).length, 0);
}
