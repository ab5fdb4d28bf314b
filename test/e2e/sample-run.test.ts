import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';

test('the runs that the docs and the README show are what their commands print', () => {
  const { status, stderr } = spawnSync(process.execPath, ['scripts/sample-run.mjs', '--check'], {
    cwd: resolve(import.meta.dirname, '../..'),
    encoding: 'utf8',
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
}, 120_000);
