// Writes the generated files and the generated parts of the docs; with --check only says which are out of date.
import { readFileSync, writeFileSync } from 'node:fs';
import { catalogue } from '../src/categories/catalogue.ts';
import { writeDuration } from '../src/base/duration.ts';
import { goneFlags } from '../src/commands/old-flags.ts';
import { commandsOf, longName, options } from '../src/commands/options.ts';
import { resolveAliases } from '../src/commands/words.ts';
import { frameworks } from '../src/frameworks/index.ts';
import { oldCommandLines, oldFlags } from '../test/support/old-command-lines.ts';
import { sourceMessages } from '../test/support/source-messages.ts';
import { commandSection } from './command-section.mjs';
import { schemaText } from './generate-schema.mjs';
import { includeFiles } from './include-files.mjs';
import { code, table } from './markdown.mjs';
import { packageSection } from './package-section.mjs';
import { comparisonSection, numbersSection, performanceSection } from './performance-section.mjs';
import { faultSection, fuzzSection } from './reliability-section.mjs';
import { sampleJob } from './sample-job.mjs';

/** Path to the whole text of a generated file. */
const files = new Map([
  ['schema.json', await schemaText()],
  ['test/fixtures/error-messages.json', errorMessages()],
  ['examples/ci/kubernetes/job.yaml', sampleJob()],
]);
for (const [path, sections] of Object.entries({
  'docs/command-line.md': { commands: commandSection(), options: optionTable() },
  'docs/categories.md': { catalogue: catalogueTable() },
  'docs/frameworks.md': { traits: frameworkTable() },
  'docs/migrating-from-unified-test-runner.md': {
    'command lines': oldCommandLineTable(),
    'accepted flags': keptFlagTable(),
    'refused flags': goneFlagTable(),
  },
  'docs/reliability.md': { faults: faultSection(), fuzz: fuzzSection() },
  'docs/performance.md': { results: performanceSection() },
  'docs/why-not.md': { measured: comparisonSection() },
  'README.md': { numbers: numbersSection() },
  'docs/distributed.md': {},
  'docs/api.md': {},
  'docs/package.md': { sizes: packageSection() },
})) {
  files.set(path, includeFiles(fillSections(path, readFileSync(path, 'utf8'), sections), textOf));
}

const stale = [...files].filter(([path, text]) => readOrNull(path) !== text);
if (process.argv.includes('--check')) {
  for (const [path] of stale) console.error(`${path} is out of date: run npm run generate`);
  process.exit(stale.length === 0 ? 0 : 1);
}
for (const [path, text] of stale) {
  writeFileSync(path, text);
  console.log(`wrote ${path}`);
}

/** As it will be once everything is written. */
function textOf(path) {
  return files.get(path) ?? readFileSync(path, 'utf8');
}

function readOrNull(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

/** Replaces what stands between `<!-- generated: name -->` and `<!-- end -->`. */
function fillSections(path, text, sections) {
  let filled = text;
  for (const [name, section] of Object.entries(sections)) {
    const pattern = new RegExp(`(<!-- generated: ${name} -->\n)[^]*?(<!-- end -->)`);
    if (!pattern.test(filled)) throw new Error(`${path} has no section "generated: ${name}"`);
    filled = filled.replace(pattern, (_, start, end) => `${start}\n${section}\n\n${end}`);
  }
  return filled;
}

/** A row for each message in the source, with the command line that its row had. */
function errorMessages() {
  const before = JSON.parse(readOrNull('test/fixtures/error-messages.json') ?? '[]');
  const rows = sourceMessages().map(({ file, message, hint }) => {
    const had = before.findIndex((row) => row.file === file && row.message === message);
    const [{ line } = {}] = had === -1 ? [] : before.splice(had, 1);
    return { file, message, hint, ...(line === undefined ? {} : { line }) };
  });
  return `${JSON.stringify(rows, null, 2)}\n`;
}

function optionTable() {
  const rows = options.map((option) => [
    option.group.replace(':', ''),
    [code(option.flags), ...(option.aliases ?? []).map(code)].join(' '),
    option.description + (option.choices === undefined ? '' : ` (${option.choices.join(', ')})`),
    commandsOf(option).join(', '),
  ]);
  return table(['group', 'option and other spellings', 'meaning', 'commands'], rows);
}

function catalogueTable() {
  const rows = catalogue.map((entry) => [
    code(entry.name),
    entry.description,
    entry.priority,
    writeDuration(entry.timeoutMs),
    entry.dependsOn.map(code).join(' '),
    entry.conflicts.map(code).join(' '),
    entry.missingService,
  ]);
  return table(['category', 'for', 'priority', 'timeout', 'depends on', 'conflicts with', 'missing service'], rows);
}

function frameworkTable() {
  const yes = (can) => (can ? 'yes' : 'no');
  const rows = [...frameworks.values()].map((framework) => [
    code(framework.name),
    framework.defaultCommand === null ? 'none' : code(framework.defaultCommand.join(' ')),
    framework.defaultFiles.map(code).join(' '),
    yes(framework.ownWorkers),
    yes(framework.canFilterByKeyword),
    yes(framework.canFilterByMarkers),
    yes(framework.canSelectTests),
    yes(framework.reportsEveryFile),
    framework.collect === undefined ? 'files' : 'tests',
    yes(framework.coverage !== undefined),
  ]);
  return table(
    [
      'framework',
      'default command',
      'default files',
      'own workers',
      '`-k`',
      '`-m`',
      '`file::test`',
      'every file is checked',
      '`list tests`',
      '`--coverage`',
    ],
    rows,
  );
}

function oldCommandLineTable() {
  const rows = oldCommandLines.map(({ uses, words, outcome }) => {
    const now = resolveAliases(words.split(' ')).map((word) => (word.includes('*') ? `"${word}"` : word));
    return [String(uses), code(words), typeof outcome === 'string' ? prose(outcome) : code(`runner ${now.join(' ')}`)];
  });
  return table(['uses', 'then', 'now'], rows);
}

function keptFlagTable() {
  const rows = oldFlags.flatMap((flag) => {
    const option = options.find((candidate) => longName(candidate) === flag || candidate.aliases?.includes(flag));
    return option === undefined ? [] : [[code(flag), code(longName(option)), option.description]];
  });
  const commands = oldFlags.flatMap((flag) => {
    const [first, ...rest] = resolveAliases([flag]);
    return rest.length === 0 ? [] : [[code(flag), code(`runner ${first} ${rest.join(' ')}`), '']];
  });
  return table(['old flag, still accepted', 'name', 'meaning'], [...rows, ...commands]);
}

function goneFlagTable() {
  const rows = goneFlags.map(({ flag, short, instead }) => [
    [flag, ...(short === undefined ? [] : [short])].map(code).join(' '),
    prose(instead),
  ]);
  return table(['old flag, refused', 'what the refusal says'], rows);
}

/** Angle brackets would be taken for HTML. */
function prose(text) {
  return text.replaceAll('<', '\\<');
}
