import { statSync } from 'node:fs';
import { join } from 'node:path';
import { checkCycles } from './check-cycles.ts';
import { checkGuards } from './check-guards.ts';
import { checkMeaning } from './check-meaning.ts';
import { checkNames } from './check-names.ts';
import { checkQuarantine } from './check-quarantine.ts';
import { checkTemplates } from './check-templates.ts';
import { checkEnvironments } from './check-environments.ts';
import { checkLayers } from './check-layers.ts';
import { definedNames, problemAt, serviceDefinitions } from './check-context.ts';
import type { CheckContext } from './check-context.ts';
import type { Path } from './path.ts';
import { validate } from './issues.ts';
import type { Problem, Source } from './source.ts';

/** What a config says, as far as it can be used, and all that is wrong with it except for paths that are not there. */
export interface Examined {
  /** `null` when nothing of it can be used. */
  readonly context: CheckContext | null;
  readonly problems: readonly Problem[];
}

/** Holds a config against the schema, and then against itself: names, cycles, references, keys without effect. */
export function examine(source: Source, known: Pick<CheckContext, 'catalogue' | 'frameworks' | 'today'>): Examined {
  const { input, problems } = validate(source);
  if (input === null) return { context: null, problems };
  const context = { ...known, input, source, defined: definedNames(source) };
  const checks = [
    checkEnvironments,
    checkLayers,
    checkNames,
    checkCycles,
    checkMeaning,
    checkTemplates,
    checkQuarantine,
    checkGuards,
  ];
  return { context, problems: [...problems, ...checks.flatMap((check) => check(context))] };
}

/** Compose files that are not there. */
export function checkFiles(context: CheckContext, root: string): readonly Problem[] {
  return serviceDefinitions(context.input).flatMap(({ name, path, service: { docker } }) => {
    if (docker === undefined || docker.compose.includes('${')) return [];
    const kind = kindOf(join(root, docker.compose));
    if (kind === 'file') return [];
    const problem = kind === 'folder' ? 'which is a folder' : 'which does not exist';
    const message = `service "${name}" is in compose file "${docker.compose}", ${problem}`;
    return [problemAt(context, [...path, 'docker', 'compose'], { message })];
  });
}

/** Folders of suites and services that are not there. */
export function checkFolders(context: CheckContext, root: string): readonly Problem[] {
  const { input } = context;
  const uses: { readonly folder: string; readonly path: Path; readonly who: string }[] = [];
  for (const [name, { cwd, variants }] of Object.entries(input.suites)) {
    if (cwd !== undefined) uses.push({ folder: cwd, path: ['suites', name, 'cwd'], who: `suite "${name}"` });
    for (const [variant, { cwd: own }] of Object.entries(variants ?? {})) {
      const path = ['suites', name, 'variants', variant, 'cwd'];
      if (own !== undefined) uses.push({ folder: own, path, who: `variant "${variant}" of suite "${name}"` });
    }
  }
  for (const { name, path, service } of serviceDefinitions(input)) {
    if (service.process?.cwd !== undefined)
      uses.push({ folder: service.process.cwd, path: [...path, 'process', 'cwd'], who: `service "${name}"` });
  }
  return uses.flatMap(({ folder, path, who }) => {
    if (folder.includes('${')) return [];
    const kind = kindOf(join(root, folder));
    if (kind === 'folder') return [];
    const problem = kind === 'file' ? 'which is a file' : 'which does not exist';
    return [problemAt(context, path, { message: `${who} runs in folder "${folder}", ${problem}` })];
  });
}

function kindOf(path: string): 'folder' | 'file' | 'nothing' {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file';
  } catch {
    // A NUL in the path makes `stat` throw like a missing file does.
    return 'nothing';
  }
}
