import { defineConfig } from 'vitest/config';
import { mutantTable } from './table.ts';

const row = mutantTable[Number(process.env['MUTANT'])];
if (row === undefined) throw new Error('MUTANT is no number of the table');

// The change is made as the module is loaded: no file is ever different.
export default defineConfig({
  plugins: [
    {
      name: 'mutant',
      enforce: 'pre',
      transform: (code, id) =>
        id.split('?')[0]?.endsWith(`/${row.file}`) === true ? code.replace(row.from, () => row.to) : null,
    },
  ],
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 60_000,
    bail: 1,
    pool: 'forks',
    // It would hold one mutant for all others of its file.
    fsModuleCache: false,
  },
});
