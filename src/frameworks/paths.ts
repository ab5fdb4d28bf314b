import { isAbsolute, join, normalize, relative } from 'node:path/posix';
import type { IdentifyContext } from './framework.ts';

/** A relative path that no framework takes for an option or for the name of an argument file. */
export function asArgument(path: string): string {
  return path.startsWith('-') || path.startsWith('@') ? `./${path}` : path;
}

/** The root-relative form of a path that a framework reported, absolute or relative to the suite's folder; `null` outside the root. */
export function rootRelativeFile(reported: string, context: IdentifyContext): string | null {
  const inRoot = isAbsolute(reported) ? relative(context.root, normalize(reported)) : join(context.suiteCwd, reported);
  const files = fileIndex(context.files);
  if (files.known.has(inRoot)) return inRoot;
  const remembered = files.resolved.get(reported);
  if (remembered !== undefined) return remembered;
  const resolved = findByEnd(reported, context.files) ?? (inRoot === '' || inRoot.startsWith('../') ? null : inRoot);
  files.resolved.set(reported, resolved);
  return resolved;
}

// The framework's own root may be another folder than the suite's, and the workspace may be reached through a link.
function findByEnd(reported: string, files: readonly string[]): string | null {
  const matching = files.filter((file) => file.endsWith(`/${reported}`) || reported.endsWith(`/${file}`));
  return matching.length === 1 ? (matching[0] ?? null) : null;
}

interface FileIndex {
  readonly known: ReadonlySet<string>;
  readonly resolved: Map<string, string | null>;
}

// One index per list of files: a report has many cases, and a search of the list for each would be quadratic.
const indexes = new WeakMap<readonly string[], FileIndex>();

function fileIndex(files: readonly string[]): FileIndex {
  const existing = indexes.get(files);
  if (existing !== undefined) return existing;
  const created: FileIndex = { known: new Set(files), resolved: new Map() };
  indexes.set(files, created);
  return created;
}
