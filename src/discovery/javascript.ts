import { compileGlobs } from '../base/glob.ts';
import type { Listing } from '../model/discovery.ts';
import { someFiles } from './found-suite.ts';
import type { Found, FoundSuite } from './found-suite.ts';
import { literalsOf, onlyLiteral as only } from './literals.ts';
import { createPackages } from './packages.ts';
import type { JavaScriptFramework, Packages } from './packages.ts';
import { folderOf, fromFolder, isBelow, nameOf, resolveFolder } from './paths.ts';
import { vitestGlobs } from './vitest-globs.ts';

/** The JavaScript and TypeScript tests: each file goes to the framework that it imports, or that its package or config says. */
export function findJavaScript(listing: Listing, own: readonly string[]): Found {
  const packages = createPackages(listing, own);
  const scripts = own.filter((path) => /\.[cm]?[jt]sx?$/.test(path) && !/\.d\.[cm]?ts$/.test(path));
  const suites = new Map<string, { readonly framework: JavaScriptFramework; readonly cwd: string; files: string[] }>();
  const unknown: string[] = [];
  const left: string[] = [];
  for (const path of scripts) {
    const framework = frameworkOf(path, { listing, packages });
    if (framework === 'none') continue;
    if (framework === 'unknown') {
      unknown.push(path);
      continue;
    }
    const cwd = packages.home(framework, folderOf(path));
    if (!isTaken(path, framework, { cwd, packages })) {
      left.push(path);
      continue;
    }
    const key = `${framework} ${cwd}`;
    const suite = suites.get(key) ?? { framework, cwd, files: [] };
    suite.files.push(path);
    suites.set(key, suite);
  }
  return {
    suites: [...suites.values()].map((suite) => describeSuite(suite, packages)),
    notes: [
      ...(unknown.length === 0 ? [] : [`${someFiles(unknown)}: no framework is known that runs it`]),
      ...(left.length === 0 ? [] : [`${someFiles(left)}: left out by the configuration of its framework`]),
    ],
  };
}

interface Place {
  readonly listing: Listing;
  readonly packages: Packages;
}

const testName = /(?:^|\/)(?:[^/]*\.)?(?:test|spec)\.[cm]?[jt]sx?$/;
const nodeName = /(?:^|\/)(?:[^/]*[-_.]test|test-[^/]*|test)\.[cm]?[jt]s$/;
const imported =
  /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*['"](vitest|@playwright\/test|playwright\/test|node:test|@jest\/globals|mocha|ava|tap|uvu|bun:test|cypress)(?:\/[^'"]*)?['"]/;
const importedFrameworks: Readonly<Record<string, JavaScriptFramework>> = {
  vitest: 'vitest',
  '@playwright/test': 'playwright',
  'playwright/test': 'playwright',
  'node:test': 'node',
  '@jest/globals': 'jest',
  mocha: 'mocha',
};

function frameworkOf(path: string, { listing, packages }: Place): JavaScriptFramework | 'unknown' | 'none' {
  const isNamed = testName.test(path) || /(?:^|\/)__tests__\//.test(path) || packages.isIncluded(path);
  const isNodeLike = nodeName.test(path) || /(?:^|\/)tests?\//.test(path);
  const isMocha = packages.isMochaSpec(path);
  if (/\.cy\.[cm]?[jt]sx?$/.test(path)) return 'unknown';
  if (!isNamed && !isNodeLike && !isMocha) return 'none';
  const text = listing.text(path) ?? '';
  const said = imported.exec(text)?.[1];
  const holdsTests = /\b(?:test|it|describe|suite)\b[\w.]*\s*[(`<]/.test(text);
  if (said !== undefined) {
    const framework = importedFrameworks[said] ?? 'unknown';
    if (framework === 'node') return holdsTests && (isNodeLike || isNamed) ? 'node' : 'none';
    return isNamed && holdsTests ? framework : framework === 'mocha' && isMocha ? 'mocha' : 'none';
  }
  if (isMocha) return holdsTests ? 'mocha' : 'none';
  if (!isNamed || !holdsTests) return 'none';
  if (packages.isInPlaywright(path, { said: true })) return 'playwright';
  return packages.globalFramework(folderOf(path)) ?? 'unknown';
}

/** Whether the framework itself, by its config, takes the file for a test. */
function isTaken(
  path: string,
  framework: JavaScriptFramework,
  { cwd, packages }: { readonly cwd: string; readonly packages: Packages },
): boolean {
  const config = packages.configOf(framework, cwd);
  if (config === null) return true;
  const { text } = config;
  const inside = fromFolder(path, cwd);
  switch (framework) {
    case 'playwright':
      return packages.isInPlaywright(path, { said: false });
    case 'vitest': {
      const { include, exclude } = vitestGlobs(text);
      // A workspace has configs of its own below.
      if (/\b(?:projects|workspace)\s*:/.test(text)) return true;
      return (include === null || matches(include, inside)) && !matches(exclude, inside);
    }
    case 'jest': {
      const roots = only(literalsOf(text, 'roots'));
      const match = only(literalsOf(text, 'testMatch'));
      const ignored = only(literalsOf(text, 'testPathIgnorePatterns')) ?? [];
      if (/\bprojects['"]?\s*:/.test(text)) return true;
      const isIn = (root: string): boolean => {
        const folder = resolveFolder(cwd, root.replace('<rootDir>', '.'));
        return folder !== null && isBelow(path, folder);
      };
      return (
        (roots === null || roots.some(isIn)) &&
        (match === null || matches(match.map(fromRootDir), inside)) &&
        !ignored.some((pattern) => isMatched(pattern.replace('<rootDir>', ''), `/${inside}`))
      );
    }
    case 'mocha':
    case 'node':
      return true;
  }
}

function fromRootDir(glob: string): string {
  return glob.replace(/^<rootDir>\//, '');
}

function matches(globs: readonly string[], path: string): boolean {
  return globs.length > 0 && compileGlobs(globs)(path);
}

function isMatched(pattern: string, path: string): boolean {
  // Patterns of a config are code of the project; one that is more than words and folders is not tried.
  return /^[\w./\\-]+$/.test(pattern) && path.includes(pattern.replaceAll('\\', ''));
}

function describeSuite(
  {
    framework,
    cwd,
    files,
  }: { readonly framework: JavaScriptFramework; readonly cwd: string; readonly files: readonly string[] },
  packages: Packages,
): FoundSuite {
  const args = framework === 'node' ? packages.nodeOptions(cwd) : [];
  const evidence = packages.evidence(framework, cwd);
  const [first = ''] = files;
  return {
    framework,
    cwd,
    files,
    evidence: evidence.length > 0 ? evidence : [`the import in ${nameOf(first)}`],
    ...(args.length === 0 ? {} : { args }),
    ...(framework === 'playwright' ? { category: 'e2e' } : {}),
  };
}
