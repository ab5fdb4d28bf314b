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
  bars: [
    { what: 'runner --version / node -e 0', bar: 1.4, value: rows[1].ratio, unit: 'x' },
    { what: 'runner --help / node -e 0', bar: 1.6, value: rows[2].ratio, unit: 'x' },
  ],
});
