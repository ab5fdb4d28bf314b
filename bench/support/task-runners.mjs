import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, renameSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { npmPeer, npmPeers, npmProgram } from './peers.mjs';
import { baseEnv } from './stopwatch.mjs';

const bareSpawn = join(import.meta.dirname, 'bare-spawn.mjs');
const cli = resolve(import.meta.dirname, '../../dist/runner.js');

/**
 * Everybody who can run `count` times the same command, two at a time, each with a workspace of its own below `root`: xargs first, with
 * which the others are compared. What is cached is switched off. Those that start tasks through `npm run` are given an npm that does
 * nothing but start the task, so that npm itself (0.15 s a task) is not what is measured.
 */
export function taskRunners(root, count, argv) {
  const workspace = createWorkspaces(root, count, argv);
  const xargs = [
    'xargs',
    '-P2',
    '-n1',
    '-a',
    join(workspace('xargs'), 'list'),
    ...(argv.length === 1 ? argv : [scriptOf(root, argv)]),
  ];
  return [
    { name: 'xargs -P2', argv: xargs },
    runnerContender(workspace('runner'), count),
    ...(argv.length === 1
      ? [{ ...runnerContender(workspace('runner-files'), count), name: 'runner, one suite of as many files' }]
      : []),
    {
      name: 'Node, spawn and log file alone',
      argv: [process.execPath, bareSpawn, String(count), ...argv],
      floor: true,
    },
    ...[
      turbo(workspace('turbo')),
      concurrently(count, argv),
      wireit(workspace('wireit')),
      npmRunAll(workspace('npm-run-all2')),
      lage(workspace('lage')),
      nx(workspace('nx')),
      moon(workspace('moon')),
    ].filter((contender) => contender !== null),
  ].map((contender) => ({ cwd: root, ...contender, ...checked(contender, count) }));
}

/** Those that say how many tasks they ran must have run all. */
function checked({ ran, check }, count) {
  if (ran === undefined) return { check };
  return {
    check(result) {
      const times = ran(result.output());
      if (times !== count) throw new Error(`it ran ${times} tasks of ${count}`);
    },
  };
}

/** `runner` on a workspace, as it comes: with logs, process groups and JUnit; it has to report every task. */
export function runnerContender(cwd, count, more = []) {
  return {
    name: 'runner',
    own: true,
    cwd,
    argv: [process.execPath, cli, '--progress', 'none', ...more],
    prepare: () => putAway(cwd),
    check: (result) => {
      if (!result.output().includes(`${count.toLocaleString('en-US')} passed`))
        throw new Error(result.output().slice(-500));
    },
  };
}

/**
 * As in CI there are no reports yet. They are moved away and not removed: where files were removed, ext4 takes many times as long to make others
 * for the next seconds, which would be measured here although nobody pays it.
 */
function putAway(cwd) {
  if (!existsSync(join(cwd, 'reports'))) return;
  mkdirSync(join(cwd, '../put-away'), { recursive: true });
  renameSync(join(cwd, 'reports'), join(cwd, '../put-away', `reports-${performance.now()}`));
}

function createWorkspaces(root, count, argv) {
  const names = Array.from({ length: count }, (_, index) => `t${index}`);
  const command = argv.map((word) => (/^[\w-]+$/.test(word) ? word : JSON.stringify(word))).join(' ');
  write(join(root, 'bin/npm'), `#!/bin/sh\nexec ${command}\n`, 0o755);
  return (tool) => {
    const folder = join(root, tool);
    for (const [path, text] of Object.entries(filesOf[tool](names, argv, command))) write(join(folder, path), text);
    if (['nx', 'lage', 'moon', 'turbo'].includes(tool)) {
      execFileSync('git', ['init', '-q'], { cwd: folder });
      execFileSync('git', ['add', '-A'], { cwd: folder });
      const author = ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false'];
      execFileSync('git', [...author, 'commit', '-qm', 'bench'], { cwd: folder });
    }
    const modules = npmPeers[tool] === undefined ? null : npmPeer(tool);
    if (modules !== null) symlinkSync(modules, join(folder, 'node_modules'));
    return folder;
  };
}

/** They take so long (nx two minutes) that one round tells enough. */
const slow = new Set(['nx', '@moonrepo/cli', 'lage']);

