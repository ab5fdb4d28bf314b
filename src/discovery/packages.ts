import { compileGlobs } from '../base/glob.ts';
import type { Listing } from '../model/discovery.ts';
import { literalsOf } from './literals.ts';
import { folderOf, fromFolder, inFolder, isBelow, nameOf, resolveFolder, upwards } from './paths.ts';
import { vitestGlobs } from './vitest-globs.ts';

export type JavaScriptFramework = 'vitest' | 'jest' | 'playwright' | 'mocha' | 'node';

/** What the packages of a workspace and the configs beside them say about test frameworks. */
export interface Packages {
  /** The folder from which the framework is to run the tests of a folder. */
  home(framework: JavaScriptFramework, folder: string): string;
  /** The framework whose globals tests of a folder use, by the nearest package or config that names one. */
  globalFramework(folder: string): JavaScriptFramework | null;
  configOf(framework: JavaScriptFramework, folder: string): { readonly path: string; readonly text: string } | null;
  /** A Playwright config takes this file's folder for its tests; `said`: by naming the folder. */
  isInPlaywright(path: string, how: { readonly said: boolean }): boolean;
  isMochaSpec(path: string): boolean;
  /** A config names it as a test although it is not called one. */
  isIncluded(path: string): boolean;
  /** What of `node --test` in the package's scripts is needed to load the tests. */
  nodeOptions(folder: string): readonly string[];
  evidence(framework: JavaScriptFramework, folder: string): readonly string[];
}

interface Package {
  readonly scripts: readonly string[];
  readonly dependencies: ReadonlySet<string>;
  readonly keys: Readonly<Record<string, unknown>>;
}

type Config = NonNullable<ReturnType<Packages['configOf']>>;

const dependencyOf: Readonly<Record<JavaScriptFramework, string | null>> = {
  vitest: 'vitest',
  jest: 'jest',
  playwright: '@playwright/test',
  mocha: 'mocha',
  node: null,
};

const commandOf: Readonly<Record<JavaScriptFramework, RegExp>> = {
  vitest: /\bvitest\b/,
  jest: /\bjest\b/,
  playwright: /\bplaywright\s+test\b/,
  mocha: /\bmocha\b/,
  node: /\bnode\b.*\s--test\b/,
};

/** Reads the manifests and configs of the project's own files. */
export function createPackages(listing: Listing, own: readonly string[]): Packages {
  const packages = new Map<string, Package>();
  const configs = new Map<string, Config>();
  for (const path of own) {
    const name = nameOf(path);
    if (name === 'package.json') packages.set(folderOf(path), readPackage(listing.text(path) ?? ''));
    const framework = configuredBy(name, path, listing);
    if (framework !== null) configs.set(`${framework} ${folderOf(path)}`, { path, text: listing.text(path) ?? '' });
  }
  for (const [folder, { keys }] of packages) {
    for (const framework of ['jest', 'mocha'] as const) {
      if (keys[framework] === undefined || configs.has(`${framework} ${folder}`)) continue;
      const path = inFolder(folder, 'package.json');
      configs.set(`${framework} ${folder}`, { path, text: JSON.stringify(keys[framework]) });
    }
  }
  return describePackages(packages, configs);
}

function describePackages(packages: ReadonlyMap<string, Package>, configs: ReadonlyMap<string, Config>): Packages {
  const configOf: Packages['configOf'] = (framework, folder) => configs.get(`${framework} ${folder}`) ?? null;
  const ofFramework = (framework: JavaScriptFramework): readonly (readonly [string, string])[] =>
    [...configs].flatMap(([key, { text }]) =>
      key.startsWith(`${framework} `) ? [[key.slice(framework.length + 1), text] as const] : [],
    );
  const says = (framework: JavaScriptFramework, folder: string): string | null => {
    const found = packages.get(folder);
    if (found === undefined) return null;
    const dependency = dependencyOf[framework];
    if (found.scripts.some((script) => commandOf[framework].test(script))) return 'in its scripts';
    return dependency !== null && found.dependencies.has(dependency) ? 'in its dependencies' : null;
  };
  const playwrightFolders = ofFramework('playwright').flatMap(([folder, text]) => {
    const said = literalsOf(text, 'testDir').flatMap((value) => value ?? []);
    const folders = said.length === 0 ? [folder] : said.flatMap((dir) => resolveFolder(folder, dir) ?? []);
    return folders.map((dir) => ({ dir, said: said.length > 0 }));
  });
  const mochaSpecs = mochaGlobs(packages, configs);
  const vitestIncludes = ofFramework('vitest').flatMap(([folder, text]) => {
    const { include } = vitestGlobs(text);
    return include === null || include.length === 0 ? [] : [{ folder, matches: compileGlobs(include) }];
  });
  return {
    configOf,
    home: (framework, folder) => {
      const above = upwards(folder);
      return (
        above.find((at) => configs.has(`${framework} ${at}`)) ??
        above.find((at) => says(framework, at) !== null) ??
        above.find((at) => packages.has(at)) ??
        '.'
      );
    },
    globalFramework: (folder) => {
      for (const at of upwards(folder)) {
        const order = ['jest', 'vitest', 'mocha', 'node'] as const;
        const found =
          order.find((framework) => configs.has(`${framework} ${at}`)) ??
          order.find((framework) => says(framework, at) === 'in its scripts') ??
          order.find((framework) => says(framework, at) !== null);
        if (found !== undefined) return found;
      }
      return null;
    },
    isInPlaywright: (path, how) => playwrightFolders.some(({ dir, said }) => isBelow(path, dir) && (said || !how.said)),
    isMochaSpec: (path) =>
      mochaSpecs.some(({ folder, matches }) => isBelow(path, folder) && matches(fromFolder(path, folder))),
    isIncluded: (path) =>
      vitestIncludes.some(({ folder, matches }) => isBelow(path, folder) && matches(fromFolder(path, folder))),
    nodeOptions: (folder) => nodeOptionsOf(packages.get(folder)?.scripts ?? []),
    evidence: (framework, folder) => {
      const config = configOf(framework, folder);
      const said = says(framework, folder);
      return [
        ...(config === null ? [] : [config.path]),
        ...(said === null ? [] : [`${inFolder(folder, 'package.json')} (${said})`]),
      ];
    },
  };
}

