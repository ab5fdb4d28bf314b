import { describe, expect, it } from 'vitest';
import { refersToPort, serviceEnv, serviceLookup } from '../../../src/services/references.ts';

const db = { url: 'http://127.0.0.1:1', host: '127.0.0.1', port: 1, variables: {} };
const run = (reference: string): string | null => (reference === 'env.HOME' ? '/home/a' : null);
const lookup = serviceLookup(run, { port: 80, services: { db, 'my.db': { ...db, url: null, port: null } } });

describe('serviceLookup', () => {
  it.each([
    ['port', '80'],
    ['services.db.url', 'http://127.0.0.1:1'],
    ['services.db.port', '1'],
    ['services.my.db.host', '127.0.0.1'],
    ['services.my.db.url', null],
    ['services.other.url', null],
    ['env.HOME', '/home/a'],
    ['env.NOPE', null],
  ])('knows %s as %s', (reference, value) => {
    expect(lookup(reference)).toBe(value);
  });

  it('does not take the port or a service from the run, which has none', () => {
    const own = serviceLookup(() => 'of the run', { port: null, services: {} });
    expect([own('port'), own('services.x.url'), own('slot')]).toEqual([null, null, 'of the run']);
  });
});

describe('serviceEnv', () => {
  it.each([
    {
      title: 'substitutes references',
      inherited: {},
      own: { A: '${port} ${env.HOME} ${env.NOPE:-x}' },
      expected: { A: '80 /home/a x' },
    },
    {
      title: 'puts its own over the inherited',
      inherited: { A: '1', B: '2' },
      own: { A: '3' },
      expected: { A: '3', B: '2' },
    },
    {
      title: 'extends PATH and PYTHONPATH',
      inherited: { PATH: '/bin', PYTHONPATH: '' },
      own: { PATH: '/x', PYTHONPATH: 'src' },
      expected: { PATH: '/x:/bin', PYTHONPATH: 'src' },
    },
    {
      title: 'does not extend a PATH that holds the inherited one',
      inherited: { PATH: '/bin' },
      own: { PATH: '/bin:/y' },
      expected: { PATH: '/bin:/y' },
    },
    {
      title: 'leaves out what only tests have',
      inherited: { DB: 'db_${slot}', WEB: '${services.web.url}', A: '1' },
      own: {},
      expected: { A: '1' },
    },
    { title: 'keeps what is escaped', inherited: { PS1: '$${debian}' }, own: {}, expected: { PS1: '${debian}' } },
  ])('$title', ({ inherited, own, expected }) => {
    expect(serviceEnv(inherited, own, lookup)).toEqual(expected);
  });

  it.each([{ A: '${env.NOPE}' }, { A: '${services.other.url}' }, { A: '${slot}' }])('refuses %o of its own', (own) => {
    expect(() => serviceEnv({}, own, lookup)).toThrow(/\$\{/);
  });

  it('refuses an inherited variable that is not set', () => {
    expect(() => serviceEnv({ A: '${env.NOPE}' }, {}, lookup)).toThrow('${env.NOPE} is not set');
  });
});

describe('refersToPort', () => {
  it.each([
    ['${port}', true],
    ['--port=${port}', true],
    ['$${port}', false],
    ['${services.db.port}', false],
    ['port', false],
  ])('of %s is %s', (text, expected) => {
    expect(refersToPort(text)).toBe(expected);
  });
});
