import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Framework } from '../../src/frameworks/framework.ts';
import { framework as frameworkNamed } from './framework.ts';
import { workspaceWith } from './npm-tools.ts';
import type { NpmTools } from './npm-tools.ts';
import { repository, runFramework } from './run-framework.ts';
import type { FrameworkRun, RunFrameworkOptions } from './run-framework.ts';

/** Real runs of one framework in throw-away workspaces, which are gone after each test. */
export interface FrameworkWorkspaces {
  readonly framework: Framework;
  /** Makes a workspace of these files, or of a copy of a folder. */
  readonly make: (content: string | Readonly<Record<string, string>>) => string;
  readonly runIn: (root: string, options: Partial<RunFrameworkOptions>) => Promise<FrameworkRun>;
  /** On a copy of the framework's fixtures, with these files beside them. */
  readonly runFixtures: (
    options: Partial<RunFrameworkOptions>,
    beside?: Readonly<Record<string, string>>,
  ) => Promise<FrameworkRun>;
}

/** Prepares workspaces in which the given packages are installed; absent = those of this repository, `null` = none. */
export function workspacesOf(name: string, tools?: NpmTools | null): FrameworkWorkspaces {
  const made: string[] = [];
  afterEach(() => made.splice(0).forEach((path) => rmSync(path, { recursive: true, force: true })));
  const installed = tools === undefined ? { kind: 'ready' as const, modules: join(repository, 'node_modules') } : tools;
  const framework = frameworkNamed(name);
  const make: FrameworkWorkspaces['make'] = (content) => {
    const root = workspaceWith(installed, content);
    made.push(root);
    return root;
  };
  const runIn: FrameworkWorkspaces['runIn'] = (root, options) =>
    runFramework(framework, { root, pathPrefix: [join(root, 'node_modules/.bin')], ...options });
  return {
    framework,
    make,
    runIn,
    runFixtures(options, beside = {}) {
      const root = make(join(repository, 'test/fixtures/frameworks', name));
      for (const [path, text] of Object.entries(beside)) writeFileSync(join(root, path), text);
      return runIn(root, options);
    },
  };
}
