import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';

// Its seed is a new one each time, and printed: `npm run chaos -- --rounds 20 --seed <seed>` repeats it.
test(
  'twenty random workspaces under random faults: nothing is falsely green, lost or left',
  { timeout: 240_000 },
  () => {
    const chaos = spawnSync(process.execPath, ['scripts/chaos.mjs', '--rounds', '20'], { encoding: 'utf8' });
    console.log(chaos.stdout);
    expect(chaos.status, chaos.stdout + chaos.stderr).toBe(0);
  },
);
