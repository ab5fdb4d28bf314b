import { Document, isMap, isScalar, isSeq } from 'yaml';
import type { CatalogueEntry } from '../model/config.ts';
import type { DiscoveredSuite, Discovery } from '../model/discovery.ts';
import { plural } from '../base/text.ts';

/** What was found in a workspace, as the text of a config with the reasons in comments. */
export function writeDiscovery(
  discovery: Discovery,
  options: { readonly project: string; readonly schema: string; readonly catalogue: readonly CatalogueEntry[] },
): string {
  const document = new Document({
    version: 1,
    project: options.project,
    suites: Object.fromEntries(discovery.suites.map((suite) => [suite.name, suiteInput(suite)])),
    categories: Object.fromEntries(
      discovery.categories.map(({ name, tests }) => [
        name,
        { tests: tests.map(({ suite, files }) => ({ suite, ...(files === null ? {} : { files }) })) },
      ]),
    ),
  });
  const comment = (section: string, texts: ReadonlyMap<string, string>, heading: string): void => {
    const found = document.get(section, true);
    if (!isMap(found)) return;
    for (const { key, value } of found.items) {
      if (!isScalar(key)) continue;
      const text = texts.get(String(key.value));
      if (text !== undefined) key.commentBefore = ` ${text}`;
      if (isMap(value)) flow(value);
    }
    const own = isMap(document.contents)
      ? document.contents.items.find(({ key }) => isScalar(key) && key.value === section)
      : undefined;
    if (own !== undefined && isScalar(own.key)) {
      own.key.spaceBefore = true;
      own.key.commentBefore = ` ${heading}`;
    }
  };
  comment(
    'suites',
    new Map(discovery.suites.map((suite) => [suite.name, reason(suite)])),
    'How to run the tests: one framework in one folder each.',
  );
  const descriptions = new Map(options.catalogue.map(({ name, description }) => [name, description]));
  comment('categories', descriptions, 'What the tests are for; priorities, timeouts and order come with these names.');
  const notes = discovery.notes.map((note) => `# Not run: ${note}\n`).join('');
  return `# yaml-language-server: $schema=${options.schema}\n${document.toString({ lineWidth: 0, flowCollectionPadding: true, singleQuote: true })}${notes === '' ? '' : `\n${notes}`}${whatElse}`;
}

function suiteInput(suite: DiscoveredSuite): Readonly<Record<string, unknown>> {
  return {
    framework: suite.framework,
    ...(suite.cwd === '.' ? {} : { cwd: suite.cwd }),
    ...(suite.command === null ? {} : { command: suite.command }),
    ...(suite.args.length === 0 ? {} : { args: suite.args }),
    ...(suite.files === null ? {} : { files: suite.files }),
    ...(suite.exclude.length === 0 ? {} : { exclude: suite.exclude }),
    ...(Object.keys(suite.env).length === 0 ? {} : { env: suite.env }),
    ...(suite.junit === null ? {} : { junit: suite.junit }),
  };
}

function reason({ evidence, count }: DiscoveredSuite): string {
  return `${plural(count, 'test file')}, by ${evidence.join(', ')}`;
}

/** Lists of words stay on one line. */
function flow(node: unknown): void {
  if (isMap(node)) for (const { value } of node.items) flow(value);
  else if (isSeq(node)) {
    if (node.items.every((item) => isScalar(item))) node.flow = true;
    else for (const item of node.items) flow(item);
  }
}

const whatElse = `
# What the tests need, for example:
# services:
#   api:
#     process: { command: [node, server.mjs], env: { PORT: '\${port}' } }
#     port: auto
#     health: [{ http: { path: /health, status: 200 } }]
# and then in a category: needs: [api]
#
# Where they run besides here:
# environments:
#   staging: { env: { BASE_URL: https://staging.example.com }, timeoutFactor: 2 }
`;
