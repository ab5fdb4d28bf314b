import { readdirSync, realpathSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join, relative, resolve, sep } from 'node:path';
import { compileGlobs, globBase, isNegated } from '../base/glob.ts';
import { groupDigits } from '../base/text.ts';
import { UsageError } from '../errors.ts';
import type { Suite } from '../model/config.ts';

/** The test files of a workspace. */
export interface SuiteFiles {
  /** Root-relative with `/`, sorted, each once; by suite. */
  readonly files: Readonly<Record<string, readonly string[]>>;
  /** What could not be looked at, so that tests may be missing. */
  readonly warnings: readonly string[];
  /** Root-relative folders among it that cannot be read, and files whose name no path leads to, with the code of the reason. */
  readonly unreadable: readonly { readonly path: string; readonly code: string }[];
}

/**
 * Finds the files of all suites in one walk per folder that they start from. Never searched, unless a glob of the suite names them:
 * `node_modules`, version control, `.runner`, `reports` of the root, `dist` beside a package.json, `target` beside a Cargo.toml or pom.xml, and
 * what says itself that it is generated: virtual environments (`pyvenv.cfg`) and caches (`CACHEDIR.TAG`). Symbolic links are followed inside the root
 * only, and a file that is reached in several ways is listed once.
 *
 * @throws UsageError when a folder holds more than `mostFiles`
 */
export function listSuiteFiles(
  root: string,
  suites: readonly Suite[],
  options: { readonly mostFiles?: number } = {},
): SuiteFiles {
  // The root itself may be reached through a link: what is inside is decided by real paths.
  const realRoot = realPathOf(root);
  const warnings = new Set<string>();
  const unreadable = new Map<string, string>();
  const files: Record<string, readonly string[]> = {};
  const perFolder = Map.groupBy(suites, (suite) => suite.cwd);
  for (const [cwd, own] of perFolder) {
    const walk: Walk = {
      realRoot,
      starts: startsOf(own).map((base) => joinPath(cwd, base)),
      named: new Set(own.flatMap((suite) => suite.files.flatMap((glob) => glob.split('/')))),
      found: [],
      mostFiles: options.mostFiles ?? Infinity,
      links: new Map(),
      dangling: [],
      warn: (message) => warnings.add(message),
      unreadable,
    };
    for (const start of walk.starts) visit(walk, start, []);
    for (const suite of own) files[suite.name] = pick(walk, suite);
  }
  return {
    files,
    warnings: [...warnings].sort(),
    unreadable: [...unreadable].map(([path, code]) => ({ path, code })),
  };
}

interface Walk {
  readonly realRoot: string;
  /** Root-relative folders. */
  readonly starts: readonly string[];
  /** Every segment of every glob: an ignored folder that is one of them is wanted after all. */
  readonly named: ReadonlySet<string>;
  readonly found: string[];
  readonly mostFiles: number;
  /** Root-relative path of each link, or of each file below a linked folder, to its real root-relative path. */
  readonly links: Map<string, string>;
  /** Links that lead nowhere or out of the root. */
  readonly dangling: { readonly path: string; readonly problem: string }[];
  warn(message: string): void;
  /** Codes of errors by path. */
  readonly unreadable: Map<string, string>;
}

const alwaysIgnored = new Set([
  'node_modules',
  '.git',
  '.hg',
  '.svn',
  '.jj',
  '.runner',
  '.venv',
  '.tox',
  '.nox',
  '__pycache__',
]);

/** Folders that link to each other can be walked in as many ways as there are orders of them. */
const maxNestedLinks = 3;

/** Folders that only their neighbours tell from source. */
const generatedBeside: Readonly<Record<string, readonly string[]>> = {
  dist: ['package.json'],
  target: ['Cargo.toml', 'pom.xml'],
};

/** `through` are the real paths of the linked folders passed on the way: meeting one again is a loop. */
function visit(walk: Walk, folder: string, through: readonly string[]): void {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(join(walk.realRoot, folder), { withFileTypes: true });
  } catch (error) {
    const code = errorCode(error);
    // A glob may begin with a folder that is not there yet, or be the name of a file.
    if (code === 'ENOENT' || code === 'ENOTDIR') return;
    walk.unreadable.set(folder, code);
    walk.warn(`${show(folder)}: cannot be read (${code}), tests in it are not run`);
    return;
  }
  const names = new Set(entries.map((entry) => entry.name));
  if (folder !== '.' && (names.has('pyvenv.cfg') || names.has('CACHEDIR.TAG'))) return;
  for (const entry of entries) {
    const path = joinPath(folder, entry.name);
    if (entry.isFile()) add(walk, path, through);
    else if (isIgnored(walk, path, { name: entry.name, siblings: names })) continue;
    else if (entry.isDirectory()) visit(walk, path, through);
    else if (entry.isSymbolicLink()) follow(walk, path, through);
  }
}

