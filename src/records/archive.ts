import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { posix, join } from 'node:path';
import { Transform } from 'node:stream';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import type { ReadEntry } from 'tar';
import { UsageError } from '../errors.ts';

/** What is looked for in an archive, and how much of it is too much. */
export interface ExtractOptions {
  /** Names of files, in whatever folder of the archive. */
  readonly wanted: readonly string[];
  readonly limits?: ArchiveLimits;
}

export interface ArchiveLimits {
  readonly entries: number;
  /** Of all files together, unpacked. */
  readonly bytes: number;
}

const defaultLimits: ArchiveLimits = { entries: 200_000, bytes: 4 * 1024 ** 3 };

type ArchiveKind = 'zip' | 'tar' | 'tar.gz';

/** What the file is by its first bytes, whatever it is called; `null` = no archive that can be read. Rejects when it cannot be read. */
export async function archiveKind(path: string): Promise<ArchiveKind | null> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(512), 0, 512, 0);
    const head = buffer.subarray(0, bytesRead);
    if (head[0] === 0x50 && head[1] === 0x4b && (head[2] === 3 || head[2] === 5)) return 'zip';
    if (head.subarray(257, 262).toString('latin1') === 'ustar') return 'tar';
    return head[0] === 0x1f && head[1] === 0x8b && !path.endsWith('.jsonl.gz') ? 'tar.gz' : null;
  } finally {
    await file.close();
  }
}

/**
 * Unpacks the wanted regular files, each folder of the archive into a numbered folder of `target`, so that no name of the archive
 * ever becomes a path; returns these folders, absolute, in the order of the archive.
 * @throws UsageError when the archive is damaged, or unpacks to too much
 */
export async function extractArchive(
  path: string,
  kind: ArchiveKind,
  target: string,
  options: ExtractOptions,
): Promise<readonly string[]> {
  const sink = createSink(target, { wanted: options.wanted, limits: options.limits ?? defaultLimits });
  try {
    if (kind === 'zip') await readZip(path, sink);
    else await readTar(path, kind, sink);
  } catch (error) {
    if (error instanceof UsageError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`${path} cannot be unpacked: ${reason}`, 'download it again, or unpack it by hand');
  }
  return sink.folders();
}

interface Sink {
  /** To be called for each entry. @throws when there are too many */
  count(): void;
  wants(name: string): boolean;
  /** The same bytes, until all that go through here are too many. */
  limited(content: Readable): Readable;
  take(name: string, content: AsyncIterable<Uint8Array>): Promise<void>;
  folders(): readonly string[];
}

function createSink(target: string, { wanted, limits }: Required<ExtractOptions>): Sink {
  const folders = new Map<string, string>();
  let [entries, bytes] = [0, 0];
  return {
    limited(content) {
      const limit = new Transform({
        transform(chunk: Buffer, _encoding, done) {
          bytes += chunk.length;
          done(bytes > limits.bytes ? new Error(`it unpacks to more than ${limits.bytes} bytes`) : null, chunk);
        },
      });
      return content.on('error', (error) => limit.destroy(error)).pipe(limit);
    },
    count() {
      entries += 1;
      if (entries > limits.entries) throw new Error(`it holds more than ${limits.entries} entries`);
    },
    wants: (name) => wanted.includes(posix.basename(name)),
    async take(name, content) {
      const from = posix.dirname(name);
      const folder = folders.get(from) ?? join(target, String(folders.size + 1));
      if (!folders.has(from)) await mkdir(folder);
      folders.set(from, folder);
      await pipeline(content, createWriteStream(join(folder, posix.basename(name)), { flags: 'wx' }));
    },
    folders: () => [...folders.values()],
  };
}

async function readZip(path: string, sink: Sink): Promise<void> {
  const { openPromise } = await import('yauzl');
  // It refuses names that lead out of a folder, and files that are not as long as the archive says.
  const zip = await openPromise(path);
  try {
    for await (const entry of zip.eachEntry()) {
      sink.count();
      if (!sink.wants(entry.fileName) || !isRegular(entry)) continue;
      if (entry.isEncrypted()) throw new Error(`${entry.fileName} is encrypted`);
      await sink.take(entry.fileName, sink.limited(await zip.openReadStreamPromise(entry)));
    }
  } finally {
    zip.close();
  }
}

/** By the Unix mode, where the archive has one: a link is no file. */
function isRegular({
  externalFileAttributes,
  fileName,
}: {
  externalFileAttributes: number;
  fileName: string;
}): boolean {
  const type = (externalFileAttributes >>> 16) & 0o170000;
  return !fileName.endsWith('/') && (type === 0 || type === 0o100000);
}

async function readTar(path: string, kind: 'tar' | 'tar.gz', sink: Sink): Promise<void> {
  const { Parser } = await import('tar');
  const file = createReadStream(path);
  const gunzip = createGunzip();
  const bytes = sink.limited(kind === 'tar' ? file : file.on('error', (error) => gunzip.destroy(error)).pipe(gunzip));
  const ended = Promise.withResolvers<unknown>();
  const taken: Promise<void>[] = [];
  const takeEntry = async (entry: ReadEntry): Promise<void> => {
    if (entry.path.split('/').includes('..')) throw new Error(`${entry.path} leads out of its folder`);
    await sink.take(entry.path, entry);
  };
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      try {
        sink.count();
        const isFile = entry.type === 'File' || entry.type === 'OldFile';
        if (isFile && sink.wants(entry.path)) taken.push(takeEntry(entry).catch(ended.reject));
        else entry.resume();
      } catch (error) {
        ended.reject(error);
        entry.resume();
      }
    },
  });
  parser.on('end', ended.resolve).on('error', ended.reject);
  bytes.on('error', ended.reject).pipe(parser);
  try {
    await ended.promise;
    await Promise.all(taken);
  } finally {
    bytes.destroy();
    file.destroy();
  }
}
