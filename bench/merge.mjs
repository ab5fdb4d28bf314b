// Merging JUnit files and event logs: how long, how much memory, and whether the totals are right. `--all` gives the peers the largest
// set too, which takes them a quarter of an hour.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { compare } from './support/compare.mjs';
import { writeEventLog, writeJunitFiles } from './support/junit-data.mjs';
import { npmPeers, npmProgram, pythonPeer, pythonPeers } from './support/peers.mjs';
import { profile } from './support/profile.mjs';
import { report } from './support/report.mjs';

const cli = resolve(import.meta.dirname, '../dist/runner.js');
const all = process.argv.includes('--all');
const root = mkdtempSync(join(tmpdir(), 'runner-bench-merge-'));
try {
  const small = await measure('small', { files: 50, suites: 1, cases: 100 }, { rounds: 11, peers: true });
  const middle = await measure('middle', { files: 20, suites: 100, cases: 50 }, { rounds: 3, peers: true });
  const large = await measure('large', { files: 200, suites: 100, cases: 50 }, { rounds: 5, peers: all });
  const events = await measureEvents(1_000_000);
  const own = (table) => table.rows.find((row) => row.own);
  report({
    name: 'merge',
    title: 'Merging reports',
    method:
      'The totals of each merged report of runner are compared with what was written. Medians of interleaved rounds; ratios to runner within a round.',
    tables: [small, middle, large, events],
    values: { large: own(large).wallMs, memory: own(large).rssMiB, small: own(small).wallMs },
    notes: [profile([process.execPath, cli, 'merge', 'large', '--reports', 'profiled'], { cwd: root })],
  });
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function measure(name, size, { rounds, peers }) {
  const folder = join(root, name);
  const total = writeJunitFiles(folder, size);
  const contenders = [runner(name, folder, total), cat(folder), ...(peers ? mergers(name, folder) : [])];
  const { rows, failed } = await compare(contenders, { rounds });
  const megabytes = (total.bytes / 1e6).toFixed(1);
  const title = `${total.tests.toLocaleString('en-US')} cases, ${megabytes} MB, ${size.files} files, ${size.files * size.suites} suites`;
  return { title, rows, failed };
}

function runner(name, folder, total) {
  const reports = join(root, `${name}-merged`);
  return {
    name: 'runner merge',
    own: true,
    cwd: root,
    argv: [process.execPath, cli, 'merge', folder, '--reports', reports],
    // Tests failed.
    expect: 1,
    check() {
      const { totals } = JSON.parse(readFileSync(join(reports, 'summary.json'), 'utf8'));
      for (const kind of ['tests', 'failed', 'errors', 'skipped']) {
        if (totals[kind] !== total[kind]) throw new Error(`${kind}: ${totals[kind]} merged, ${total[kind]} written`);
      }
    },
  };
}

/** The floor: the same bytes from disk to disk. */
function cat(folder) {
  return { name: 'cat', cwd: folder, argv: ['sh', '-c', 'cat *.xml > ../cat.out'] };
}

function mergers(name, folder) {
  const output = join(root, `${name}-peer.xml`);
  const own = [
    ['junitparser', pythonPeer('junitparser'), ['merge', '--glob', join(folder, '*.xml'), output]],
    ['junit-merge', npmProgram('junit-merge'), ['-d', folder, '-o', output]],
    ['junit-report-merger', npmProgram('junit-report-merger', 'jrm'), [output, join(folder, '*.xml')]],
  ];
  return own.flatMap(([peer, program, args]) => {
    if (program === null) {
      console.log(`${peer} cannot be installed: not compared`);
      return [];
    }
    const version = npmPeers[peer] ?? pythonPeers[peer].version;
    const argv = peer === 'junitparser' ? [program, ...args] : [process.execPath, program, ...args];
    return [{ name: `${peer} ${version}`, cwd: root, argv, ...(name === 'large' ? { rounds: 1, cold: true } : {}) }];
  });
}

async function measureEvents(tests) {
  const folder = join(root, 'events');
  writeEventLog(join(folder, 'events.jsonl'), tests);
  const reports = join(root, 'events-merged');
  const contender = {
    ...{ name: 'runner merge', own: true, cwd: root },
    argv: [process.execPath, cli, 'merge', folder, '--reports', reports],
    check() {
      const { totals } = JSON.parse(readFileSync(join(reports, 'summary.json'), 'utf8'));
      if (totals.passed !== tests) throw new Error(`${totals.passed} passed, ${tests} written`);
    },
  };
  const { rows } = await compare([contender], { rounds: 3 });
  return { title: `an event log of ${tests.toLocaleString('en-US')} tests in 200 tasks`, rows };
}
