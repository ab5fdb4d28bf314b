import { createReadStream } from 'node:fs';
import { copyFile, mkdir, open, readdir, stat } from 'node:fs/promises';
import { join, parse } from 'node:path';
import type { Masker } from '../base/mask.ts';

/** Enough to see a NUL, which no text has. */
const lookBytes = 8 * 1024;

/**
 * Copies a folder with the texts in it masked, and the names of its files too. What is no text is copied as it is: in a picture or an
 * archive nothing can be found. Links to files are followed, other links and pipes are left out.
 *
 * @throws the file system's error
 */
export async function copyMasked(from: string, to: string, masker: Masker): Promise<void> {
  const entries = await readdir(from, { withFileTypes: true });
  const names = maskedNames(
    entries.map(({ name }) => name),
    masker,
  );
  for (const entry of entries) {
    const source = join(from, entry.name);
    const target = join(to, names.get(entry.name) ?? masker.text(entry.name));
    const facts = await stat(source).catch(() => null);
    if (facts?.isFile() === true) {
      await mkdir(to, { recursive: true });
      await ((await isText(source)) ? copyText(source, target, masker) : copyFile(source, target));
    } else if (entry.isDirectory()) {
      await copyMasked(source, target, masker);
    }
  }
}

/** What each is called: two that differ in a secret alone get numbers, so that neither takes the place of the other. */
function maskedNames(names: readonly string[], masker: Masker): ReadonlyMap<string, string> {
  const masked = new Map(names.map((name) => [name, masker.text(name)]));
  const taken = new Set(names.filter((name) => masked.get(name) === name));
  for (const name of names.toSorted()) {
    const wanted = masked.get(name) ?? name;
    if (wanted === name) continue;
    const { name: stem, ext } = parse(wanted);
    let free = wanted;
    for (let number = 2; taken.has(free); number += 1) free = `${stem}-${number}${ext}`;
    taken.add(free);
    masked.set(name, free);
  }
  return masked;
}

async function isText(path: string): Promise<boolean> {
  const file = await open(path, 'r');
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(lookBytes), 0, lookBytes, 0);
    return !buffer.subarray(0, bytesRead).includes(0);
  } finally {
    await file.close();
  }
}

async function copyText(from: string, to: string, masker: Masker): Promise<void> {
  const stream = masker.stream();
  const file = await open(to, 'w');
  try {
    const chunks: AsyncIterable<Buffer> = createReadStream(from);
    for await (const chunk of chunks) await file.writeFile(stream.push(chunk));
    await file.writeFile(stream.end());
  } finally {
    await file.close();
  }
}
