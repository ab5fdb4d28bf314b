import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { mutantTable } from '../mutants/table.ts';

test('every mutant of the table is still a change of one place', () => {
  const root = join(import.meta.dirname, '../..');
  const places = mutantTable.map(({ file, from, to }) => [
    `${file}: ${from}`,
    from === to ? 0 : readFileSync(join(root, file), 'utf8').split(from).length - 1,
  ]);
  expect(places.filter(([, count]) => count !== 1)).toEqual([]);
  expect(mutantTable.length).toBeGreaterThanOrEqual(30);
});
