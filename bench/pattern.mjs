// Time to select `--pattern "*websocket*"` from 21,000 test files, beside what else a user could type, in the same run.
// Prints the median and spread of 5 runs and the ratio to each peer; fails when a wrong number of files is selected.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { plan } from '../src/categories/plan.ts';
import { select } from '../src/categories/select.ts';
import { loadConfig } from '../src/config/load.ts';
import { catalogue } from '../src/categories/catalogue.ts';
import { frameworks } from '../src/frameworks/index.ts';
import { listSuiteFiles } from '../src/workspace/files.ts';
import { makeMonorepo } from './support/monorepo.mjs';
import { machine } from './support/report.mjs';

const runs = 5;
const fileCount = 21_000;
const pytestCount = 2_000;
const pattern = '*websocket*';

const root = mkdtempSync(join(tmpdir(), 'runner-bench-pattern-'));
try {
  const files = makeMonorepo(root, fileCount);
  execFileSync('git', ['init', '-q'], { cwd: root });
  execFileSync('git', ['add', '.'], { cwd: root });
  const expected = files.filter((file) => file.split('/').some((segment) => segment.includes('websocket'))).length;
  const subset = files.slice(0, pytestCount);
  const config = await readConfig(root);

  console.log(machine());
  console.log(
    `${fileCount.toLocaleString('en-US')} test files, ${expected} match ${pattern}; median of ${runs} [min - max]`,
  );

  const own = await measure('runner: list + plan', async () => selectFiles(config), expected);
  const peers = [
    await measure('find -iname', () => find(root), expected),
    await measure('git ls-files', () => gitListFiles(root), expected),
    await measurePytest(root, subset),
  ];
  for (const peer of peers) {
    if (peer !== null) console.log(`ratio runner / ${peer.name}: ${(own.median / peer.median).toFixed(2)}`);
  }
} finally {
  rmSync(root, { recursive: true, force: true });
}

async function readConfig(folder) {
  const loaded = await loadConfig({
    ...{ cwd: folder, file: null, sets: [], environment: null, env: {} },
    ...{ catalogue, frameworks: [...frameworks.values()] },
  });
  return loaded.config;
}

async function selectFiles(config) {
  const selection = select(config, {
    ...{
      environment: 'local',
      categories: [],
      excludeCategories: [],
      layers: [],
      mode: null,
      suites: [],
      components: [],
    },
    ...{ patterns: [pattern], keyword: null, markers: null, files: [], withDependencies: true },
  });
  const { files } = await listSuiteFiles(root, Object.values(config.suites));
  const made = plan({ config, selection, facts: { files, durations: new Map(), slots: 4 }, traits: frameworks });
  return new Set(made.tasks.flatMap((task) => task.files)).size;
}

function find(folder) {
  const output = execFileSync('find', ['tests', '-type', 'f', '-ipath', pattern, '-name', 'test_*.py', '-print0'], {
    cwd: folder,
  });
  return output.toString().split('\0').length - 1;
}

function gitListFiles(folder) {
  const output = execFileSync('git', ['ls-files', '-z', '--', `:(icase)${pattern}`], { cwd: folder });
  return output.toString().split('\0').length - 1;
}

/** pytest has to import every file before it can filter, so it is given a tenth of the tree. */
async function measurePytest(folder, subset) {
  let version;
  try {
    version = execFileSync('python3', ['-m', 'pytest', '--version'], { encoding: 'utf8' }).trim();
  } catch {
    console.log('pytest is not installed: not compared');
    return null;
  }
  const small = join(folder, 'subset');
  for (const path of subset) {
    mkdirSync(join(small, path, '..'), { recursive: true });
    writeFileSync(join(small, path), 'def test_one():\n    pass\n');
  }
  const expected = subset.filter((file) => file.includes('websocket')).length;
  const args = [
    '-m',
    'pytest',
    '--collect-only',
    '-q',
    '-k',
    'websocket',
    '-p',
    'no:cacheprovider',
    '--import-mode=importlib',
    'tests',
  ];
  const collect = () => execFileSync('python3', args, { cwd: small, encoding: 'utf8' }).match(/::/g)?.length ?? 0;
  return measure(`${version} -k on ${pytestCount.toLocaleString('en-US')} files`, collect, expected);
}

async function measure(name, select, expected) {
  const times = [];
  for (let run = 0; run < runs; run += 1) {
    const start = performance.now();
    const selected = await select();
    times.push(performance.now() - start);
    if (selected !== expected) throw new Error(`${name} selected ${selected} files, ${expected} are right`);
  }
  times.sort((a, b) => a - b);
  const median = times[Math.floor(runs / 2)];
  console.log(
    `${name.padEnd(40)} ${median.toFixed(0).padStart(6)} ms  [${times[0].toFixed(0)} - ${times.at(-1).toFixed(0)}]`,
  );
  return { name, median };
}
