import { noAttention } from './attention.ts';
import { dispatch } from '../../src/cli.ts';

/** What a command line came to that was run in this process. */
export interface DispatchedCli {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command line without a process of its own, as from a folder. Of what starts tests, use the rig. */
export async function dispatchIn(
  cwd: string,
  words: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<DispatchedCli> {
  let stdout = '';
  let stderr = '';
  const exitCode = await dispatch(words, {
    context: {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', ...env },
      version: '0.0.0-test',
      attention: noAttention,
      out: { stream: process.stdout, isTty: false, columns: 160 },
      program: ['runner'],
      extraArgs: [],
      switches: [],
    },
    write: (text) => (stdout += text),
    writeError: (text) => (stderr += text),
  });
  return { exitCode, stdout, stderr };
}
