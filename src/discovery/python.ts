import { compileGlobs } from '../base/glob.ts';
import type { Listing } from '../model/discovery.ts';
import { someFiles } from './found-suite.ts';
import type { Found, FoundSuite } from './found-suite.ts';
import { iniWords, literalsOf, onlyLiteral } from './literals.ts';
import { folderOf, fromFolder, inFolder, isBelow, nameOf, resolveFolder, upwards } from './paths.ts';

/** Files that pytest would collect, by the nearest folder with settings of pytest's, else that of the project. */
export function findPython(listing: Listing, own: readonly string[]): Found {
  const all = new Set(own);
  const settings = new Map<string, Settings | null>();
  const settingsAt = (folder: string): Settings | null => {
    const known = settings.get(folder);
    if (known !== undefined) return known;
    const read = readSettings(folder, { listing, all });
    settings.set(folder, read);
    return read;
  };
  const groups = new Map<string, { files: string[]; settings: Settings | null }>();
  const left: string[] = [];
  for (const path of own) {
    if (!path.endsWith('.py') || nameOf(path) === 'conftest.py') continue;
    const above = upwards(folderOf(path));
    const cwd =
      above.find((at) => settingsAt(at) !== null) ??
      above.find((at) => projectFiles.some((name) => all.has(inFolder(at, name)))) ??
      '.';
    const found = settingsAt(cwd);
    const names = compileGlobs(found?.files ?? ['test_*.py', '*_test.py']);
    if (!names(nameOf(path)) || !mayHoldTests(listing.text(path) ?? '')) continue;
    const isInPaths = found?.paths.some((folder) => isBelow(path, resolveFolder(cwd, folder) ?? '.')) ?? true;
    if (!isInPaths && found !== null && found.paths.length > 0) {
      left.push(path);
      continue;
    }
    const group = groups.get(cwd) ?? { files: [], settings: found };
    group.files.push(path);
    groups.set(cwd, group);
  }
  return {
    suites: [...groups].map(([cwd, group]) => describeSuite(cwd, group, own)),
    notes: left.length === 0 ? [] : [`${someFiles(left)}: outside of what testpaths names`],
  };
}

const projectFiles = ['pyproject.toml', 'setup.py', 'setup.cfg', 'tox.ini'];

interface Settings {
  /** Root-relative file that holds them. */
  readonly from: string;
  /** Folders and files relative to it; empty = all. */
  readonly paths: readonly string[];
  readonly files: readonly string[] | null;
  readonly setsPath: boolean;
}

/** A module of that name may be helpers alone; where it is not known, it is taken for tests. */
function mayHoldTests(text: string): boolean {
  return /\b(?:def\s+test|class\s+\w|import\s+\*|load_tests|doctest|def\s+\w*spec)/.test(text);
}

/** In the order in which pytest looks for them. */
function readSettings(
  folder: string,
  { listing, all }: { readonly listing: Listing; readonly all: ReadonlySet<string> },
): Settings | null {
  for (const name of ['pytest.toml', 'pytest.ini', '.pytest.ini', 'pyproject.toml', 'tox.ini', 'setup.cfg']) {
    const from = inFolder(folder, name);
    const text = all.has(from) ? listing.text(from) : null;
    if (text === null) continue;
    if (name.endsWith('.toml')) {
      const own = name === 'pyproject.toml' ? tomlTable(text, /^\[tool\.pytest(?:\.ini_options)?\]/) : text;
      if (own === null) continue;
      const words = (key: string): readonly string[] | null => {
        const value = onlyLiteral(literalsOf(own, key));
        return value?.flatMap((word) => word.split(/\s+/)).filter((word) => word !== '') ?? null;
      };
      return settingsOf(from, words);
    }
    const section = name === 'setup.cfg' ? 'tool:pytest' : 'pytest';
    if (name.endsWith('pytest.ini') || text.includes(`[${section}]`))
      return settingsOf(from, (key) => iniWords(text, section, key));
  }
  return null;
}

function settingsOf(from: string, words: (key: string) => readonly string[] | null): Settings {
  const paths = words('testpaths') ?? [];
  return {
    from,
    // A glob among them is pytest's to expand.
    paths: paths.some((path) => /[*?[]/.test(path)) ? [] : paths,
    files: words('python_files'),
    setsPath: words('pythonpath') !== null,
  };
}

function tomlTable(text: string, header: RegExp): string | null {
  const lines = text.split(/\r?\n/);
  const start = lines.findIndex((line) => header.test(line.trim()));
  if (start === -1) return null;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => /^\s*\[[\w.'"-]+\]\s*(?:#.*)?$/.test(line));
  return rest.slice(0, end === -1 ? rest.length : end).join('\n');
}

function describeSuite(
  cwd: string,
  { files, settings }: { readonly files: readonly string[]; readonly settings: Settings | null },
  own: readonly string[],
): FoundSuite {
  const isSourceLayout = own.some(
    (path) => isBelow(path, inFolder(cwd, 'src')) && /^src\/[^/]+\/__init__\.py$/.test(fromFolder(path, cwd)),
  );
  const evidence = [
    ...(settings === null ? [] : [settings.from]),
    ...projectFiles.map((name) => inFolder(cwd, name)).filter((path) => path !== settings?.from && own.includes(path)),
    ...own.filter((path) => nameOf(path) === 'conftest.py' && isBelow(path, cwd)).slice(0, 1),
  ];
  return {
    framework: 'pytest',
    cwd,
    files,
    evidence: evidence.length > 0 ? evidence.slice(0, 3) : [files[0] ?? ''],
    // Without it the package under test is found only where it has been installed.
    ...(isSourceLayout && settings?.setsPath !== true ? { env: { PYTHONPATH: 'src' } } : {}),
  };
}
