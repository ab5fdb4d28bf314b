import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { judge } from './bars.mjs';

const folder = join(import.meta.dirname, '../results');
const load = loadavg()[0];

/**
 * Prints what a benchmark found and keeps it for docs/performance.md. `tables` are `{ title, rows, failed }` of `compare`, or
 * `{ title, head, body }` of texts; `values` are what was measured of the bars, by their ids.
 */
export function report({ name, title, method, tables, values, notes = [], versions = {} }) {
  const judged = judge(name, values);
  console.log(`\n${title}\n${method}\n${machine()}`);
  for (const [tool, version] of Object.entries(versions)) console.log(`${tool} ${version}`);
  for (const table of tables) (table.head === undefined ? printTimes : printTexts)(table);
  console.log('');
  for (const { what, bar, value, unit, met } of judged) {
    const verdict = met === null ? '       ' : met ? 'met    ' : 'NOT MET';
    console.log(`  ${verdict} ${what}: ${value === null ? 'not measured' : `${value} ${unit}`}, bar ${bar}`);
  }
  for (const note of notes) console.log(`  ${note}`);
  mkdirSync(folder, { recursive: true });
  const bars = judged.map(({ id, value, met }) => ({ id, value, met }));
  const result = { name, title, method, machine: machine(), load, versions, tables, bars, notes };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

function printTimes({ title, rows, failed = [] }) {
  console.log(`\n${title}`);
  for (const row of rows) {
    const spread = `[${row.minMs} - ${row.maxMs}]`;
    const times = `${String(row.wallMs).padStart(9)} ms ${spread.padEnd(22)} ${String(row.cpuMs).padStart(9)} ms CPU`;
    console.log(`  ${row.name.padEnd(34)} ${times} ${String(row.rssMiB).padStart(7)} MiB  x${row.ratio}`);
  }
  for (const { name: peer, problem } of failed) console.log(`  ${peer.padEnd(34)} not measured: ${problem}`);
}

function printTexts({ title, head, body }) {
  console.log(`\n${title}`);
  for (const [first, ...others] of [head, ...body])
    console.log(`  ${first.padEnd(52)} ${others.map((cell) => cell.padStart(8)).join(' ')}`);
}

export function machine() {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${memory} GiB, ${type()} ${release()}, Node ${process.version}`;
}
