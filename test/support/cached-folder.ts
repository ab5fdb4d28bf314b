import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A folder outside the repository with what was installed into it, or why that could not be. */
export type CachedFolder =
  { readonly kind: 'ready'; readonly folder: string } | { readonly kind: 'missing'; readonly reason: string };

/** Fills a folder once per machine, keyed by what is in it; only a whole one gets its name. `fill` gives what went wrong, or `null`. */
export function cachedFolder(content: readonly string[], fill: (folder: string) => string | null): CachedFolder {
  const cache = join(tmpdir(), 'runner-test-tools');
  const folder = join(cache, content.join('+').replace(/[^A-Za-z0-9.+@-]/g, '_'));
  if (existsSync(folder)) return { kind: 'ready', folder };
  mkdirSync(cache, { recursive: true });
  const fresh = mkdtempSync(join(cache, '.fresh-'));
  try {
    const problem = fill(fresh);
    if (problem !== null) return { kind: 'missing', reason: problem };
    try {
      renameSync(fresh, folder);
    } catch (error) {
      // Another test file was quicker.
      if (!existsSync(folder)) throw error;
    }
    return { kind: 'ready', folder };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}
