import { expect, test } from 'vitest';
import { awaitDocument } from '../../../src/commands/await-document.ts';
import { describeError } from '../../../src/commands/describe-error.ts';

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('a machine that %s stops while it waits for a build was interrupted', async (signal, exitCode) => {
  const stop = new AbortController();
  const document = (): Promise<null> => {
    stop.abort({ kind: 'signal', signal });
    return Promise.resolve(null);
  };
  const ended = await awaitDocument({ document }, 'b', stop.signal).catch(describeError);
  expect(ended).toEqual({ exitCode, text: 'stopped while waiting for build "b": nobody had begun it' });
});
