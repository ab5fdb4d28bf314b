// What of a long run grows: memory and open files of runner at its start, in its middle and at its end, for many tests, tasks, results and services.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { writeEventLog } from './support/junit-data.mjs';
import { report } from './support/report.mjs';
import { phaseHead, phaseRow, phasesOf, runWatched } from './support/watch-process.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const root = mkdtempSync(join(tmpdir(), 'runner-bench-growth-'));
const serviceCount = 200;
const server = `
import socket, sys
listener = socket.create_server(("127.0.0.1", int(sys.argv[1])))
while True: listener.accept()[0].close()
`;
try {
  const tests = await measure('1,000 tasks of 100 tests', manyTests(1000, 100));
  const tasks = await measure('10,000 tasks', manyTests(10_000, 1));
  const results = await measure('merge of 1,000,000 results, with history and page', manyResults(1_000_000));
  const services = await measure(`${serviceCount} services`, manyServices());
  const perTask = ((tasks.end.rssMiB - tasks.start.rssMiB) * 1024) / (10_000 * 0.9);
  report({
    name: 'growth',
    title: 'What grows in a long run',
    method:
      'Memory (RSS) and open files of runner alone, looked at ten times a second: medians of a twentieth of the run at its start, in its middle and at its end. One round each.',
    tables: [
      {
        title: 'memory and open files',
        head: phaseHead,
        body: [tests, tasks, results, services].map(({ row }) => row),
      },
    ],
    values: {
      tests: ratio(tests),
      tasks: Number(perTask.toFixed(1)),
      results: Number(((results.peakMiB * 2 ** 20) / 1_000_000).toFixed(0)),
      files: Math.max(...[tests, tasks].map(({ end, middle }) => end.files - middle.files)),
      services: Number((services.mostFiles / serviceCount).toFixed(2)),
    },
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function measure(name, { folder, argv, check }) {
  const { output, wallMs, looks } = await runWatched([process.execPath, cli, ...argv], { cwd: folder });
  check(output);
  const phases = phasesOf(looks);
  process.stderr.write(`${phaseRow(name, wallMs, phases).join('  ')}\n`);
  return { ...phases, row: phaseRow(name, wallMs, phases) };
}

function ratio({ end, middle }) {
  return Number((end.rssMiB / middle.rssMiB).toFixed(2));
}

/** A task for each file, which is what it prints: TAP. */
function manyTests(count, each) {
  const folder = join(root, `tasks-${count}`);
  mkdirSync(join(folder, 'tests'), { recursive: true });
  const lines = Array.from(
    { length: each },
    (_, index) => `ok ${index + 1} - the test number ${index + 1} of this file\n`,
  );
  for (let index = 0; index < count; index += 1)
    writeFileSync(join(folder, `tests/t${index}`), `TAP version 13\n1..${each}\n${lines.join('')}`);
  const suite = '{ framework: command, command: [cat, "{files}"], files: ["tests/*"], tap: true, batch: file }';
  writeConfig(folder, `suites:\n  all: ${suite}\ncategories:\n  unit: { tests: [{ suite: all }] }\n`);
  return { folder, argv: ['--progress', 'none'], check: passed(count * each) };
}

function manyResults(count) {
  const folder = join(root, 'results');
  writeEventLog(join(folder, 'there/events.jsonl'), count);
  writeConfig(
    folder,
    'suites:\n  all: { framework: command, command: ["true"] }\ncategories:\n  unit: { tests: [{ suite: all }] }\n',
  );
  return {
    ...{ folder, argv: ['merge', 'there', '--reports', 'merged', '--history', 'history.sqlite'] },
    check(output) {
      const { totals } = JSON.parse(readFileSync(join(folder, 'merged/summary.json'), 'utf8'));
      if (totals.passed !== count || output.includes('history')) throw new Error(output.slice(-500));
    },
  };
}

/** Servers on loopback, each watched while it is in use, and tests that take some seconds. */
function manyServices() {
  const folder = join(root, 'services');
  const names = Array.from({ length: serviceCount }, (_, index) => `s${index}`);
  mkdirSync(folder);
  writeFileSync(join(folder, 'server.py'), server);
  const service =
    'process: { command: [python3, -S, -E, server.py, "${port}"] }, health: [{ tcp: {} }], startTimeout: 2m';
  writeConfig(
    folder,
    [
      'suites:',
      ...Array.from({ length: 10 }, (_, index) => `  t${index}: { framework: command, command: [sleep, "2"] }`),
      'categories:',
      `  integration: { needs: [${names.join(', ')}], tests: [${Array.from({ length: 10 }, (_, index) => `{ suite: t${index} }`).join(', ')}] }`,
      'services:',
      ...names.map((name) => `  ${name}: { ${service} }`),
      '',
    ].join('\n'),
  );
  return { folder, argv: ['--progress', 'none'], check: passed(10) };
}

function writeConfig(folder, text) {
  writeFileSync(join(folder, 'runner.config.yaml'), `version: 1\nproject: bench\nworkers: 2\n${text}`);
}

function passed(count) {
  return (output) => {
    if (!output.includes(`${count.toLocaleString('en-US')} passed`)) throw new Error(output.slice(-500));
  };
}
