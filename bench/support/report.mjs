import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '../results');

/**
 * Prints what a benchmark found and keeps it for docs/performance.md. `tables` are `{ title, rows, failed }` of `compare`, `bars` are
 * `{ what, bar, value, unit }`, met when the value is not above the bar.
 */
export function report({ name, title, method, tables, bars, notes = [], versions = {} }) {
  const judged = bars.map((bar) => ({ ...bar, met: bar.value <= bar.bar }));
  console.log(`\n${title}\n${method}\n${machine()}`);
  for (const [tool, version] of Object.entries(versions)) console.log(`${tool} ${version}`);
  for (const { title: heading, rows, failed = [] } of tables) {
    console.log(`\n${heading}`);
    for (const row of rows) {
      const spread = `[${row.minMs} - ${row.maxMs}]`;
      const times = `${String(row.wallMs).padStart(9)} ms ${spread.padEnd(22)} ${String(row.cpuMs).padStart(9)} ms CPU`;
      console.log(`  ${row.name.padEnd(34)} ${times} ${String(row.rssMiB).padStart(7)} MiB  x${row.ratio}`);
    }
    for (const { name: peer, problem } of failed) console.log(`  ${peer.padEnd(34)} not measured: ${problem}`);
  }
  console.log('');
  for (const { what, bar, value, unit, met } of judged) {
    console.log(`  ${met ? 'met    ' : 'NOT MET'} ${what}: ${value} ${unit}, bar ${bar}`);
  }
  for (const note of notes) console.log(`  ${note}`);
  mkdirSync(folder, { recursive: true });
  const result = { name, title, method, machine: machine(), load: loadavg()[0], versions, tables, bars: judged, notes };
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(result, null, 2)}\n`);
}

export function machine() {
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus()[0]?.model.trim() ?? 'unknown CPU'}, ${cpus().length} cores, ${memory} GiB, ${type()} ${release()}, Node ${process.version}`;
}
