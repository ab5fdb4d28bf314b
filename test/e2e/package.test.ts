import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readFileSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { offlineEnv, packRunner } from '../support/packed.ts';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';

const repository = resolve(import.meta.dirname, '../..');
const passing = `import { test } from 'node:test';\ntest('passes', () => {});\n`;

describe('the package, packed and installed into an empty project without a network', () => {
  let rig: Rig;
  const shell = (program: string, ...args: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(program, args, { cwd: rig.path('project'), env: offlineEnv(rig.root), encoding: 'utf8' });

  beforeAll(async () => {
    rig = await createRig({
      'project/package.json': '{"name":"empty","private":true,"type":"module"}\n',
      'project/runner.config.yaml': `version: 1
suites: { lib: { framework: node, files: ['lib/**/*.test.mjs'] } }
categories:
  unit: { tests: [{ suite: lib, files: ['lib/unit/**'] }] }
  smoke: { tests: [{ suite: lib, files: ['lib/smoke/**'] }] }
  e2e: { tests: [{ suite: lib, files: ['lib/e2e/**'] }], dependsOn: [] }
`,
      'project/lib/unit/a.test.mjs': passing,
      'project/lib/smoke/b.test.mjs': `import { test } from 'node:test';\ntest('is up', () => { throw new Error('it is not'); });\n`,
      'project/lib/e2e/c.test.mjs': `import { writeFileSync } from 'node:fs';
import { test } from 'node:test';
test('hangs', () => { writeFileSync('hanging', ''); return new Promise((done) => setTimeout(done, 600_000)); });
`,
    });
    packRunner(rig.root);
    const installed = shell('npm', 'install', '--save-dev', '../runner.tgz');
    expect(installed.status, installed.stderr).toBe(0);
  }, 120_000);
  afterAll(() => rig[Symbol.asyncDispose]());

  test('is one package, with an optional one for Linux, one program, and no script that runs on installation', () => {
    const modules = rig.path('project/node_modules');
    const installed = readdirSync(modules).filter((name) => !name.startsWith('.') && name !== '@koromix');
    expect(installed).toEqual(['unified-test-runner']);
    expect(readdirSync(join(modules, '.bin'))).toEqual(['runner']);
    const about = JSON.parse(readFileSync(join(modules, 'unified-test-runner/package.json'), 'utf8')) as Record<
      string,
      unknown
    >;
    expect(about['dependencies'] ?? {}).toEqual({});
    const optional = Object.keys(about['optionalDependencies'] ?? {});
    expect(optional.filter((name) => !name.startsWith('@koromix/koffi-linux-'))).toEqual([]);
    expect(Object.keys(about['scripts'] ?? {}).filter((name) => /install|^prepare$/.test(name))).toEqual([]);
    // docs/package.md has the numbers; this is where they may not go without being noticed.
    expect(statSync(rig.path('runner.tgz')).size).toBeLessThan(2 * 1024 * 1024);
    const files = readdirSync(join(modules, 'unified-test-runner'), { recursive: true, encoding: 'utf8' });
    expect(files.filter((file) => /^(src|test|bench|scripts|\.github)\b/.test(file))).toEqual([]);
    expect(files).toEqual(
      expect.arrayContaining(['LICENSE', 'README.md', 'CHANGELOG.md', 'schema.json', 'dist/licences.txt']),
    );
  });

  test('runs tests by npx', () => {
    const { version } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
      readonly version: string;
    };
    expect(shell('npx', 'runner', '--version').stdout).toBe(`${version}\n`);
    const run = shell('npx', 'runner', '--category', 'unit');
    expect(run.status, run.stdout + run.stderr).toBe(0);
    expect(existsSync(rig.path('project/reports/report.html'))).toBe(true);
  });

  test('can be used by a program, whose types are checked against those of the package', async () => {
    await rig.write({
      'project/tsconfig.json': JSON.stringify({
        compilerOptions: {
          ...{ strict: true, module: 'nodenext', target: 'es2024', lib: ['es2024', 'dom'], outDir: 'compiled' },
          ...{ types: ['node'], typeRoots: [join(repository, 'node_modules/@types')], skipLibCheck: false },
        },
        files: ['use-api.mts', 'nightly.mts'],
      }),
    });
    cpSync(join(repository, 'test/fixtures/programs/use-api.mts'), rig.path('project/use-api.mts'));
    cpSync(join(repository, 'examples/api/nightly.mts'), rig.path('project/nightly.mts'));
    const compiled = shell(process.execPath, join(repository, 'node_modules/typescript/bin/tsc'), '-p', '.');
    expect(compiled.status, compiled.stdout).toBe(0);
    const used = shell(process.execPath, 'compiled/use-api.mjs');
    // It ended by itself, having been told how everything went.
    expect(used.status, used.stdout + used.stderr).toBe(0);
    expect(used.stderr).toBe('');
    expect(JSON.parse(used.stdout)).toEqual({
      passed: { verdict: 'passed', exitCode: 0, tests: 1, reports: 'some' },
      failed: { verdict: 'failed', exitCode: 1, tests: 1, reports: 'some' },
      failure: 'is up',
      nothing: { verdict: 'nothing-ran', exitCode: 4, tests: null, reports: null },
      typo: { exitCode: 2, message: 'error: run() has no option "catgories" (did you mean "categories"?)' },
      unknown: { exitCode: 2, message: expect.stringContaining('unti') as unknown },
      ended: { verdict: 'terminated', exitCode: 143, tests: 1, reports: 'some' },
      together: ['passed', 'passed'],
      merged: { verdict: 'failed', exitCode: 1, tests: 2, reports: 'some' },
    });
  }, 90_000);

  test('is found by what resolves modules in other ways: require, and the types of a bundler', async () => {
    const required = shell(process.execPath, '-p', "typeof require('unified-test-runner').run");
    expect([required.status, required.stdout], required.stderr).toEqual([0, 'function\n']);
    await rig.write({
      'project/bundled.ts': "import { merge, run } from 'unified-test-runner';\nexport const both = [run, merge];\n",
    });
    const words = ['--ignoreConfig', '--noEmit', '--strict', '--module', 'esnext', '--moduleResolution', 'bundler'];
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    const checked = shell(process.execPath, tsc, ...words, 'bundled.ts');
    expect(checked.status, checked.stdout).toBe(0);
  });

  test('shows no more of its types than its interface', () => {
    const dist = rig.path('project/node_modules/unified-test-runner/dist');
    const declared = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.d.ts'));
    expect(declared.sort()).toEqual(['api-types.d.ts', 'api.d.ts']);
    const imports = declared.flatMap((file) => [...readFileSync(join(dist, file), 'utf8').matchAll(/from '([^']+)'/g)]);
    expect(new Set(imports.map(([, from]) => from))).toEqual(new Set(['./api-types.js']));
  });

  test('goes away whole', () => {
    const removed = shell('npm', 'uninstall', 'unified-test-runner');
    expect(removed.status, removed.stderr).toBe(0);
    const modules = rig.path('project/node_modules');
    expect(existsSync(join(modules, 'unified-test-runner'))).toBe(false);
    expect(existsSync(join(modules, '.bin/runner'))).toBe(false);
    rmSync(modules, { recursive: true, force: true });
  });
});
