import { describe, expect, it } from 'vitest';
import { text, tryOnce } from './probe-support.ts';

describe('command', () => {
  it.each([
    { command: ['sh', '-c', 'test "$TOKEN" = good'], finds: 'passed' },
    { command: ['sh', '-c', 'test "$1" = good', '-', '${env.TOKEN}'], finds: 'passed' },
    {
      command: ['sh', '-c', 'echo one; echo database is starting >&2; exit 3'],
      finds: 'exited with code 3: database is starting',
    },
    { command: ['sh', '-c', 'kill -9 $$'], finds: 'was killed' },
    { command: ['no-such-program'], finds: 'the program no-such-program was not found' },
  ])('finds "$finds" with $command', async ({ command, finds }) => {
    expect(text(await tryOnce({ kind: 'command', command, timeoutMs: 10_000 }, {}))).toMatch(finds);
  });

  it('ends a command that takes too long', async () => {
    expect(text(await tryOnce({ kind: 'command', command: ['sleep', '100'], timeoutMs: 100 }, {}))).toBe(
      'did not end within 100ms',
    );
  });
});