function isIgnored(
  walk: Walk,
  path: string,
  { name, siblings }: { readonly name: string; readonly siblings: ReadonlySet<string> },
): boolean {
  if (walk.named.has(name)) return false;
  if (alwaysIgnored.has(name) || path === 'reports') return true;
  const signs = Object.hasOwn(generatedBeside, name) ? (generatedBeside[name] ?? []) : [];
  return signs.some((sign) => siblings.has(sign));
}

function follow(walk: Walk, path: string, through: readonly string[]): void {
  let target: string;
  let isFolder: boolean;
  try {
    target = realpathSync.native(join(walk.realRoot, path));
    const facts = statSync(target);
    isFolder = facts.isDirectory();
    if (!isFolder && !facts.isFile()) return;
  } catch (error) {
    walk.dangling.push({ path, problem: `is a link that leads nowhere (${errorCode(error)})` });
    return;
  }
  const inside = relative(walk.realRoot, target).split(sep).join('/');
  if (inside === '..' || inside.startsWith('../')) {
    if (isFolder) walk.warn(`${show(path)}: is a link out of the workspace and is not searched`);
    else walk.dangling.push({ path, problem: 'is a link out of the workspace' });
    return;
  }
  walk.links.set(path, inside === '' ? '.' : inside);
  if (!isFolder) {
    add(walk, path, through);
    return;
  }
  // A link to a folder that contains it, or that was passed on the way here, would go on for ever.
  const isLoop =
    inside === '' ||
    `${path}/`.startsWith(`${inside}/`) ||
    through.some((before) => `${before}/`.startsWith(`${inside}/`));
  if (isLoop) return;
  if (through.length < maxNestedLinks) visit(walk, path, [...through, inside]);
  else walk.warn(`${show(path)}: is a link inside ${maxNestedLinks} other linked folders and is not searched`);
}

function add(walk: Walk, path: string, through: readonly string[]): void {
  walk.found.push(path);
  if (walk.found.length > walk.mostFiles) {
    throw new UsageError(
      `there are more than ${groupDigits(walk.mostFiles)} files in ${walk.realRoot}: this does not look like a repository`,
      'go to the folder of the project, or write a runner.config.yaml that says where its tests are',
    );
  }
  if (through.length > 0) walk.links.set(path, realOf(walk, path));
}

/** The real path of a file below linked folders: the innermost link says where it leads. */
function realOf(walk: Walk, path: string): string {
  const own = walk.links.get(path);
  if (own !== undefined) return own;
  for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
    const target = walk.links.get(path.slice(0, end));
    if (target !== undefined) return joinPath(target, path.slice(end + 1));
  }
  return path;
}

function pick(walk: Walk, suite: Suite): readonly string[] {
  const wanted = compileGlobs(suite.files);
  const unwanted = compileGlobs(suite.exclude);
  const start = suite.cwd === '.' ? 0 : suite.cwd.length + 1;
  const isOfSuite = (path: string): boolean => wanted(path.slice(start)) && !unwanted(path.slice(start));
  for (const { path, problem } of walk.dangling)
    if (isOfSuite(path)) walk.warn(`${show(path)}: ${problem}, it is not run`);
  const matching = [...new Set(walk.found)].filter(isOfSuite).sort();
  const readable = matching.filter((path) => {
    // Node replaces bytes that are not UTF-8: the name no longer leads to the file.
    if (!path.includes('\uFFFD')) return true;
    walk.warn(`${show(path)}: its name is not valid UTF-8, it is not run`);
    walk.unreadable.set(path, 'EILSEQ');
    return false;
  });
  if (walk.links.size === 0) return readable;
  const seen = new Set(readable.filter((path) => !walk.links.has(path)));
  return readable.filter((path) => {
    const real = walk.links.get(path);
    if (real === undefined) return true;
    if (seen.has(real)) return false;
    seen.add(real);
    return true;
  });
}

/** The folders that hold all of the suites' files, without those that lie below another one. */
function startsOf(suites: readonly Suite[]): readonly string[] {
  const globs = suites.flatMap((suite) => {
    const wanted = suite.files.filter((glob) => !isNegated(glob));
    return wanted.length === 0 && suite.files.length > 0 ? ['**'] : wanted;
  });
  const unique = [...new Set(globs.map(globBase))].filter((base) => !base.split('/').includes('..'));
  return unique.filter(
    (folder) => !unique.some((other) => other !== folder && (other === '' || folder.startsWith(`${other}/`))),
  );
}

function realPathOf(root: string): string {
  try {
    return realpathSync.native(root);
  } catch {
    return resolve(root);
  }
}

function joinPath(folder: string, name: string): string {
  if (folder === '.' || folder === '') return name === '' ? '.' : name;
  return name === '' ? folder : `${folder}/${name}`;
}

function show(path: string): string {
  // eslint-disable-next-line no-control-regex
  return /[\u0000-\u001f\u007f]/.test(path) ? JSON.stringify(path) : path;
}

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : String(error);
}
