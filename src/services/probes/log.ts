import { open } from 'node:fs/promises';
import { boundedSearch } from '../../base/bounded-match.ts';
import type { Groups } from '../../base/bounded-match.ts';
import { plain } from '../../base/text.ts';
import type { Probe } from '../../model/config.ts';
import { notYet, passed, tryTimeoutMs } from './probe.ts';
import type { PreparedProbe } from './probe.ts';
import type { ProbeTarget } from './target.ts';

type LogProbe = Extract<Probe, { kind: 'log' }>;

const chunkBytes = 64 * 1024;

/** Passes when a line of the service's output matches; its named groups become variables. Colours are taken out; a line counts up to its first 64 KiB. */
export function logProbe(probe: LogProbe, target: ProbeTarget): PreparedProbe {
  const { log } = target;
  const look = log === null ? null : createLineWatch(log.path, log.offset, boundedSearch(new RegExp(probe.pattern)));
  return {
    label: `log /${probe.pattern}/`,
    tryTimeoutMs,
    // Looking at a local file that has not grown costs one system call.
    maxDelayMs: 250,
    attempt: async (signal) => {
      if (look === null)
        return { kind: 'impossible', problem: 'there is no log to read: runner did not start this service' };
      const groups = await look(signal);
      if (groups === 'gave-up') {
        return {
          kind: 'impossible',
          problem: 'the pattern takes too long on what the service printed: make it simpler',
        };
      }
      return groups === null ? notYet('no line of the log matches yet') : passed(groups);
    },
  };
}

type Found = Groups | null | 'gave-up';
type Search = (lines: readonly string[]) => Found;

/** Looks through what the file gained since the last look; yields the named groups of the first line that matches. */
function createLineWatch(path: string, offset: number, search: Search): (signal: AbortSignal) => Promise<Found> {
  let position = offset;
  let rest: Buffer = Buffer.alloc(0);
  return async (signal) => {
    const before = position;
    const file = await open(path, 'r').catch(() => null);
    if (file === null) return null;
    try {
      // A log over its limit is cut back; what comes then stands where the cut was made.
      position = Math.min(position, (await file.stat()).size);
      const buffer = Buffer.alloc(chunkBytes);
      while (!signal.aborted) {
        const { bytesRead } = await file.read(buffer, 0, chunkBytes, position);
        if (bytesRead === 0) break;
        position += bytesRead;
        const lines = splitLines(Buffer.concat([rest, buffer.subarray(0, bytesRead)]));
        rest = lines.rest;
        const groups = firstMatch(lines.whole, search);
        if (groups !== null) return groups;
      }
    } finally {
      await file.close();
    }
    // A prompt has no line break; but a line that still grows must not be matched half ("port 80" of "port 8080").
    return position === before && rest.length > 0 ? firstMatch([rest], search) : null;
  };
}

function splitLines(bytes: Buffer): { readonly whole: readonly Buffer[]; readonly rest: Buffer } {
  const whole: Buffer[] = [];
  let start = 0;
  for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
    whole.push(bytes.subarray(start, end));
    start = end + 1;
  }
  return { whole, rest: Buffer.from(bytes.subarray(start, start + chunkBytes)) };
}

function firstMatch(lines: readonly Buffer[], search: Search): Found {
  return search(lines.map((line) => plain(line.toString('utf8', 0, chunkBytes)).trimEnd()));
}
