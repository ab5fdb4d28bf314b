import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { childrenOf, endDecoy, hangingProject, killRun, startDecoy, until } from '../support/killed-runs.ts';
import { processesWith } from '../support/processes.ts';
import { createRig } from '../support/rig.ts';

/** Per service itself, one child in its group and one in a session of its own; per task a shell and two sleeps. */
const processes = 4 * 3 + 2 * 3;

describe('what a runner that was killed with SIGKILL has left', () => {
  test('is ended by "services down", and nothing else is', async () => {
    await using rig = await createRig(hangingProject());
    const killed = await killRun(rig);
    expect(processesWith(`${killed.runId}/`)).toHaveLength(processes);
    expect(existsSync(killed.tmpDir)).toBe(true);
    const twin = startDecoy(rig);
    const other = startDecoy(rig);
    try {
      await until(() => childrenOf(twin.pid ?? 0).length === 2 && childrenOf(other.pid ?? 0).length === 2);
      // A pid that was noted, of a process that is gone, and that another program has now.
      const [, group = ''] = readFileSync(killed.journal, 'utf8').split('\n');
      const noted = JSON.parse(group) as { leader: object };
      const reused = { ...noted, leader: { ...noted.leader, pid: other.pid, startTime: '1' } };
      appendFileSync(killed.journal, `${JSON.stringify(reused)}\n{"type":"group","leader":{"pid":1`);

      const down = await rig.runWith({ replay: false }, 'services', 'down');

      expect(down.exitCode, down.stderr).toBe(0);
      expect(processesWith(`${killed.runId}/`)).toEqual([]);
      expect(down.stdout).toContain(`run ${killed.runId} was killed; ended what it had left: `);
      expect(down.stdout).toContain('node service.mjs database');
      for (const decoy of [twin, other]) {
        expect(decoy.exitCode ?? decoy.signalCode).toBeNull();
        expect(childrenOf(decoy.pid ?? 0)).toHaveLength(2);
      }
      expect(existsSync(killed.tmpDir)).toBe(false);
      expect(existsSync(killed.journal)).toBe(false);
      const again = await rig.runWith({ replay: false }, 'services', 'down');
      expect(again).toMatchObject({ exitCode: 0, stdout: 'nothing was left running\n' });
    } finally {
      endDecoy(twin);
      endDecoy(other);
    }
  });

  test('is ended by the next run before it begins, which says so', async () => {
    await using rig = await createRig(hangingProject());
    const killed = await killRun(rig);
    expect(processesWith(`${killed.runId}/`)).toHaveLength(processes);
    writeFileSync(rig.path('quick'), '');

    const run = await rig.run();

    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    expect(processesWith(`${killed.runId}/`)).toEqual([]);
    const warnings = run.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(warnings).toEqual([expect.stringContaining(`run ${killed.runId} was killed; ended what it had left: `)]);
    expect(existsSync(killed.journal)).toBe(false);
    expect(existsSync(killed.tmpDir)).toBe(false);
  });

  test('does not include what it was told to leave running: the next run uses that, and ends the rest', async () => {
    await using rig = await createRig(hangingProject());
    const killed = await killRun(rig, '--keep-services');
    writeFileSync(rig.path('quick'), '');
    try {
      const run = await rig.run();
      expect(run.exitCode, run.stdout + run.stderr).toBe(0);
      const providers = run.events.flatMap((event) =>
        event.type === 'service-changed' && event.change.kind === 'ready' ? [event.change.provider] : [],
      );
      expect(providers).toEqual(['kept', 'kept', 'kept', 'kept']);
      expect(processesWith(`${killed.runId}/integration`)).toEqual([]);
      expect(processesWith(`kept-${killed.runId}/`)).toHaveLength(4 * 3);
    } finally {
      await rig.runWith({ replay: false }, 'services', 'down');
    }
    expect(processesWith(`${killed.runId}/`)).toEqual([]);
  });

  test('stays while its runner lives', async () => {
    await using rig = await createRig(hangingProject());
    const started = rig.start({ replay: false });
    const begun = await started.event((event) => event.type === 'run-started');
    await started.event((event) => event.type === 'attempt-started' && event.task === 'integration/two');
    const runId = begun.type === 'run-started' ? begun.runId : '';
    const before = processesWith(`${runId}/`).length;

    const down = await rig.runWith({ replay: false }, 'services', 'down');

    expect(down.stdout).toBe(`run ${runId} (pid ${started.child.pid ?? ''}) is going on and was left alone\n`);
    expect(processesWith(`${runId}/`).length).toBeGreaterThanOrEqual(before);
    started.child.kill('SIGTERM');
    expect((await started.finished).exitCode).toBe(143);
    expect(processesWith(`${runId}/`)).toEqual([]);
    expect(existsSync(rig.path('.runner/runs', `${runId}.jsonl`))).toBe(false);
  });

  test('a state folder that cannot be written costs warnings and not the run', async () => {
    await using rig = await createRig({ ...hangingProject(), '.runner': 'a file', quick: '' });
    const run = await rig.run();
    expect(run.exitCode, run.stdout + run.stderr).toBe(0);
    const warnings = run.events.flatMap((event) => (event.type === 'warning' ? [event.message] : []));
    expect(warnings).toEqual([
      expect.stringContaining('should this run be killed'),
      expect.stringContaining('this run cannot be kept'),
      expect.stringContaining('the run is not in the history'),
    ]);
  });
});
