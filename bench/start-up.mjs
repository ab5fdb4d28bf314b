// What `runner --version` and `--help` take, beside a Node that does nothing.
import { resolve } from 'node:path';
import { compare } from './support/compare.mjs';
import { report } from './support/report.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const node = process.execPath;
const { rows } = await compare(
  [
    { name: 'node -e 0', argv: [node, '-e', '0'] },
    { name: 'runner --version', own: true, argv: [node, cli, '--version'] },
    { name: 'runner --help', own: true, argv: [node, cli, '--help'] },
  ],
  { rounds: 41 },
);
report({
  name: 'start-up',
  title: 'Start-up',
  method: 'Median of 41 interleaved rounds; ratios within a round.',
  tables: [{ title: 'start of a process', rows }],
  values: { version: rows[1].ratio, help: rows[2].ratio },
});
