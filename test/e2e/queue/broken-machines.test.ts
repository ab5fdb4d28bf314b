import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { createMachines, leasesOf, sleepingProject, startRedis } from '../../support/queue-rig.ts';

describe('machines that break while they share a queue', { timeout: 120_000 }, () => {
  it('are not given a task that three of them were lost with, and the report names those', async () => {
    await using redis = await startRedis();
    // Its parent is `node --test`, and the parent of that is runner.
    const deadly = `import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
test('deadly', () => {
  process.kill(Number(execFileSync('ps', ['-o', 'ppid=', '-p', String(process.ppid)])), 'SIGKILL');
  // Nobody is left to end these.
  process.kill(process.ppid, 'SIGKILL');
  process.exit();
});
`;
    await using machines = await createMachines(4, {
      ...sleepingProject(2, { ms: 1 }),
      'test/unit/deadly.test.mjs': deadly,
    });
    const shared = ['--queue', redis.url, '--build', 'deadly', '--lease', '500ms', '--set=suites.lib.batch=file'];
    for (const index of [0, 1, 2]) {
      const { child, finished } = machines.start(index, 'run', ...shared);
      await finished;
      expect(child.signalCode).toBe('SIGKILL');
    }
    const last = await machines.start(3, 'run', ...shared).finished;
    expect(last.exitCode, last.stdout).toBe(3);
    const merged = await machines.merge();
    expect(merged.exitCode, merged.text).toBe(3);
    const [, names = ''] =
      /<error message="[^"]*three machines were lost while they ran it \(([^)]*)\)/.exec(merged.junit) ?? [];
    expect(new Set(names.split(', ')).size).toBe(3);
    expect([...merged.files.values()]).toEqual([1, 1]);
  });

  it('leave the build when one task after the other breaks on them, and others go on', async () => {
    await using redis = await startRedis();
    await using machines = await createMachines(2, {
      ...sleepingProject(10, { ms: 1 }),
      'start.sh': `exec node "$@"\n`,
    });
    await machines.rigs[0]?.write({ 'start.sh': 'echo "no disk" >&2\nexit 127\n' });
    const command = `--set=suites.lib.command=["sh","start.sh"]`;
    const shared = ['run', '--queue', redis.url, '--build', 'broken', '--set=suites.lib.batch=file', command];
    const broken = await machines.start(0, ...shared).finished;
    expect(broken.exitCode, broken.stdout).toBe(3);
    expect(leasesOf(broken.events).accepted).toHaveLength(5);
    const status = await machines.start(0, 'queue', 'status', ...shared.slice(1, 5)).finished;
    expect(status.stdout).toContain('left: too many failures in a row');
    const sound = await machines.start(1, ...shared).finished;
    expect([sound.exitCode, leasesOf(sound.events).accepted.length], sound.stdout).toEqual([0, 5]);
    const merged = await machines.merge();
    // Red for what the broken one reported, and every other file has its result.
    expect([merged.exitCode, merged.files.size], merged.text).toEqual([3, 5]);
  });

  it('end with 3 when the server takes no more data, having said so once', async () => {
    await using redis = await startRedis();
    await using machines = await createMachines(1, sleepingProject(6, { ms: 1000 }));
    const shared = ['--queue', redis.url, '--build', 'full', '--lease', '500ms', '--set=suites.lib.batch=file'];
    const running = machines.start(0, 'run', ...shared);
    await running.event((event) => event.type === 'task-started');
    const admin = new Redis(redis.port, '127.0.0.1');
    await admin.config('SET', 'maxmemory', '1');
    const run = await running.finished;
    admin.disconnect();
    expect(run.exitCode, run.stdout).toBe(3);
    expect(run.stdout).toMatch(/the queue was lost: OOM/);
    expect(run.stdout).toMatch(/\d of 6 tasks of the build have no result/);
    const told = run.events.filter((event) => event.type === 'warning' && event.message.startsWith('the queue: OOM'));
    expect(told.length).toBeLessThan(4);
  });
});
