import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { table } from './markdown.mjs';

const folder = join(import.meta.dirname, '../bench/results');
// What is of most interest first; the rest by name.
const order = ['overhead', 'start-up', 'plan', 'merge', 'load'];

/** What the benchmarks found when they ran last, from bench/results. */
export function performanceSection() {
  const results = readdirSync(folder)
    .filter((file) => file.endsWith('.json'))
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))
    .sort((a, b) => placeOf(a.name) - placeOf(b.name) || a.name.localeCompare(b.name));
  return results.map(sectionOf).join('\n\n');
}

function placeOf(name) {
  const place = order.indexOf(name);
  return place === -1 ? order.length : place;
}

function sectionOf({ name, title, method, machine, load, tables, bars, notes }) {
  const judged = bars.map(({ what, value, unit, bar, met }) => [
    what,
    `${value} ${unit}`,
    `${bar} ${unit}`,
    met ? 'yes' : 'no',
  ]);
  return [
    `## ${title}`,
    `${method} \`npm run bench -- ${name}\`, on ${machine}.${busy(load)}`,
    table(['what', 'measured', 'bar', 'met'], judged),
    ...tables.flatMap(({ title: heading, rows, failed = [] }) => [
      `${heading}:`,
      table(['', 'wall ms', 'min - max', 'CPU ms', 'MiB', 'x', 'CPU x'], rows.map(rowOf)),
      ...failed.map((peer) => `Not measured: ${peer.name} (${peer.problem.split('\n')[0]})`),
    ]),
    ...notes,
  ].join('\n\n');
}

function busy(load) {
  return load < 3
    ? ''
    : ` The machine was busy with other work (load ${load.toFixed(0)}): times are too long, ratios hold.`;
}

function rowOf({ name, own, wallMs, minMs, maxMs, cpuMs, rssMiB, ratio, cpuRatio }) {
  const times = [wallMs, `${minMs} - ${maxMs}`, cpuMs, rssMiB, ratio, cpuRatio].map(String);
  return [own ? `**${name}**` : name, ...times];
}
