import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { commandFramework, createExecutionRig, fixtureFramework, leasesThat } from '../../support/execution-rig.ts';
import { aTask } from '../../support/plans.ts';

const commands = new Map([['command', commandFramework()]]);

describe('services', () => {
  const unavailable = {
    kind: 'unavailable',
    service: 'db',
    problem: 'docker is not running',
    remedy: 'start docker',
  } as const;

  it('that are unavailable skip or fail a task as its category says', async () => {
    await using rig = await createExecutionRig();
    const { leases, released } = leasesThat(unavailable);
    await rig.run(
      [
        aTask('soft', { missingService: 'skip' }),
        aTask('hard', { missingService: 'fail' }),
        aTask('later', { dependsOn: ['soft'] }),
      ],
      { leases },
    );
    expect(rig.outcomes()).toMatchObject({
      soft: { kind: 'skipped', because: { kind: 'service-unavailable', remedy: 'start docker' } },
      hard: { kind: 'service-failed', service: 'db', problem: 'docker is not running. start docker' },
      later: { kind: 'skipped', because: { kind: 'blocked', by: 'soft' } },
    });
    expect(
      rig
        .tests()
        .map(({ id, status }) => `${id.name} ${status}`)
        .sort(),
    ).toEqual([
      'hard: service db failed error',
      'later: not run: blocked by soft skipped',
      'soft: not run: service db is unavailable skipped',
    ]);
    expect(released.toSorted()).toEqual(['hard', 'later', 'soft']);
  });

  it('that die under a test make its failures errors of the infrastructure', async () => {
    await using rig = await createExecutionRig();
    const { leases } = leasesThat({ kind: 'ready', services: {} }, { service: 'db', problem: 'exited with code 1' });
    rig.suite('good', ['pass:one@a.js', 'write']);
    rig.suite('bad', ['fail:two@a.js', 'write', 'exit:1']);
    await rig.run(
      [aTask('good', { suite: 'good', files: ['a.js'] }), aTask('bad', { suite: 'bad', files: ['a.js'] })],
      { leases },
    );
    expect(rig.outcomes()).toMatchObject({ good: { kind: 'passed' }, bad: { kind: 'service-failed', service: 'db' } });
    expect(rig.tests('bad').map(({ id, status }) => `${id.name} ${status}`)).toEqual([
      'two error',
      'bad: service db failed error',
    ]);
  });

  it('are told to the tests', async () => {
    await using rig = await createExecutionRig();
    const backend = { url: 'http://127.0.0.1:81', host: '127.0.0.1', port: 81, variables: {} };
    const { leases } = leasesThat({ kind: 'ready', services: { 'my-backend': backend } });
    rig.suite('suite', [], { command: ['sh', '-c', 'env'], env: { URL: '${services.my-backend.url}/x/${slot}' } });
    await rig.run([aTask('t', { framework: 'command' })], { leases, frameworks: commands });
    const log = await readFile(join(rig.root, 'reports/logs/t/1.log'), 'utf8');
    expect(log).toContain('\nRUNNER_SERVICE_MY_BACKEND_URL=http://127.0.0.1:81\n');
    expect(log).toContain('\nURL=http://127.0.0.1:81/x/0\n');
  });
});

describe('a defect of runner', () => {
  it('in one task loses neither it nor the others, and is thrown at the end', async () => {
    await using rig = await createExecutionRig();
    const broken = fixtureFramework({
      identify: () => {
        throw new Error('identify is broken');
      },
    });
    rig.suite('suite', ['pass:one@a.js', 'write', 'leak']);
    const frameworks = new Map([
      ['broken', broken],
      ['fixture', fixtureFramework()],
    ]);
    const run = rig.run([aTask('bad', { framework: 'broken', files: ['a.js'] }), aTask('good', { files: ['a.js'] })], {
      frameworks,
      slots: 1,
    });
    await expect(run).rejects.toThrow('identify is broken');
    expect(rig.outcomes()).toMatchObject({
      bad: { kind: 'spawn-failed', problem: expect.stringContaining('identify is broken') as string },
      good: { kind: 'passed' },
    });
    expect(await rig.alive()).toEqual([]);
  });

  it('in making the command line ends its task and cleans up', async () => {
    await using rig = await createExecutionRig();
    const broken = fixtureFramework({
      command: () => {
        throw new Error('command is broken');
      },
    });
    rig.suite('suite', ['pass:one@a.js', 'write']);
    const { leases, released } = leasesThat({ kind: 'ready', services: {} });
    const run = rig.run([aTask('bad', { framework: 'broken' }), aTask('good', { files: ['a.js'] })], {
      frameworks: new Map([
        ['broken', broken],
        ['fixture', fixtureFramework()],
      ]),
      leases,
    });
    await expect(run).rejects.toThrow('command is broken');
    expect(rig.outcomes()).toMatchObject({ bad: { kind: 'spawn-failed' }, good: { kind: 'passed' } });
    expect(released.toSorted()).toEqual(['bad', 'good']);
    expect(await readdir(join(rig.root, 'tmp'))).toEqual([]);
  });

  it('in a listener stops no task', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['pass:one@a.js', 'write']);
    const emit = (): never => {
      throw new Error('listener is broken');
    };
    const { leases, released } = leasesThat({ kind: 'ready', services: {} });
    await expect(
      rig.run([aTask('a', { files: ['a.js'] }), aTask('b', { files: ['a.js'] })], { emit, leases }),
    ).rejects.toThrow('listener is broken');
    expect(released.toSorted()).toEqual(['a', 'b']);
    expect(await rig.alive()).toEqual([]);
  });
});
