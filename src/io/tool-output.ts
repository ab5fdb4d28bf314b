import type { Readable } from 'node:stream';

/** What a command prints, while it runs and after. */
export interface ToolOutput {
  /** Resolves when all was read: at the end of the streams, or when nothing came for 100 ms (someone else holds them), after 2 s at most. `true` = more than allowed. */
  drained(): Promise<boolean>;
  /** Stops reading and gives what was read. */
  close(): Printed;
}

/** The text of both streams. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

const idleMs = 100;
const longestDrainMs = 2000;

/** Collects at most `maxBytes` of each stream and calls `onOverflow` when there is more. */
export function collectOutput(
  streams: { readonly stdout: Readable | null; readonly stderr: Readable | null },
  maxBytes: number,
  onOverflow: () => void,
): ToolOutput {
  let lastDataMs = 0;
  let isOver = false;
  const collect = (stream: Readable | null): Collected => {
    const chunks: Buffer[] = [];
    let left = maxBytes;
    stream?.on('data', (chunk: Buffer) => {
      lastDataMs = performance.now();
      if (left > 0) chunks.push(chunk.subarray(0, left));
      left -= chunk.length;
      if (left >= 0) return;
      isOver = true;
      onOverflow();
    });
    const ended = new Promise<void>((resolve) => {
      if (!stream) resolve();
      stream?.once('close', resolve).on('error', () => resolve());
    });
    return { ended, text: () => Buffer.concat(chunks).toString('utf8'), stop: () => stream?.destroy() };
  };
  const [stdout, stderr] = [collect(streams.stdout), collect(streams.stderr)];
  return {
    drained: () =>
      Promise.race([Promise.all([stdout.ended, stderr.ended]), untilIdle(() => lastDataMs)]).then(() => isOver),
    close: () => {
      stdout.stop();
      stderr.stop();
      return { stdout: stdout.text(), stderr: stderr.text() };
    },
  };
}

interface Collected {
  readonly ended: Promise<void>;
  text(): string;
  stop(): void;
}

function untilIdle(lastDataMs: () => number): Promise<void> {
  const startMs = performance.now();
  return new Promise((resolve) => {
    const look = (): void => {
      const nowMs = performance.now();
      const idle = nowMs - Math.max(startMs, lastDataMs());
      if (idle >= idleMs || nowMs - startMs > longestDrainMs) resolve();
      else setTimeout(look, Math.max(1, idleMs - idle)).unref();
    };
    look();
  });
}
