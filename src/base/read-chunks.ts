import { closeSync, openSync, readSync } from 'node:fs';

const chunkBytes = 64 * 1024;

/**
 * The bytes of a file in order, for a program that has nothing else to do meanwhile: a trip to the thread pool takes as long as to read what
 * it brings. A chunk is valid until the next is asked for. @throws the file system's error
 */
export function* readChunks(path: string): Generator<Buffer> {
  const descriptor = openSync(path, 'r');
  try {
    const buffer = Buffer.allocUnsafeSlow(chunkBytes);
    for (;;) {
      const bytes = readSync(descriptor, buffer, 0, buffer.length, null);
      if (bytes === 0) return;
      yield buffer.subarray(0, bytes);
    }
  } finally {
    closeSync(descriptor);
  }
}
