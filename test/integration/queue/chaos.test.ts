import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

it(
  'a round of chaos loses no file, counts none twice, and is green only when it should be',
  { timeout: 200_000 },
  () => {
    const script = resolve(import.meta.dirname, '../../../scripts/chaos-queue.mjs');
    const { status, stdout } = spawnSync(process.execPath, [script, '--rounds', '1', '--seed', '2', '--files', '16'], {
      encoding: 'utf8',
    });
    expect(stdout).toContain('1 rounds: 0 lost, 0 counted twice, 0 false green, 0 wrong verdicts');
    expect(status).toBe(0);
  },
);
