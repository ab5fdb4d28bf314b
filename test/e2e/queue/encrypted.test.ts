import { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readFileSync } from 'node:fs';
import { makeCertificates } from '../../support/certificates.ts';
import type { Certificate, Certificates } from '../../support/certificates.ts';
import { createMachines, sleepingProject, startRedis } from '../../support/queue-rig.ts';
import type { Machines } from '../../support/queue-rig.ts';

describe('a queue that is reached by TLS', { timeout: 60_000 }, () => {
  let certificates: Certificates;
  let machines: Machines;
  beforeAll(async () => {
    certificates = makeCertificates();
    machines = await createMachines(1, sleepingProject(2, { ms: 1 }));
  });
  afterAll(async () => {
    await machines[Symbol.asyncDispose]();
    certificates[Symbol.dispose]();
  });
  const start = async (
    url: string,
    { env = {}, words = ['queue', 'status'] }: { env?: Record<string, string>; words?: readonly string[] } = {},
  ): Promise<{ exitCode: number | null; text: string }> => {
    const [rig] = machines.rigs;
    if (rig === undefined) throw new Error('there is no machine');
    const args = [...words, '--queue', url, '--build', 'tls'];
    const { exitCode, stdout, stderr } = await rig.start({ replay: false, env }, ...args).finished;
    return { exitCode, text: stdout + stderr };
  };
  const trusted = (): Record<string, string> => ({ NODE_EXTRA_CA_CERTS: certificates.ca.cert });

  it('serves a user who may do no more than a queue needs, under a prefix of its own', async () => {
    const certificate = certificates.issue('localhost');
    const rights = '~team-a:* resetchannels -@all +@read +@write +@scripting +@transaction +@connection +info +time';
    const settings = ['save ""', `user runner on >pass/word ${rights}`, 'user default on >admin ~* +@all'];
    await using redis = await startRedis(settings, certificate);
    const url = redis.url.replace('127.0.0.1', 'localhost');
    const named = `${url.replace('//', '//runner:pass%2Fword@')}?prefix=team-a`;
    const run = await start(named, { env: trusted(), words: ['run'] });
    expect(run.exitCode, run.text).toBe(0);
    expect((await start(named, { env: trusted() })).text).toContain('2 done');
    const admin = new Redis(redis.port, 'localhost', {
      password: 'admin',
      tls: { ca: readFileSync(certificates.ca.cert), servername: 'localhost' },
    });
    const keys = await admin.keys('*');
    expect(keys.length).toBeGreaterThan(3);
    expect(keys.filter((key) => !key.startsWith('team-a:'))).toEqual([]);
    await admin.acl('SETUSER', 'runner', '-@write');
    admin.disconnect();

    const forbidden = await start(`${named}-b`, { env: trusted(), words: ['run'] });
    expect([forbidden.exitCode, forbidden.text]).toEqual([3, expect.stringContaining('NOPERM')]);
    const wrong = await start(url.replace('//', '//runner:other@'), { env: trusted() });
    expect([wrong.exitCode, wrong.text]).toEqual([2, expect.stringContaining('check user and password in the URL')]);
    for (const { text } of [run, forbidden, wrong]) expect(text).not.toMatch(/pass.?(?:%2F)?word@|other/);
    const plain = await start(redis.url.replace('rediss', 'redis'), { words: ['run', '--lease=500ms'] });
    expect([plain.exitCode, plain.text]).toEqual([3, expect.stringContaining('for a port with TLS write rediss://')]);
  });

  const issued =
    (host: string, isExpired = false) =>
    (): Certificate =>
      certificates.issue(host, { isExpired });
  it.each([
    ['by nobody that is trusted', issued('localhost'), false, 'UNABLE_TO_VERIFY|unable to', 'NODE_EXTRA_CA_CERTS'],
    ['by itself', () => certificates.selfSigned('localhost'), true, 'self-signed certificate', 'NODE_EXTRA_CA_CERTS'],
    ['for a time that is over', issued('localhost', true), true, 'certificate has expired', 'renew the certificate'],
    [
      'for another host',
      issued('queue.example'),
      true,
      'queue.example',
      'write a name in the URL that the certificate',
    ],
  ])('is not trusted with a certificate that was signed %s', async (_by, make, isKnown, problem, hint) => {
    await using redis = await startRedis(['save ""'], make());
    const run = await start(redis.url.replace('127.0.0.1', 'localhost'), isKnown ? { env: trusted() } : {});
    expect(run.exitCode, run.text).toBe(3);
    expect(run.text).toContain(`the queue cannot be used: rediss://localhost:${redis.port}/0: `);
    expect(run.text).toMatch(new RegExp(problem));
    expect(run.text).toContain(hint);
  });

  it('is not found on a port that does not speak TLS', async () => {
    await using redis = await startRedis();
    const run = await start(redis.url.replace('redis', 'rediss'), { words: ['run', '--lease=500ms'] });
    expect([run.exitCode, run.text]).toEqual([3, expect.stringContaining('for a port without TLS write redis://')]);
  });
});
