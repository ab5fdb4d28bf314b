/**
 * `runner | head` closes our stdout, and the disk that it is written to can be full: the tests still run to their end and the
 * reports are still written. A reader that went away wanted no more; anything else loses what was to be read.
 */
export function surviveBrokenOutput(stream: NodeJS.WriteStream): { isLost(): Promise<boolean> } {
  let lost: NodeJS.ErrnoException | null = null;
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') lost ??= error;
  });
  return {
    async isLost() {
      await new Promise((resolve) => stream.write('', resolve));
      if (lost !== null) process.stderr.write(`error: the output could not be written: ${lost.message}\n`);
      return lost !== null;
    },
  };
}
