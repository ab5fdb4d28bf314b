// Runs `cargo test` on the targets whose root files are given, and only on these. What cargo prints of its tests does not say to which
// file they belong, nor which targets there should be; that is noted before.
// node cargo-test.mjs --lines=PATH [--list=true] [--keyword=REGEX] [--test=NAME]... -- FILES... -- cargo test FLAGS... [-- HARNESS ARGUMENTS...]

import { readFileSync, realpathSync } from 'node:fs';
import { relative } from 'node:path';
import { askTool, createJournal, leave, readCall, runTool, say } from './launcher.mjs';

const metadataFlags = /^--(offline|locked|frozen|manifest-path|config)(=|$)/;
const flagsWithValue = /^--(manifest-path|config)$/;
const optionOf = { test: '--test', bin: '--bin', example: '--example', bench: '--bench' };

const { options, files, command, rest } = readCall(process.argv.slice(2));
const journal = createJournal(options.get('lines')[0]);
const keyword = options.has('keyword') ? new RegExp(options.get('keyword')[0]) : null;
const tests = (options.get('test') ?? []).map((name) => name.replace(/ #\d+$/, ''));
const at = command.lastIndexOf('test');
// Roots of targets that could not be built.
const broken = new Set();
leave(await main());

async function main() {
  const found = listTargets();
  let result = { code: found.code, signal: found.signal };
  for (const target of found.asked ?? []) journal.note({ runner: 'target', ...target });
  for (const file of found.missing ?? []) journal.note({ runner: 'missing', file });
  if (options.has('list') && result.code === 0) result = await listTests(found.asked);
  const queue = result.code === 0 && !options.has('list') ? invocations(found) : [];
  for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
    const end = await cargoTest(next);
    if (result.code === 0 && result.signal === null) result = end;
    if (end.signal !== null) break;
    queue.push(...withoutBroken(next));
  }
  journal.note({ runner: 'end' });
  return result;
}

/** Which `cargo test` are needed, for which targets, each with the names of its tests; `null` = all. */
function invocations({ asked, packages }) {
  if (tests.length > 0) return byName(asked);
  const isWhole = ({ name, targets }) =>
    keyword === null &&
    targets.every(({ src }) => asked.some((target) => target.src === src && target.package === name));
  const names = new Set(packages.filter(isWhole).map(({ name }) => name));
  const whole = asked.filter((target) => names.has(target.package));
  const selection = [...names].flatMap((name) => ['-p', name]);
  return [
    ...(whole.length === 0 ? [] : [{ targets: whole, selection, names: null }]),
    ...perPackage(asked.filter((target) => !names.has(target.package))),
  ];
}

function perPackage(targets) {
  return [...new Set(targets.map((target) => target.package))].flatMap((name) => {
    const own = targets.filter((target) => target.package === name);
    const doc = own.filter(({ doctest }) => doctest && keyword === null);
    return [{ targets: own, selection: ['-p', name, ...own.flatMap(optionsOf)], names: keyword }, ...doc.map(docTests)];
  });
}

/** Documentation tests have blanks in their names, which cannot be asked for: then all of them run. */
function byName(asked) {
  const isDoc = (name) => /\(line \d+\)$/.test(name);
  const names = tests.filter((name) => !isDoc(name));
  return asked.flatMap((target) => [
    ...(names.length > 0
      ? [{ targets: [target], selection: ['-p', target.package, ...optionsOf(target)], names }]
      : []),
    ...(tests.some(isDoc) && target.doctest ? [docTests(target)] : []),
  ]);
}

function docTests(target) {
  return { targets: [target], selection: ['-p', target.package, '--doc'], names: null };
}

function optionsOf({ kind, name }) {
  return kind === 'lib' ? ['--lib'] : [optionOf[kind], name];
}

/** Cargo runs nothing when one target cannot be built; this is the rest, without what is broken and what needs it. */
function withoutBroken({ targets }) {
  const isBroken = ({ src, libSrc }) => broken.has(src) || broken.has(libSrc);
  if (!targets.some(({ src }) => broken.has(src)) || tests.length > 0) return [];
  return perPackage(targets.filter((target) => !isBroken(target)));
}

async function cargoTest({ selection, names }) {
  const argv = [...command, ...selection, '--', ...rest];
  const wanted = names instanceof RegExp ? await listNames(argv, names) : names;
  if (wanted !== null && wanted.code !== undefined) return wanted;
  const exact = wanted === null ? [] : ['--exact', ...wanted];
  const result = await runTool([...argv, ...exact], { merged: true, onLines: keep });
  journal.note({ runner: 'exit', ...result });
  return result;
}

/** The names that a regular expression matches; how cargo ended, where that was not well or there is no such name. */
async function listNames(argv, pattern) {
  const names = new Set();
  const result = await runTool([...argv, '--list', '--format=terse'], {
    merged: true,
    onLines: (lines) => {
      keep(lines.filter((line) => !/^ +Running |: (?:test|benchmark)$/.test(line)));
      for (const line of lines) {
        const name = /^(\S+): test$/.exec(line)?.[1];
        if (name !== undefined && pattern.test(name)) names.add(name);
      }
    },
  });
  if (result.code !== 0) journal.note({ runner: 'exit', ...result });
  return result.code !== 0 || names.size === 0 ? result : [...names];
}

/** Each target alone, so that it is known whose names come. A harness of its own would run its tests instead. */
async function listTests(asked) {
  let result = { code: 0, signal: null };
  const targets = asked.filter(({ harness, features }) => harness && features.length === 0);
  const lists = targets.flatMap((target) => [
    { target, doc: false, selection: ['-p', target.package, ...optionsOf(target)] },
    ...(target.doctest ? [{ doc: true, ...docTests(target), target }] : []),
  ]);
  for (const { target, doc, selection } of lists) {
    journal.note({ runner: 'list', src: target.src, doc });
    const argv = [...command, ...selection, '--', ...rest, '--list', '--format=terse'];
    const end = await runTool(argv, { merged: true, onLines: keep });
    journal.note({ runner: 'exit', ...end });
    if (result.code === 0) result = end;
    if (end.signal !== null) return end;
  }
  return result;
}

function keep(lines) {
  journal.lines(lines);
  say(lines.map(readable).join(''));
}

function readable(line) {
  if (!line.startsWith('{"reason":')) return `${line}\n`;
  try {
    const { target, message } = JSON.parse(line);
    if (message?.level.startsWith('error')) broken.add(target.src_path);
    return message?.rendered ?? '';
  } catch {
    return `${line}\n`;
  }
}

function listTargets() {
  const flags = command.slice(at + 1);
  const own = flags.filter((flag, index) => metadataFlags.test(flag) || flagsWithValue.test(flags[index - 1] ?? ''));
  const { code, signal, stdout } = askTool([
    ...command.slice(0, at),
    ...['metadata', '--no-deps', '--format-version=1'],
    ...own,
  ]);
  if (code !== 0) return { code, signal };
  const packages = JSON.parse(stdout).packages.map(describe);
  const targets = packages.flatMap((each) => each.targets);
  const asked = targets.filter(({ file }) => files.includes(file));
  const missing = files.filter((file) => !targets.some((target) => target.file === file));
  return { code, signal, packages, asked, missing };
}

function describe({ name, manifest_path, targets }) {
  // Cargo does not tell which targets have a harness of their own; they print what they like.
  const manifest = readFileSync(manifest_path, 'utf8');
  const ownHarness = /^\s*harness\s*=\s*false/m.test(manifest);
  const ownHarnesses = manifest.split(/^(?=\s*\[)/m).filter((section) => /^\s*harness\s*=\s*false/m.test(section));
  const libSrc = targets.find(({ kind }) => !Object.hasOwn(optionOf, kind[0]) && kind[0] !== 'custom-build')?.src_path;
  return {
    name,
    targets: targets
      .filter(({ test }) => test)
      .map((target) => ({
        package: name,
        name: target.name,
        kind: Object.hasOwn(optionOf, target.kind[0]) ? target.kind[0] : 'lib',
        crate: target.name.replaceAll('-', '_'),
        src: target.src_path,
        libSrc,
        file: relative(realpathSync('.'), realpathSync(target.src_path)).replaceAll('\\', '/'),
        doctest: target.doctest,
        features: target['required-features'] ?? [],
        ownHarness,
        harness: !ownHarnesses.some((section) => isSectionOf(section, target)),
      })),
  };
}

/** Whether a section of a manifest, such as `[[test]]`, is about the target. */
function isSectionOf(section, { name, kind }) {
  const [, table] = /^\s*\[+\s*([\w-]+)/.exec(section) ?? [];
  const [, named] = /^\s*name\s*=\s*["']([^"']+)["']/m.exec(section) ?? [];
  const isKind = Object.hasOwn(optionOf, table)
    ? kind.includes(table)
    : table === 'lib' && !Object.hasOwn(optionOf, kind[0]);
  return isKind && (named === undefined || named === name);
}
