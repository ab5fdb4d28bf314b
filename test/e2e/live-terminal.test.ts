import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';
import type { Rig } from '../support/rig.ts';
import { openTmux } from '../support/tmux.ts';

const config = `
version: 1
project: live
workers: 2
suites:
  red: { framework: command, command: [sh, -c, 'echo it is red; exit 1'] }
  long: { framework: command, command: [sh, -c, 'echo waiting for the file; until [ -e go ]; do sleep 0.05; done'] }
categories:
  unit: { tests: [{ suite: red }] }
  e2e: { tests: [{ suite: long }], timeout: 60s }
`;

test('a live run can be asked, resized, put to rest with its children, and interrupted', async (context) => {
  await using rig = await createRig({ 'runner.config.yaml': config });
  await using tmux = openTmux(rig.root, 100, 30);
  if (tmux === null) return context.skip('tmux is not installed');
  await tmux.shows(/^ready>/m);
  tmux.press('runner', 'Enter');
  const live = await tmux.shows(/✖ unit[^]*❯ e2e[^]*1\/2 tasks/);
  expect(live.match(/TEST ERROR|TEST FAIL/g)).toHaveLength(1);
  expect(live).toContain('t: details');

  tmux.press('t');
  expect(await tmux.shows(/> waiting for the file/)).toMatch(
    /STATUS 1\/2 tasks done after [^]*, 1 of 2 slots busy\n +slot \d e2e\/long {2}for /,
  );

  tmux.resize(40, 12);
  await tmux.shows(/1\/2 tasks(?!.*t: details)/);
  tmux.resize(120, 30);
  const wide = await tmux.shows(/1\/2 tasks.*t: details/);
  expect(wide.match(/^❯ e2e/gm)).toHaveLength(1);
  expect(wide).toContain('> waiting for the file');

  tmux.press('C-z');
  await tmux.shows(/Stopped[^]*ready> *$/);
  // A shell that was just starting `sleep` waits for that, which is stopped: `D`.
  expect(statesOf(runIdOf(rig))).toContain('T');
  expect(statesOf(runIdOf(rig)).filter((state) => !/[TD]/.test(state))).toEqual([]);
  tmux.press('stty -a | grep -o "[ -]icanon"; fg', 'Enter');
  expect(await tmux.shows(/WARNING the run was suspended for/)).toMatch(/^ icanon/m);
  await tmux.shows(/❯ e2e/);
  expect(statesOf(runIdOf(rig))).not.toContain('T');

  tmux.press('C-c');
  const end = await tmux.shows(/interrupted \(exit 130\)[^]*ready> *$/);
  expect(end).toContain('Rerun:');
  expect(processesWith(runIdOf(rig))).toEqual([]);
  tmux.press('clear; stty -a | grep -o "[ -]icanon"; echo typed', 'Enter');
  await tmux.shows(/ icanon\ntyped/);
});

test('a terminal without Unicode is given ASCII, and a dumb one is not drawn on', async (context) => {
  await using rig = await createRig({ 'runner.config.yaml': config });
  await using tmux = openTmux(rig.root, 100, 40);
  if (tmux === null) return context.skip('tmux is not installed');
  await tmux.shows(/^ready>/m);
  tmux.press('LC_ALL=C runner', 'Enter');
  await tmux.shows(/^x unit[^]*^> e2e/m);
  await rig.write({ go: '' });
  expect(await tmux.shows(/^x unit[^]*^\+ e2e[^]*Reports:/m)).not.toMatch(/[✖✔❯…]/);
  tmux.press('clear; TERM=dumb runner --no-color', 'Enter');
  expect(await tmux.shows(/\(2\/2\)[^]*Reports:/)).not.toMatch(/^[x✖] unit/m);
});

test('SIGUSR1 asks a run without a terminal', async () => {
  await using rig = await createRig({ 'runner.config.yaml': config });
  const started = rig.start({}, '--category', 'e2e', '--progress', 'lines');
  await started.event((event) => event.type === 'attempt-started');
  let said = '';
  const asked = new Promise<void>((resolve) => {
    started.child.stdout?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (/slot \d e2e\/long[^]*\n.+\n/.test(said)) resolve();
    });
  });
  started.child.kill('SIGUSR1');
  await asked;
  await rig.write({ go: '' });
  expect((await started.finished).exitCode).toBe(0);
});

test('-v shows what tasks print, each line once and with its task, before how the task ended', async () => {
  await using rig = await createRig({ 'runner.config.yaml': config, go: '' });
  const { stdout } = await rig.run('-v');
  expect(stdout.match(/^unit\/red \| it is red$/gm)).toHaveLength(1);
  expect(stdout).toMatch(/e2e\/long \| waiting for the file\n[^]*PASS .*e2e\/long/);
});

/** Starts the words given to it on a terminal, and reads nothing of that until the run has ended. */
const stoppedTerminal = `
import json, os, pty, sys, time
pid, terminal = pty.fork()
if pid == 0: os.execvp(sys.argv[1], sys.argv[1:])
def ended():
    try: return '"run-finished"' in open('reports/events.jsonl').read()
    except FileNotFoundError: return False
deadline = time.time() + 20
while not ended() and time.time() < deadline: time.sleep(0.05)
sys.stderr.write('ended' if ended() else 'did not end')
try:
    while True:
        read = os.read(terminal, 65536)
        if not read: break
        os.write(1, read)
except OSError: pass
sys.exit(os.waitpid(pid, 0)[1] >> 8)
`;

test('a terminal that takes nothing stops neither a timeout nor the reports, and is told the end when it goes on', async () => {
  await using rig = await createRig({
    'runner.config.yaml': `
version: 1
project: stopped
suites:
  loud: { framework: command, command: [sh, -c, 'for i in 1 2 3 4 5; do seq 1 5000; sleep 0.1; done'] }
  hang: { framework: command, command: [sleep, '600'] }
categories: { unit: { timeout: 3s, tests: [{ suite: loud }, { suite: hang }] } }
`,
    'stopped.py': stoppedTerminal,
  });
  const words = [rig.path('stopped.py'), process.execPath, resolve(import.meta.dirname, '../../dist/runner.js'), '-v'];
  const run = spawnSync('python3', words, { cwd: rig.root, encoding: 'utf8', maxBuffer: 1e8 });
  expect([run.status, run.stderr]).toEqual([1, 'ended']);
  expect(run.stdout).toMatch(/unit\/hang: timed out[^]*2 tests: 1 passed, 1 error/);
});

function runIdOf(rig: Rig): string {
  const [line = ''] = readFileSync(rig.path('reports/events.jsonl'), 'utf8').split('\n');
  return /"runId":"([^"]+)"/.exec(line)?.[1] ?? 'no run';
}

/** Of the processes that tests have started: `T` is stopped. */
function statesOf(runId: string): readonly string[] {
  return processesWith(runId).flatMap((pid) => {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      return [stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3)];
    } catch {
      return [];
    }
  });
}
