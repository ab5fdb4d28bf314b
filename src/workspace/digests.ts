import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Digests of the texts of root-relative files, each read once, when it is first asked for. */
export function createDigests(root: string): (file: string) => string | null {
  const known = new Map<string, string | null>();
  return (file) => {
    const before = known.get(file);
    if (before !== undefined) return before;
    const digest = digestOf(join(root, file));
    known.set(file, digest);
    return digest;
  };
}

function digestOf(path: string): string | null {
  try {
    // Cut from the whole, it would keep that.
    return hash('sha1', readFileSync(path), 'buffer').toString('hex', 0, 8);
  } catch {
    return null;
  }
}
