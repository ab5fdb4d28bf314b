import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noAttention } from '../../support/attention.ts';
import { init } from '../../../src/commands/init.ts';
import type { Ask } from '../../../src/commands/init.ts';
import type { InitFlags } from '../../../src/commands/flags.ts';
import type { CommandContext, CommandResult } from '../../../src/commands/context.ts';

let root = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'runner-init-'));
  writeFileSync(join(root, 'test_a.py'), 'def test_a(): pass\n');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function run(flags: InitFlags, ask: Ask | null = null): Promise<CommandResult> {
  const out = { stream: process.stdout, isTty: false, columns: 80 };
  const context: CommandContext = {
    ...{ cwd: root, env: {}, version: '1', out, program: ['runner'], extraArgs: [], switches: [] },
    attention: noAttention,
  };
  return init({ flags, context, ask });
}

function answering(...answers: readonly (string | null)[]): Ask {
  const left = [...answers];
  return () => Promise.resolve(left.shift() ?? null);
}

const read = (path: string): string => readFileSync(join(root, path), 'utf8');

describe('runner init', () => {
  it('asks for each file, and writes what was agreed to', async () => {
    const result = await run({}, answering('', 'n', 'gitlab'));
    expect(result.exitCode).toBe(0);
    expect(readdirSync(root).toSorted()).toEqual(['.gitlab-ci.yml', 'runner.config.yaml', 'test_a.py']);
    expect(read('.gitlab-ci.yml')).toContain('runner');
  });

  it.each([[[null]], [['y', null]], [['y', 'y', null]]])(
    'writes nothing when the person stops at question %j',
    async (answers) => {
      expect(await run({}, answering(...answers))).toMatchObject({ exitCode: 130 });
      expect(readdirSync(root)).toEqual(['test_a.py']);
    },
  );

  it('writes nothing when the person says no', async () => {
    expect(await run({}, answering('n'))).toMatchObject({ exitCode: 0, text: 'nothing was written' });
    expect(readdirSync(root)).toEqual(['test_a.py']);
  });

  it('does not write without a person to ask, or --yes', async () => {
    await expect(run({})).rejects.toThrow('there is no terminal');
  });

  it('replaces neither a config nor a CI file unless it is told to', async () => {
    writeFileSync(join(root, 'runner.config.yaml'), 'mine\n');
    await expect(run({ yes: true })).rejects.toThrow('there is a config already');
    expect(read('runner.config.yaml')).toBe('mine\n');
    rmSync(join(root, 'runner.config.yaml'));
    writeFileSync(join(root, '.gitlab-ci.yml'), 'mine\n');
    await expect(run({ yes: true, ci: 'gitlab' })).rejects.toThrow('.gitlab-ci.yml is there already');
    expect(existsSync(join(root, 'runner.config.yaml'))).toBe(false);
    await run({ yes: true, ci: 'gitlab', force: true });
    expect(read('.gitlab-ci.yml')).not.toBe('mine\n');
  });

  it('says what it looked for where there is no test', async () => {
    rmSync(join(root, 'test_a.py'));
    await expect(run({ yes: true })).rejects.toThrow(/no tests were found in the 0 files/);
  });
});
