// Writes docs/sample-run*.txt and the sample in the README from real runs of examples/chat-platform; with --check only says whether they are current.
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join, resolve } from 'node:path';

const samples = [
  { name: 'mission_critical', path: 'docs/sample-run.txt', args: ['--category', 'mission_critical', '--no-docker'] },
  {
    name: 'failing',
    path: 'docs/sample-run-failing.txt',
    args: ['--category', 'integration'],
    // Who reconnects is told that nothing was missed, although something was.
    defect: {
      file: 'src/event-bridge.mjs',
      from: 'complete: events.length === Math.max(0, sequence - after)',
      to: 'complete: true',
    },
  },
];

const texts = new Map(samples.map((sample) => [sample.path, run(sample)]));
texts.set('README.md', fill(readFileSync('README.md', 'utf8')));

const stale = [...texts].filter(([path, text]) => readOrEmpty(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path, text] of stale) {
    console.error(`${path} is out of date: run node scripts/sample-run.mjs. It would be:\n${text}`);
  }
  process.exit(stale.length === 0 ? 0 : 1);
}
for (const [path, text] of stale) {
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
}

/** What a person sees on 80 columns, with `$` and the command in front; one slot, so that the order is always the same. */
function run({ args, defect }) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'sample-run-')));
  try {
    const folder = join(root, 'chat-platform');
    const made = new Set(['node_modules', 'reports', '.runner']);
    cpSync('examples/chat-platform', folder, { recursive: true, filter: (path) => !made.has(path.split('/').at(-1)) });
    symlinkSync(resolve('node_modules'), join(root, 'node_modules'));
    mkdirSync(join(root, 'bin'));
    symlinkSync(resolve('dist/runner.js'), join(root, 'bin/runner'));
    if (defect !== undefined) breakIt(join(folder, defect.file), defect);
    const { stdout, stderr } = spawnSync(process.execPath, [join(root, 'bin/runner'), ...args, '--workers', '1'], {
      cwd: folder,
      encoding: 'utf8',
      env: {
        HOME: process.env.HOME,
        PATH: [dirname(process.execPath), process.env.PATH].join(delimiter),
        COLUMNS: '80',
      },
    });
    return `$ runner ${args.join(' ')} --workers 1\n${redact(stdout + stderr, root)}`;
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function breakIt(path, { from, to }) {
  const text = readFileSync(path, 'utf8');
  if (!text.includes(from))
    throw new Error(`${path} no longer holds ${from}: choose another defect in ${import.meta.filename}`);
  writeFileSync(path, text.replace(from, to));
}

/** Whatever differs from one run to the next: times, run ids, ports and where it ran. */
function redact(text, root) {
  return text
    .replaceAll(root, '/home/you')
    .replace(/\d{8}-\d{6}-[0-9a-f]{6}/g, '20260131-120000-a1b2c3')
    .replace(/\[ *\d+\.\d{3}s\]/g, '[   #.###s]')
    .replace(/127\.0\.0\.1:\d+/g, '127.0.0.1:#####')
    .replace(/after (?:\d+m )?[\d.]+m?s/g, 'after ###ms');
}

function fill(text) {
  return text.replace(/(<!-- sample: (\w+) -->\n)[^]*?(<!-- end -->)/g, (_, start, name, end) => {
    const sample = samples.find((candidate) => candidate.name === name);
    if (sample === undefined) throw new Error(`README.md asks for the sample ${name}, which there is not`);
    return `${start}\n\`\`\`text\n${texts.get(sample.path).trimEnd()}\n\`\`\`\n\n${end}`;
  });
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
