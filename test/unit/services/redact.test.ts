import { expect, it } from 'vitest';
import { redactUrl } from '../../../src/services/redact.ts';

it.each([
  ['http://127.0.0.1:80', 'http://127.0.0.1:80'],
  ['postgres://user:p@ss@host:5432/db?x=a@b', 'postgres://***@host:5432/db?x=a@b'],
  ['https://token@host', 'https://***@host'],
  ['http://host/path@2', 'http://host/path@2'],
  ['not a url', 'not a url'],
])('%s is shown as %s', (url, shown) => {
  expect(redactUrl(url)).toBe(shown);
});
