import { appendFile, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { PreparedProbe } from '../../../src/services/probes/probe.ts';
import { prepare, text } from './probe-support.ts';
import { never } from './support.ts';

describe('log', () => {
  const logAt = async (content: string): Promise<string> => {
    const dir = await mkdtemp(join(tmpdir(), 'runner-log-'));
    onTestFinished(() => rm(dir, { recursive: true }));
    await writeFile(join(dir, 'a.log'), content);
    return join(dir, 'a.log');
  };
  const watch = (pattern: string, path: string, offset = 0): PreparedProbe =>
    prepare({ kind: 'log', pattern }, { log: { path, offset } });

  it('passes when a line matches, with named groups as variables and without colours', async () => {
    const path = await logAt('noise\n\u001b[32mLocal:\u001b[0m http://localhost:\u001b[1m5173\u001b[22m/\n');
    expect(await watch('Local:\\s+(?<url>http://localhost:(?<port>\\d+))/(?<rest>x)?', path).attempt(never)).toEqual({
      kind: 'passed',
      variables: { url: 'http://localhost:5173', port: '5173', rest: '' },
    });
  });

  it('follows the file as it grows, over the border of two looks', async () => {
    const path = await logAt('star');
    const probe = watch('^started$', path);
    expect(text(await probe.attempt(never))).toBe('no line of the log matches yet');
    await appendFile(path, 'ted\n');
    expect(text(await probe.attempt(never))).toBe('passed');
  });

  it('matches a prompt without line break only when it has stopped growing', async () => {
    const path = await logAt('port 80');
    const probe = watch('port (?<port>\\d+)', path);
    expect(text(await probe.attempt(never))).toBe('no line of the log matches yet');
    await appendFile(path, '80');
    expect(text(await probe.attempt(never))).toBe('no line of the log matches yet');
    expect(await probe.attempt(never)).toEqual({ kind: 'passed', variables: { port: '8080' } });
  });

  it('gives up on a pattern that backtracks for years on a hostile line, and says so', async () => {
    const path = await logAt(`${'a'.repeat(100)}\n`);
    expect(await watch('(?:a+)+b', path).attempt(never)).toEqual({
      kind: 'impossible',
      problem: 'the pattern takes too long on what the service printed: make it simpler',
    });
  });

  it('does not believe what an earlier start wrote', async () => {
    const path = await logAt('ready\n');
    const probe = watch('ready', path, 6);
    expect(text(await probe.attempt(never))).toBe('no line of the log matches yet');
    await appendFile(path, 'ready again\n');
    expect(text(await probe.attempt(never))).toBe('passed');
  });

  it('goes on after the log was cut back', async () => {
    const path = await logAt(`${'x'.repeat(100)}\n`);
    const probe = watch('ready', path);
    await probe.attempt(never);
    await truncate(path, 10);
    await probe.attempt(never);
    await appendFile(path, '\nready\n');
    expect(text(await probe.attempt(never))).toBe('passed');
  });

  it('finds a line after megabytes without a line break', async () => {
    const path = await logAt(`${'x'.repeat(3_000_000)}\nready\n`);
    expect(text(await watch('^ready$', path).attempt(never))).toBe('passed');
  });

  it('waits for a file that is not there yet', async () => {
    expect(text(await watch('ready', '/no/such/file').attempt(never))).toBe('no line of the log matches yet');
  });

  it('cannot pass for a service that was not started by us', async () => {
    expect((await prepare({ kind: 'log', pattern: 'x' }, { log: null }).attempt(never)).kind).toBe('impossible');
  });
});
