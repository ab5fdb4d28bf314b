import { existsSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createAtomicFile } from '../base/atomic-write.ts';
import { readChunks } from '../base/read-chunks.ts';
import { junitPartsFolder } from '../base/report-names.ts';
import { oneLine, plural, truncate } from '../base/text.ts';
import { splitJunit } from '../results/junit-split.ts';

const maxName = 200;
const partName = /^junit-\d+\.xml$/;

/**
 * Splits the finished `junit.xml` at `path` into files of at most `maxBytes`, in a folder beside it, and gives what there is to say of them.
 * @throws when they cannot be written; there are none then
 */
export async function writeJunitParts(path: string, maxBytes: number): Promise<readonly string[]> {
  removeJunitParts(path);
  try {
    const { oversize } = await splitJunit(readChunks(path), {
      maxBytes,
      create: (part) => createAtomicFile(junitPart(path, part)),
    });
    if (oversize.count === 0) return [];
    const { names, count } = oversize;
    const known = names.map((name) => truncate(oneLine(name), maxName)).join(', ');
    const shown = `${known}${count > names.length ? ` and ${count - names.length} more` : ''}`;
    const [what, are] = [plural(count, 'test'), count === 1 ? 'is' : 'are'];
    return [
      `${what} ${are} larger than --split-max-bytes allows, and alone in ${count === 1 ? 'a file' : 'files'}: ${shown}`,
    ];
  } catch (error) {
    removeJunitParts(path);
    throw error;
  }
}

/** Removes the parts of an earlier `junit.xml`, which nobody may take for those of the one to come. */
export function removeJunitParts(path: string): void {
  const folder = dirname(junitPart(path, 1));
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) if (partName.test(name)) rmSync(join(folder, name), { force: true });
  if (readdirSync(folder).length === 0) rmSync(folder, { recursive: true, force: true });
}

/** Where a part of the `junit.xml` at `path` is; they are counted from 1. */
export function junitPart(path: string, part: number): string {
  return join(dirname(path), junitPartsFolder, `junit-${part}.xml`);
}
