import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, renameSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test, vi } from 'vitest';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';
import { openTmux } from '../support/tmux.ts';

const cli = resolve(import.meta.dirname, '../../dist/runner.js');
const passing = (name: string): string => `import test from 'node:test';\ntest('${name}', () => {});\n`;
const failing = (name: string): string =>
  `import test from 'node:test';\ntest('${name}', () => { throw new Error('no'); });\n`;
const config = `
version: 1
project: watched
workers: 1
settings: { affectsNothing: ["docs/**"] }
suites:
  js: { framework: node }
  quick: { framework: command, command: [sh, -c, 'echo $RUNNER_RUN_ID > written.txt; date > out-$$.txt; test ! -e red'] }
categories:
  unit: { tests: [{ suite: js, files: ["test/**"] }], affects: ["src/**"], needs: [web] }
  fast: { tests: [{ suite: quick }], affects: ["fast/**"] }
services:
  web:
    process: { command: [node, web/main.mjs], env: { PORT: "\${port}" } }
    affects: ["web/**"]
`;
const web = "import { createServer } from 'node:http';\ncreateServer((_, s) => s.end()).listen(process.env.PORT);\n";
const files = {
  'runner.config.yaml': config,
  'web/main.mjs': web,
  'src/a.mjs': '\n',
  'fast/a': '',
  'docs/a.md': '\n',
  'test/one.test.mjs': passing('one'),
  'test/two.test.mjs': passing('two'),
};

interface Watched {
  readonly child: ChildProcess;
  output(): string;
  /** What was printed since the last call, when it waits again (for the given time) or `pattern` came. */
  waits(): Promise<string>;
  shows(pattern: RegExp): Promise<string>;
}

function startWatch(rig: Rig, ...args: readonly string[]): Watched {
  const child = spawn(process.execPath, [cli, '--watch', '--progress', 'lines', ...args], { cwd: rig.root });
  let text = '';
  let from = 0;
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += String(chunk)));
  const shows = async (pattern: RegExp): Promise<string> => {
    const found = await vi
      .waitUntil(() => pattern.exec(text.slice(from)), { timeout: 60_000, interval: 20 })
      .catch(() => {
        throw new Error(`never matched ${String(pattern)}:\n${text.slice(from)}`);
      });
    const told = text.slice(from, from + found.index + found[0].length);
    from += told.length;
    return told;
  };
  return { child, output: () => text, shows, waits: () => shows(/Waiting for changes\./) };
}

const waited = (watched: Watched): number => watched.output().split('Waiting for changes.').length - 1;

test('what changes concern runs as they come, services stay up, and nothing is left at the end', async () => {
  // Nobody looks there, until it is moved. Written where somebody does, so many would not come at once on a busy machine.
  const many = Array.from({ length: 1000 }, (_, index) => [`.tox/gen/${index}.mjs`, '\n'] as const);
  await using rig = await createRig({ ...files, ...Object.fromEntries(many) });
  const watched = startWatch(rig);
  const first = await watched.waits();
  expect(first).toContain('3 tests: 3 passed');
  const service = /ready at (http:\S+)/.exec(first)?.[1];

  await rig.write({ 'test/two.test.mjs': failing('two') });
  const two = await watched.waits();
  expect(two).toMatch(/Changed: test\/two\.test\.mjs[^]*Starting 1 task over 1 file[^]*1 test: 1 failed/);
  expect(two).toContain(`ready at ${service ?? ''}`);
  await rig.write({ 'src/a.mjs': 'changed\n' });
  const unit = await watched.waits();
  // What failed comes first, although the other one is first by name.
  expect(unit).toMatch(/1\/2\) unit\/js\/\d {2}1 failed[^]*2 tests: 1 passed, 1 failed/);

  // Another service, since it is made of other code now.
  await rig.write({ 'web/main.mjs': `${web}// changed\n`, 'test/two.test.mjs': passing('two') });
  const again = await watched.waits();
  expect(again).toContain('2 tests: 2 passed');
  expect(again).not.toContain('left running by an earlier run');

  await rig.write({ 'docs/a.md': 'changed\n' });
  expect(await watched.waits()).toContain('settings.affectsNothing lists what changed: docs/a.md');
  await rig.write({ 'runner.config.yaml': `${config}\nsuits: {}\n` });
  expect(await watched.waits()).toMatch(/the configuration has a problem[^]*unknown key "suits"/);
  await rig.write({ 'runner.config.yaml': config });
  expect(await watched.waits()).toContain('runner.config.yaml is part of the config');

  const before = waited(watched);
  renameSync(rig.path('.tox/gen'), rig.path('src/gen'));
  await watched.shows(/1,000 files changed|1000 files changed|Changed: src[^]*and 997 more/);
  await watched.waits();
  expect(waited(watched)).toBe(before + 1);

  const runId = [...watched.output().matchAll(/Run (\S+)/g)].at(-1)?.[1] ?? '';
  watched.child.kill('SIGTERM');
  await once(watched.child, 'close');
  expect(watched.child.exitCode).toBe(143);
  expect(processesWith(runId)).toEqual([]);
  expect(readdirSync(rig.path('.runner/services')).filter((name) => name.endsWith('.json'))).toEqual([]);
}, 180_000);