function configuredBy(name: string, path: string, listing: Listing): JavaScriptFramework | null {
  if (/^vitest\.(?:config|workspace)\.[cm]?[jt]s$/.test(name)) return 'vitest';
  if (/^vite\.config\.[cm]?[jt]s$/.test(name)) return /\btest\s*:/.test(listing.text(path) ?? '') ? 'vitest' : null;
  if (/^jest\.config\.(?:[cm]?[jt]s|json)$/.test(name)) return 'jest';
  if (/^playwright\.config\.[cm]?[jt]s$/.test(name)) return 'playwright';
  if (/^\.mocharc(?:\.(?:[cm]?js|json|jsonc|ya?ml))?$/.test(name)) return 'mocha';
  return null;
}

interface Globs {
  readonly folder: string;
  readonly matches: (path: string) => boolean;
}

/** What Mocha's configs and scripts name, else its convention. */
function mochaGlobs(packages: ReadonlyMap<string, Package>, configs: ReadonlyMap<string, Config>): readonly Globs[] {
  const folders = new Set([...configs.keys()].filter((key) => key.startsWith('mocha ')).map((key) => key.slice(6)));
  for (const [folder, { scripts, dependencies }] of packages)
    if (dependencies.has('mocha') || scripts.some((script) => commandOf.mocha.test(script))) folders.add(folder);
  return [...folders].map((folder) => {
    const text = configs.get(`mocha ${folder}`)?.text ?? '';
    const written = [...literalsOf(text, 'spec').flatMap((value) => value ?? []), ...yamlSpecs(text)];
    const scripts = packages.get(folder)?.scripts ?? [];
    const inScripts = scripts.flatMap((script) =>
      [...script.matchAll(/\bmocha\b([^&|;]*)/g)].flatMap(([, rest = '']) =>
        rest
          .split(/\s+/)
          .map((word) => word.replace(/^["']|["']$/g, ''))
          .filter((word) => /^[^-].*\.[cm]?[jt]sx?$/.test(word)),
      ),
    );
    const globs = [...written, ...inScripts];
    return { folder, matches: compileGlobs(globs.length === 0 ? ['test/*.?(c|m)js'] : globs) };
  });
}

function yamlSpecs(text: string): readonly string[] {
  const block = /^spec:[ \t]*(.*)((?:\n[ \t]*-[ \t]*.*)*)/m.exec(text);
  if (block === null) return [];
  const lines = [block[1] ?? '', ...(block[2] ?? '').split('\n').map((line) => line.replace(/^[ \t]*-/, ''))];
  return lines
    .map((line) => line.trim().replace(/^["']|["'],?$/g, ''))
    .filter((word) => word !== '' && !/^[[{]/.test(word));
}

/** `--import tsx` and the like: how the tests are loaded, not which. */
function nodeOptionsOf(scripts: readonly string[]): readonly string[] {
  const words = scripts.find((script) => commandOf.node.test(script))?.split(/\s+/) ?? [];
  const options: string[] = [];
  for (const [at, word] of words.entries()) {
    const next = words[at + 1];
    if (/^(?:--import|--require|-r|--loader|--experimental-loader|--conditions|-C)$/.test(word) && next !== undefined)
      options.push(word, next);
    else if (/^--(?:import|require|loader|experimental-(?!test)[\w-]+|conditions|env-file[\w-]*)(?:=.*)?$/.test(word))
      options.push(word);
  }
  return options;
}

function readPackage(text: string): Package {
  const value = parse(text);
  const record = (key: string): Readonly<Record<string, unknown>> => (isRecord(value[key]) ? value[key] : {});
  return {
    scripts: Object.values(record('scripts')).filter((script) => typeof script === 'string'),
    dependencies: new Set(['dependencies', 'devDependencies'].flatMap((key) => Object.keys(record(key)))),
    keys: value,
  };
}

function parse(text: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
