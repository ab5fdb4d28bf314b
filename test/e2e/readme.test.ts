import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { createRig } from '../support/rig.ts';

test('the config that the README shows is valid', async () => {
  const readme = readFileSync(resolve(import.meta.dirname, '../../README.md'), 'utf8');
  const [config] = [...readme.matchAll(/```yaml\n(.*?)```/gs)].map((match) => match[1] ?? '');
  expect(config).toContain('version: 1');
  await using rig = await createRig({ 'runner.config.yaml': config ?? '', 'web/.keep': '' });
  const run = await rig.run('config', 'check');
  expect(run.exitCode, run.stdout + run.stderr).toBe(0);
});
