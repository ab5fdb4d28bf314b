import { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { createMachines, leasesOf, sleepingProject, startRedis } from '../../support/queue-rig.ts';

const gated = `  after: { tests: [{ suite: lib, files: ['test/after/**'] }], dependsOn: [unit] }
`;
const project = {
  ...sleepingProject(40, { ms: 60, more: gated }),
  'test/after/last.test.mjs': `import { test } from 'node:test';\ntest('last', () => {});\n`,
};

describe('machines that share a queue', { timeout: 120_000 }, () => {
  it('run each file once, and what one of them knows is enough for the whole report', async () => {
    await using redis = await startRedis();
    await using machines = await createMachines(4, project);
    const build = 'build/№ 1 "{*}"\n';
    const shared = ['--queue', redis.url, '--build', build, '--lease', '5s'];
    const followed = ['--queue', redis.url, '--build', build, '--follow'];
    const following = machines.start(0, 'queue', 'status', ...followed).finished;
    const started = [
      ...[0, 1].map((index) => machines.start(index, 'run', ...shared)),
      ...[2, 3].map((index) => machines.start(index, 'worker', ...shared)),
    ];
    const runs = await Promise.all(started.map(({ finished }) => finished));
    expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(runs.map(() => [0, '']));
    const claimed = runs.flatMap(({ events }) => leasesOf(events).claimed);
    const accepted = runs.flatMap(({ events }) => leasesOf(events).accepted);
    expect(new Set(accepted)).toEqual(new Set(claimed));

    const { exitCode, stdout } = await following;
    expect([exitCode, stdout.match(/has joined/g)?.length], stdout).toEqual([0, 4]);
    expect(stdout).toMatch(/tasks, \d+ done, 0 running, 0 waiting\n\d+ tasks ended\. The verdict: runner merge/);

    const merged = await machines.merge();
    expect(merged.exitCode, merged.text).toBe(0);
    expect([...merged.files.values()]).toEqual(Array.from({ length: 41 }, () => 1));
    const names = runs.flatMap(({ events }) => (events[0]?.type === 'run-started' ? [events[0].queue?.worker] : []));
    const told = new Set([...merged.junit.matchAll(/name="worker" value="([^"]*)"/g)].map(([, worker]) => worker));
    expect(names).toEqual(expect.arrayContaining([...told]));
    expect(told.size).toBeGreaterThan(0);
    // A machine that vanished after its last test has lost nothing.
    const [first] = machines.rigs;
    const alone = await first?.start({ replay: false }, 'merge', 'reports', '--reports', 'alone').finished;
    expect(alone?.stdout).toContain('41 tests: 41 passed (passed)');

    const late = await machines.start(1, 'run', ...shared).finished;
    expect([late.exitCode, leasesOf(late.events).claimed]).toEqual([0, []]);
    expect(late.stdout).toContain('was drained before: nothing was left to run here');

    const status = await machines.start(0, 'queue', 'status', ...shared.slice(0, 4), '--json').finished;
    const { total, done, workers } = JSON.parse(status.stdout) as { total: number; done: number; workers: unknown[] };
    expect([done, workers.length]).toEqual([total, 5]);
    const unknown = await machines.start(0, 'queue', 'status', ...shared.slice(0, 3), 'other').finished;
    expect([unknown.exitCode, unknown.stderr]).toEqual([2, expect.stringContaining('"other" is not on this queue')]);
  });

  it('take no arguments for the frameworks from the queue, which may name any program', async () => {
    await using redis = await startRedis();
    await using machines = await createMachines(2, sleepingProject(1, { ms: 1 }));
    const shared = ['--queue', redis.url, '--build', 'args'];
    const args = ['--', '--test-timeout=60000'];
    expect((await machines.start(0, 'run', ...shared, ...args).finished).exitCode).toBe(0);
    for (const command of ['worker', 'run']) {
      const refused = await machines.start(1, command, ...shared).finished;
      expect([refused.exitCode, refused.events]).toEqual([2, []]);
      expect(refused.stderr).toContain('read them, and give them to all machines: -- --test-timeout=60000');
    }
    expect((await machines.start(1, 'worker', ...shared, ...args).finished).exitCode).toBe(0);
  });

  it('take over what a machine that was frozen or killed had, and refuse what it says later', async () => {
    await using redis = await startRedis();
    await using machines = await createMachines(3, sleepingProject(6, { ms: 1500 }));
    const shared = ['--queue', redis.url, '--build', 'zombie', '--lease', '1s'];
    const frozen = machines.start(0, 'run', ...shared);
    const killed = machines.start(1, 'run', ...shared);
    await frozen.event((event) => event.type === 'task-started');
    await killed.event((event) => event.type === 'task-started');
    frozen.child.kill('SIGSTOP');
    killed.child.kill('SIGKILL');
    const survivor = await machines.start(2, 'run', ...shared).finished;
    expect(survivor.exitCode, survivor.stdout).toBe(0);
    frozen.child.kill('SIGCONT');
    const zombie = await frozen.finished;
    expect(zombie.exitCode, zombie.stdout).toBe(0);
    const { claimed, accepted } = leasesOf(zombie.events);
    expect(accepted.length).toBeLessThan(claimed.length);
    await killed.finished;

    const merged = await machines.merge();
    expect(merged.exitCode, merged.text).toBe(0);
    expect([...merged.files.values()]).toEqual([1, 1, 1, 1, 1, 1]);
  });

  it('go on when the server is started again, and end with 3 when it stays away', async () => {
    await using redis = await startRedis(['appendonly yes', 'appendfsync always', 'save ""']);
    await using machines = await createMachines(1, sleepingProject(8, { ms: 300 }));
    const args = ['--queue', redis.url, '--lease', '1s', '--set=suites.lib.batch=file'];
    const running = machines.start(0, 'run', ...args, '--build', 'restarted');
    await running.event((event) => event.type === 'task-finished');
    await redis.stop('SIGKILL');
    await redis.start();
    const run = await running.finished;
    expect(run.exitCode, run.stdout).toBe(0);
    expect((await machines.merge()).files.size).toBe(8);

    const lonely = machines.start(0, 'run', ...args, '--build', 'lonely');
    await lonely.event((event) => event.type === 'run-started' && event.queue?.build === 'lonely');
    await lonely.event((event) => event.type === 'task-finished');
    await redis.stop('SIGKILL');
    const ended = await lonely.finished;
    expect(ended.exitCode, ended.stdout).toBe(3);
    expect(ended.stdout).toContain('the queue was lost');
    expect(ended.stdout).toMatch(/\d of \d tasks of the build have no result/);
    expect((await machines.merge()).exitCode).toBe(5);
  });

  const forgetful = ['maxmemory 100mb', 'maxmemory-policy volatile-ttl'];
  it('are each told what is wrong: failures of its own, another plan, a password that is never shown', async () => {
    const password = 'correct-horse-battery';
    await using redis = await startRedis(['save ""', `requirepass ${password}`, ...forgetful]);
    const url = redis.url.replace('//', `//:${password}@`);
    const failing = `import { test } from 'node:test';\ntest('fails', () => { throw new Error('${password}'); });\n`;
    await using machines = await createMachines(2, {
      ...sleepingProject(1, { ms: 1 }),
      'test/unit/failing.test.mjs': failing,
    });
    const run = await machines.start(0, 'run', '--queue', url, '--build', 'red').finished;
    expect(run.exitCode, run.stdout).toBe(1);
    expect(run.stdout).toMatch(/WARNING the Redis server may throw away tasks[^\n]*volatile-ttl/);
    expect(run.stdout + run.stderr + JSON.stringify(run.events) + run.junit).not.toContain(password);
    expect((await machines.merge()).exitCode).toBe(1);
    const red = await machines.start(1, 'queue', 'status', '--queue', url, '--build', 'red', '--follow').finished;
    expect([red.exitCode, red.stdout]).toEqual([1, expect.stringMatching(/task(s)? ended, \d+ did not pass/)]);

    await machines.rigs[1]?.write({ 'test/unit/new.test.mjs': failing });
    const other = await machines.start(1, 'run', '--queue', url, '--build', 'red').finished;
    expect([other.exitCode, other.stdout]).toEqual([2, '']);
    expect(other.stderr).toContain('was begun with another plan');
    const worker = await machines.start(1, 'worker', '--queue', url, '--build', 'red').finished;
    expect(worker.exitCode).toBe(2);
    expect(worker.stderr).toContain('does not have tests that are here: test/unit/new.test.mjs');
    // The machine that began the build has another version.
    const admin = new Redis(redis.port, '127.0.0.1', { password });
    const [plan = ''] = await admin.keys('*:plan');
    await admin.set(plan, ((await admin.get(plan)) ?? '').replace(/"version":"[^"]*"/, '"version":"99.0.0"'));
    for (const word of ['run', 'worker']) {
      const newer = await machines.start(1, word, '--queue', url, '--build', 'red').finished;
      expect([newer.exitCode, newer.stdout]).toEqual([2, '']);
      expect(newer.stderr).toMatch(
        /build "red" was begun by runner 99\.0\.0, and this is \d[^]*use one version of runner/,
      );
    }
    admin.disconnect();
    const refused = await machines.start(1, 'run', '--queue', redis.url, '--build', 'red').finished;
    expect(refused.exitCode).toBe(2);
    expect(refused.stderr).toContain('check user and password');
  });
});
