import { basename, join } from 'node:path';
import { plural } from '../base/text.ts';
import { catalogue } from '../categories/catalogue.ts';
import type { ConfigFile } from '../config/read-file.ts';
import { writeDiscovery } from '../config/write-discovery.ts';
import { discover, lookedFor } from '../discovery/discover.ts';
import { NothingSelectedError } from '../errors.ts';
import { frameworks } from '../frameworks/index.ts';
import type { Discovery } from '../model/discovery.ts';
import { findWorkspaceRoot, listWorkspace } from '../workspace/listing.ts';

/** The config that a workspace would have, made from its files. */
export interface DiscoveredConfig extends ConfigFile {
  readonly discovery: Discovery;
  /** Absolute. */
  readonly root: string;
  /** Root-relative files. */
  readonly files: readonly string[];
}

/**
 * Looks for the tests of the workspace around a folder.
 * @throws NothingSelectedError where there are none, with what was looked for
 */
export async function discoverConfig(cwd: string): Promise<DiscoveredConfig> {
  const root = findWorkspaceRoot(cwd);
  const listing = await listWorkspace(root);
  const discovery = discover(listing, {
    frameworks: [...frameworks.values()],
    categories: catalogue.map(({ name }) => name),
  });
  if (discovery.suites.length === 0) throw nothingFound(root, listing.paths.length, discovery);
  const files = listing.paths;
  const schema = files.includes('package.json')
    ? './node_modules/unified-test-runner/schema.json'
    : 'https://unpkg.com/unified-test-runner/schema.json';
  const text = writeDiscovery(discovery, { project: basename(root) || 'project', schema, catalogue });
  const path = join(root, 'runner.config.yaml');
  return {
    path,
    name: 'what was found',
    text,
    originOf: (place) => originOf(place, discovery),
    discovery,
    root,
    files,
  };
}

/** One line on what is run without a config. */
export function describeDiscovery({ suites, notes }: Discovery): string {
  const kinds = [...new Set(suites.map(({ framework }) => framework))];
  const count = suites.reduce((sum, suite) => sum + suite.count, 0);
  const left = notes.length === 0 ? '' : `; not run: ${notes.join('; ')}`;
  return `there is no runner.config.yaml: found ${plural(count, 'test file')} in ${plural(suites.length, 'suite')} (${kinds.join(', ')})${left}; "runner init" writes this down`;
}

function originOf(path: readonly (string | number)[], { suites }: Discovery): string {
  const suite = path[0] === 'suites' ? suites.find(({ name }) => name === path[1]) : undefined;
  if (suite !== undefined) return `found: ${suite.evidence.join(', ')}`;
  return path[0] === 'categories' ? 'found: names of folders and files' : 'found';
}

const exampleConfig: readonly string[] = [
  'version: 1',
  'suites: { make: { framework: command, command: [make, test] } }',
  'categories: { unit: { tests: [{ suite: make }] } }',
];

function nothingFound(root: string, count: number, { notes }: Discovery): NothingSelectedError {
  return new NothingSelectedError(
    `there is no runner.config.yaml, and no tests were found in the ${plural(count, 'file')} of ${root}`,
    [
      'looked for, outside of vendored, generated and fixture folders:',
      ...lookedFor.map((line) => `  ${line}`),
      ...notes.map((note) => `left out: ${note}`),
      'for anything else write a runner.config.yaml with a suite of framework "command":',
      ...exampleConfig.map((line) => `  ${line}`),
    ].join('\n  '),
  );
}
