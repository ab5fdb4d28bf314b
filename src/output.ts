/**
 * `runner | head` closes our stdout, and the disk that it is written to can be full: the tests still run to their end and the
 * reports are still written. A reader that went away wanted no more; anything else loses what was to be read. One that reads no more,
 * as a terminal after Ctrl-S, is waited for at the end only.
 */
export function surviveBrokenOutput(stream: NodeJS.WriteStream): { isLost(): Promise<boolean> } {
  let lost: NodeJS.ErrnoException | null = null;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') lost ??= error;
  });
  if (stream.isTTY) neverBlock(stream);
  return {
    async isLost() {
      await new Promise((resolve) => stream.write('', resolve));
      if (lost !== null) process.stderr.write(`error: the output could not be written: ${lost.message}\n`);
      return lost !== null;
    },
  };
}

/** Node waits for terminals inside `write`, so that one which is stopped would stop every timeout of the run. There is no public way to say otherwise. */
function neverBlock(stream: NodeJS.WriteStream): void {
  const handle: unknown = Reflect.get(stream, '_handle');
  if (typeof handle !== 'object' || handle === null || !('setBlocking' in handle)) return;
  if (typeof handle.setBlocking === 'function') Reflect.apply(handle.setBlocking, handle, [false]);
}

/**
 * GitHub Actions obeys what it is shown, and what tests print is shown: from here on it finds no command in anything that is written. Returns
 * what writes commands all the same, to stderr, where no program reads data.
 */
export async function guardCommands(): Promise<(text: string) => void> {
  const { withoutCommands } = await import('./base/workflow-commands.ts');
  const obeyed = process.stderr.write.bind(process.stderr);
  for (const stream of [process.stdout, process.stderr]) {
    const write = stream.write.bind(stream);
    const guarded = (chunk: string | Uint8Array, ...rest: readonly never[]): boolean =>
      write(typeof chunk === 'string' ? withoutCommands(chunk) : chunk, ...rest);
    Reflect.set(stream, 'write', guarded);
  }
  return (text) => void obeyed(text);
}
