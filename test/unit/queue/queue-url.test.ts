import { describe, expect, it } from 'vitest';
import { buildName } from '../../../src/queue/build-name.ts';
import { parseQueueUrl } from '../../../src/queue/queue-url.ts';

describe('the URL of a queue', () => {
  it('says where the server is and how it is entered', () => {
    expect(parseQueueUrl('rediss://me:p%40ss@redis.example.com:6380/2?prefix=team')).toEqual({
      ...{ host: 'redis.example.com', port: 6380, db: 2, username: 'me', password: 'p@ss', isEncrypted: true },
      ...{ prefix: 'team', shown: 'rediss://redis.example.com:6380/2' },
    });
    expect(parseQueueUrl('redis://[::1]')).toMatchObject({ host: '::1', port: 6379, db: 0, prefix: 'runner' });
  });

  it.each([
    '',
    'redis',
    'http://host',
    'redis://',
    'redis://:secret@host/x',
    'redis://:secret@host?prefix=a:b',
    'redis://:secret@h?x=1',
  ])('is refused, and no password told: %s', (text) => {
    expect(() => parseQueueUrl(text)).toThrow(/^--queue(?!.*secret)/);
  });
});

describe('the name of a build in keys', () => {
  it('differs for ids that look alike, and has no character that means something', () => {
    const names = ['a b', 'a-b', 'a/b', 'a:b', 'é', '', 'x'.repeat(500)].map(buildName);
    expect(new Set(names).size).toBe(names.length);
    for (const name of names) expect(name).toMatch(/^[\w.-]{25,65}$/);
  });
});