const filesOf = {
  xargs: (names) => ({ list: `${names.map(() => '0').join('\n')}\n` }),
  runner: (names, argv) => ({
    'runner.config.yaml': [
      'version: 1\nproject: bench\nworkers: 2\nsuites:',
      ...names.map((name) => `  ${name}: { framework: command, command: ${JSON.stringify(argv)} }`),
      'categories:\n  unit:\n    tests:',
      ...names.map((name) => `      - { suite: ${name} }`),
    ].join('\n'),
  }),
  'runner-files': (names, argv) => ({
    'runner.config.yaml': [
      'version: 1\nproject: bench\nworkers: 2\nsuites:',
      `  all: { framework: command, command: ${JSON.stringify([...argv, '{files}'])}, files: ['tests/*'], batch: file }`,
      'categories:\n  unit:\n    tests: [{ suite: all }]\n',
    ].join('\n'),
    ...Object.fromEntries(names.map((name) => [`tests/${name}`, ''])),
  }),
  turbo: (names, _, command) => ({
    ...packages(names, command, { packageManager: 'npm@11.0.0' }),
    'turbo.json': JSON.stringify({ tasks: { test: { cache: false } } }),
  }),
  nx: (names, _, command) => ({ ...packages(names, command), 'nx.json': '{}', '.gitignore': '.nx\nnode_modules\n' }),
  lage: (names, _, command) => ({
    ...packages(names, command),
    'lage.config.js': "module.exports = { npmClient: 'npm', pipeline: { test: { cache: false } } };",
    '.gitignore': 'node_modules\n',
  }),
  moon: (names, _, command) => ({
    ...Object.fromEntries(
      names.map((name) => [
        `packages/${name}/moon.yml`,
        `tasks:\n  test:\n    command: '${command}'\n    toolchain: system\n    options: { cache: false, runFromWorkspaceRoot: true }\n`,
      ]),
    ),
    '.moon/workspace.yml': "projects: ['packages/*']\ntelemetry: false\n",
    '.gitignore': '.moon/cache\n',
  }),
  wireit: (names, _, command) => ({
    'package.json': JSON.stringify({
      name: 'bench',
      scripts: Object.fromEntries(['test', ...names].map((name) => [name, 'wireit'])),
      wireit: { test: { dependencies: names }, ...Object.fromEntries(names.map((name) => [name, { command }])) },
    }),
  }),
  'npm-run-all2': (names, _, command) => ({
    'package.json': JSON.stringify({
      name: 'bench',
      scripts: Object.fromEntries(names.map((name) => [`t:${name}`, command])),
    }),
  }),
};

function packages(names, command, more = {}) {
  const root = { name: 'bench', private: true, workspaces: ['packages/*'], ...more };
  const lock = { name: 'bench', lockfileVersion: 3, packages: { '': { name: 'bench', workspaces: ['packages/*'] } } };
  return {
    'package.json': JSON.stringify(root),
    'package-lock.json': JSON.stringify(lock),
    ...Object.fromEntries(
      names.map((name) => [
        `packages/${name}/package.json`,
        JSON.stringify({ name, version: '1.0.0', scripts: { test: command } }),
      ]),
    ),
  };
}

function turbo(cwd) {
  const args = ['run', 'test', '--concurrency=2', '--output-logs=none'];
  return peer('turbo', 'turbo', args, {
    ...{ cwd, stubbed: true, env: { TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1' } },
    ran: (text) => Number(/(\d+) successful/.exec(text)?.[1]),
  });
}

function concurrently(count, argv) {
  const commands = Array.from({ length: count }, () => argv.join(' '));
  return peer('concurrently', 'concurrently', ['-m', '2', ...commands], {
    ran: (text) => text.match(/exited with code 0/g)?.length,
  });
}

function wireit(cwd) {
  // What npm tells of the script that it runs; npm itself is not started.
  const env = {
    ...{
      npm_lifecycle_event: 'test',
      npm_package_json: join(cwd, 'package.json'),
      npm_config_user_agent: 'npm/11.0.0',
    },
    ...{ WIREIT_PARALLEL: '2', WIREIT_CACHE: 'none', WIREIT_LOGGER: 'simple' },
  };
  return peer('wireit', 'wireit', [], { cwd, env, ran: (text) => text.match(/Executed successfully/g)?.length });
}

function npmRunAll(cwd) {
  return peer('npm-run-all2', 'run-p', ['--max-parallel', '2', 't:*'], { cwd, stubbed: true });
}

function lage(cwd) {
  return peer('lage', 'lage', ['test', '--concurrency', '2', '--no-cache'], {
    ...{ cwd, stubbed: true },
    ran: (text) => Number(/success: (\d+)/.exec(text)?.[1]),
  });
}

function nx(cwd) {
  const args = ['run-many', '-t', 'test', '--parallel=2', '--skip-nx-cache', '--output-style=static'];
  return peer('nx', 'nx', args, {
    ...{ cwd, stubbed: true, env: { NX_DAEMON: 'false', NX_NO_CLOUD: 'true', NX_TUI: 'false' } },
    ran: (text) => Number(/for (\d+) projects/.exec(text)?.[1]),
  });
}

function moon(cwd) {
  return peer('@moonrepo/cli', 'moon', ['run', ':test', '--concurrency', '2'], {
    ...{ cwd, env: { MOON_TELEMETRY: 'false' } },
    ran: (text) => Number(/Tasks: (\d+) completed/.exec(text)?.[1]),
  });
}

function peer(name, program, args, { cwd, ran, env = {}, stubbed = false }) {
  const path = npmProgram(name, program);
  if (path === null) {
    console.log(`${name} cannot be installed: not compared`);
    return null;
  }
  const bin = dirname(path);
  const npm = stubbed && cwd !== undefined ? [join(dirname(cwd), 'bin')] : [];
  const whole = { ...baseEnv(), PATH: [...npm, bin, dirname(process.execPath), process.env.PATH].join(':'), ...env };
  return {
    name: `${name} ${npmPeers[name]}`,
    argv: [path, ...args],
    ran,
    env: whole,
    ...(cwd === undefined ? {} : { cwd }),
    ...(slow.has(name) ? { rounds: 1, cold: true } : { rounds: 3 }),
  };
}

function scriptOf(root, argv) {
  const path = join(root, 'bin/task');
  write(path, `#!/bin/sh\nexec ${argv.join(' ')}\n`, 0o755);
  return path;
}

function write(path, text, mode = 0o644) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
}