test('tests that write files do not run for ever, and twenty runs leave no descriptor open', async () => {
  await using rig = await createRig(files);
  const watched = startWatch(rig, '--category', 'fast');
  await watched.waits();
  const opened = (): number => readdirSync(`/proc/${String(watched.child.pid)}/fd`).length;
  let early = 0;
  for (let round = 1; round <= 20; round += 1) {
    await rig.write({ 'fast/a': String(round) });
    expect(await watched.shows(/Changed: [^\n]*fast\/a[^]*Waiting for changes\./)).toContain('1 test: 1 passed');
    if (round === 4) early = opened();
  }
  expect(opened()).toBeLessThanOrEqual(early + 2);
  expect(waited(watched)).toBe(21);
  expect(readFileSync(rig.path('written.txt'), 'utf8')).toContain('-');

  watched.child.kill('SIGINT');
  await once(watched.child, 'close');
  expect(watched.child.exitCode).toBe(130);
}, 180_000);

test.each([
  ['--watch', '--shard=1/2', '--watch and --shard contradict each other'],
  ['--watch', '--dry-run', '--watch and --dry-run contradict each other'],
  ['watch', '--shard=1/2', 'runner watch takes no --shard: it is an option of runner run, runner plan'],
])('after %s %s is refused', async (...[first, word, problem]) => {
  await using rig = await createRig(files);
  const run = await rig.runWith({ replay: false }, first, word);
  expect([run.exitCode, run.stderr]).toEqual([2, expect.stringContaining(problem)]);
});

test('keys run all, what failed, a pattern, the same again, and end it', async (context) => {
  await using rig = await createRig({ ...files, red: '' });
  await using tmux = openTmux(rig.root, 100, 50);
  if (tmux === null) return context.skip('tmux is not installed');
  const press = async (keys: readonly string[], shows: RegExp): Promise<string> => {
    tmux.press(...keys);
    return tmux.shows(shows);
  };
  await tmux.shows(/^ready>/m);
  await press(['runner watch --no-services --category fast', 'Enter'], /1 failed[^]*Waiting for changes\. Keys: a all/);
  expect(await press(['f'], /Running what failed[^]*1 failed[^]*Waiting for changes/)).not.toContain('passed');
  await press(['?'], /run everything that is selected/);
  await press(['p'], /Type a pattern/);
  await press(['nowhere', 'Enter'], /matches none[^]*Pattern: nowhere/);
  await press(['p', 'Enter'], /leaves it:\n +Run[^]*1 failed[^]*Waiting for changes/);
  await press(['q'], /ready> *$/);
  tmux.press('echo code $?; stty -a | grep -o "[ -]icanon"', 'Enter');
  await tmux.shows(/code 1\n icanon/);
});
