import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { bars as allBars } from '../bench/support/bars.mjs';
import { code, table } from './markdown.mjs';

const folder = join(import.meta.dirname, '../bench/results');

/** What the benchmarks found when they ran last, from bench/results: every bar, then each benchmark with its tables. */
export function performanceSection() {
  const results = readResults();
  // The order of the bars; what has none comes last.
  const names = new Set([...allBars.map(({ bench }) => bench), ...results.keys()]);
  const sections = [...names].flatMap((name) => results.get(name) ?? []).map(sectionOf);
  return [`## The bars`, barTable(results), ...sections].join('\n\n');
}

/** What most people want to know, for the README: whether it is met or not, and nothing that was not measured. */
export function numbersSection() {
  const results = readResults();
  const shown = [
    'overhead nothing',
    'makespan history',
    'waiting sequential',
    'kept-services wall',
    'start-up version',
    'plan files',
    'plan memory',
    'merge memory',
  ];
  const rows = allBars.flatMap((bar) => {
    const value = shown.includes(`${bar.bench} ${bar.id}`) ? valueOf(results, bar).value : null;
    return value === null ? [] : [[bar.what, `${value} ${bar.unit}`]];
  });
  return table(['what', 'measured'], rows);
}

/** What docs/why-not.md shows: a table of a benchmark, the row that is runner's where it has several, and rows that are no other tool. */
const comparisons = [
  { what: 'plan of 500 tasks', bench: 'plan', table: 1, own: 'runner plan, 500 files' },
  ...['500 tasks that do nothing', '50 tasks that start Node'].map((what, index) => ({
    ...{ what, bench: 'overhead', table: index, without: ['xargs -P2', 'Node, spawn and log file alone'] },
  })),
  { what: '120 pytest files, 2 at a time', bench: 'makespan', table: 0, own: 'runner, history of one run' },
  { what: '40 pytest files that wait, runner -j 5', bench: 'waiting', table: 0, own: 'runner -j 5' },
  { what: 'merge of 100,000 cases in JUnit XML', bench: 'merge', table: 1, without: ['cat'] },
  { what: 'guards over 21,000 files', bench: 'audit', table: 0 },
];

/** What was measured of runner and of others that do the same; above 1 the other took longer. */
export function comparisonSection() {
  const results = readResults();
  const rows = comparisons.flatMap(({ what, bench, table: index, own: name, without = [] }) => {
    const { rows: all } = results.get(bench)?.tables[index] ?? { rows: [] };
    const own = all.find((row) => row.own && (name === undefined || row.name === name));
    if (own === undefined) return [];
    return all
      .filter((row) => !row.own && !without.includes(row.name))
      .map((row) => [
        ...[what, row.name, `${Math.round(row.wallMs)} ms`, `${Math.round(own.wallMs)} ms`],
        (row.wallMs / own.wallMs).toFixed(2),
      ]);
  });
  return table(['what', 'other', 'takes', 'runner takes', 'other / runner'], rows);
}

function readResults() {
  return new Map(
    readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')))
      .map((result) => [result.name, result]),
  );
}

function valueOf(results, { bench, id }) {
  return results.get(bench)?.bars.find((one) => one.id === id) ?? { value: null, met: null };
}

function barTable(results) {
  const rows = allBars.map((one) => {
    const { bench, what, bar, unit, atLeast } = one;
    const { value, met } = valueOf(results, one);
    const verdict = met === null ? 'not measured' : met ? 'yes' : '**no**';
    return [
      what,
      value === null ? '' : `${value} ${unit}`,
      `${atLeast ? '>=' : '<='} ${bar} ${unit}`,
      verdict,
      code(bench),
    ];
  });
  return table(['what', 'measured', 'bar', 'met', 'benchmark'], rows);
}

function sectionOf({ name, title, method, machine, load, tables, notes }) {
  return [
    `## ${title}`,
    `${method} \`npm run bench -- ${name}\`, on ${machine}.${busy(load)}`,
    ...tables.flatMap(({ title: heading, head, body, rows, failed = [] }) => [
      `${heading}:`,
      head === undefined
        ? table(['', 'wall ms', 'min - max', 'CPU ms', 'MiB', 'x', 'CPU x'], rows.map(rowOf))
        : table(head, body),
      ...failed.map((peer) => `Not measured: ${peer.name} (${peer.problem.split('\n')[0]})`),
    ]),
    ...notes,
  ].join('\n\n');
}

/** `load` is that of the minute before the benchmark. */
function busy(load) {
  return load < 3
    ? ''
    : ` The machine was busy with other work (load ${load.toFixed(0)}): times are too long, ratios hold.`;
}

function rowOf({ name, own, wallMs, minMs, maxMs, cpuMs, rssMiB, ratio, cpuRatio }) {
  const times = [wallMs, `${minMs} - ${maxMs}`, cpuMs, rssMiB, ratio, cpuRatio].map(String);
  return [own ? `**${name}**` : name, ...times];
}
