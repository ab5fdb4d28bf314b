import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../print.mjs', import.meta.url));

test('the program prints a label', () => {
  assert.equal(
    execFileSync(process.execPath, [program, 'Green tea from Uji', '10'], { encoding: 'utf8' }),
    'Green tea\nfrom Uji\n',
  );
});

test('the program says how it is used', () => {
  const { status, stderr } = spawnSync(process.execPath, [program], { encoding: 'utf8' });
  assert.equal(status, 2);
  assert.match(stderr, /usage/);
});
