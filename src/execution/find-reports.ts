import { readdir, stat } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { compileGlobs, globBase, isNegated } from '../base/glob.ts';
import type { ExpectedReport } from '../frameworks/framework.ts';

/** A report file as it was seen at one moment. */
export interface SeenReport {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  /** Changes with every write, also one that sets the modification time back. */
  readonly stamp: string;
}

const neverReports: ReadonlySet<string> = new Set(['node_modules', '.git']);

/** The files that are, at this moment, where reports are expected; sorted by path. Globs are relative to `cwd`. */
export async function findReports(expected: ExpectedReport, cwd: string): Promise<readonly SeenReport[]> {
  switch (expected.kind) {
    case 'files':
      return seeAll(expected.paths);
    case 'lines':
      return seeAll([expected.path]);
    case 'globs':
      return seeAll(await matchGlobs(expected.globs, cwd));
    case 'exit-code':
      return [];
  }
}

async function matchGlobs(globs: readonly string[], cwd: string): Promise<readonly string[]> {
  const found = new Set<string>();
  const matches = compileGlobs(globs);
  for (const glob of globs.filter((candidate) => !isNegated(candidate))) {
    for await (const path of candidatesOf(glob, cwd)) {
      const name = isAbsolute(glob) ? path : relative(cwd, path);
      if (matches(name.split(sep).join('/'))) found.add(path);
    }
  }
  return [...found].sort();
}

/** The files that a glob could mean, without a walk through folders that it cannot. */
async function* candidatesOf(glob: string, cwd: string): AsyncGenerator<string> {
  if (/[*?[\]{}()!\\]/.test(glob)) {
    yield* walk(
      resolve(cwd, globBase(glob)),
      glob.includes('**') || glob.endsWith('/') ? Infinity : glob.split('/').length,
    );
    return;
  }
  yield resolve(cwd, glob);
  yield* walk(resolve(cwd, glob), Infinity);
}

/** Files below a folder; symbolic links to folders are not followed, so that a loop of them ends. */
async function* walk(folder: string, depth: number): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (!entry.isDirectory()) yield path;
    else if (depth > 1 && !neverReports.has(entry.name)) yield* walk(path, depth - 1);
  }
}

async function seeAll(paths: readonly string[]): Promise<readonly SeenReport[]> {
  const seen: SeenReport[] = [];
  for (const path of paths) {
    const report = await see(path);
    if (report !== null) seen.push(report);
  }
  return seen;
}

async function see(path: string): Promise<SeenReport | null> {
  const facts = await stat(path, { bigint: true }).catch(() => null);
  if (facts?.isFile() !== true) return null;
  return {
    path,
    bytes: Number(facts.size),
    modifiedMs: Number(facts.mtimeMs),
    stamp: [facts.ino, facts.size, facts.mtimeNs, facts.ctimeNs].join(':'),
  };
}
