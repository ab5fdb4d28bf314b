import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createMasker } from '../../../src/base/mask.ts';
import { copyMasked } from '../../../src/execution/masked-copy.ts';
import { createRig } from '../../support/rig.ts';

test('files and folders whose names differ in secrets alone do not take each other’s place', async () => {
  await using rig = await createRig({});
  const masker = createMasker({ ONE: 'first-secret', TWO: 'other-secret' });
  if (masker === null) throw new Error('there are secrets');
  const from = rig.path('from');
  for (const name of ['first-secret', 'other-secret', '***']) {
    mkdirSync(join(from, `d-${name}`), { recursive: true });
    writeFileSync(join(from, `page-${name}.html`), `of ${name}`);
    writeFileSync(join(from, `d-${name}`, 'same.txt'), name);
  }
  await copyMasked(from, rig.path('to'), masker);
  expect(readdirSync(rig.path('to')).toSorted()).toEqual([
    ...['d-***', 'd-***-2', 'd-***-3', 'page-***-2.html', 'page-***-3.html', 'page-***.html'],
  ]);
  expect(readFileSync(rig.path('to/page-***-3.html'), 'utf8')).toBe('of ***');
});
