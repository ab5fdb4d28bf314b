// Runs `go test -json` on the packages of the given test files, and only the tests of these files. What go cannot say of its tests
// (in which file they are, which there should be) is noted before what it says.
// node go-test.mjs --lines=PATH [--list=true] [--coverage=PATH] [--keyword=REGEX] [--test=NAME]... -- FILES... -- go test FLAGS... [-- -args...]

import { readFileSync, realpathSync } from 'node:fs';
import { basename, join, posix, relative } from 'node:path';
import { measureCoverage } from './go-coverage.mjs';
import { askTool, createJournal, leave, readCall, runTool, say } from './launcher.mjs';

const maxPattern = 100_000;
const buildFlags = /^--?(tags|mod|modfile|overlay|race|msan|asan|compiler|buildvcs|C)(=|$)/;
const flagsWithValue = /^--?(tags|mod|modfile|overlay|compiler|C)$/;

const { options, files, command, rest } = readCall(process.argv.slice(2));
const journal = createJournal(options.get('lines')[0]);
const keyword = options.has('keyword') ? new RegExp(options.get('keyword')[0]) : null;
const tests = (options.get('test') ?? []).map((name) => name.replace(/ #\d+$/, ''));
leave(await main());

async function main() {
  const listed = listPackages();
  if (listed.code !== 0) {
    journal.note({ runner: 'end' });
    return listed;
  }
  for (const found of listed.packages) journal.note({ runner: 'package', ...found });
  const whole = listed.packages.filter(({ selected }) => selected === null);
  const partial = listed.packages.filter(({ selected }) => selected !== null && selected.length > 0);
  const names = tests.length > 0 ? tests : [...new Set(partial.flatMap(({ selected }) => selected))];
  const coverage = options.has('coverage') ? measureCoverage(options.get('coverage')[0], listCall()) : null;
  let result = { code: 0, signal: null };
  const runs = options.has('list')
    ? [[[...whole, ...partial], ['-list=.']]]
    : [[whole, []], ...patterns(names).map((pattern) => [partial, [`-run=${pattern}`]])];
  for (const [packages, run] of runs) {
    if (packages.length === 0) continue;
    const end = await goTest([
      ...command,
      ...(coverage?.arguments() ?? []),
      ...run,
      ...packages.map(({ dir }) => argument(dir)),
      ...rest,
    ]);
    if (result.code === 0 && result.signal === null) result = end;
    if (end.signal !== null) break;
  }
  if (result.signal === null)
    coverage?.write(listed.packages.map(({ importPath, dir }) => ({ importPath, Dir: join(process.cwd(), dir) })));
  journal.note({ runner: 'end' });
  return result;
}

async function goTest(argv) {
  const result = await runTool(argv, {
    merged: false,
    onLines: (lines, stream) => {
      journal.lines(stream === 'stdout' ? lines : lines.map((text) => JSON.stringify({ runner: 'stderr', text })));
      say(lines.map(readable).join(''));
    },
  });
  journal.note({ runner: 'exit', ...result });
  return result;
}

function readable(line) {
  if (!line.startsWith('{')) return `${line}\n`;
  try {
    return JSON.parse(line).Output ?? '';
  } catch {
    return `${line}\n`;
  }
}

function listPackages() {
  const dirs = [...new Set(files.map((file) => posix.dirname(file)))].sort();
  if (dirs.length === 0) return { code: 0, packages: [] };
  const fields = 'ImportPath,Dir,TestGoFiles,XTestGoFiles,IgnoredGoFiles';
  const list = [...listCall().goList, '-e', '-find', `-json=${fields}`, ...dirs.map(argument)];
  const { code, signal, stdout } = askTool(list);
  if (code !== 0) return { code, signal };
  const found = stdout === '' ? [] : JSON.parse(`[${stdout.trim().replace(/^\}\n\{/gm, '},{')}]`);
  const byDir = new Map(found.filter(({ Dir }) => Dir).map((each) => [folderOf(each), each]));
  return { code: 0, packages: dirs.map((dir) => describe(dir, byDir.get(dir) ?? { ImportPath: argument(dir) })) };
}

/** The words of `go list` that builds as `go test` does, and the flags of that. */
function listCall() {
  const at = command.lastIndexOf('test');
  const flags = command.slice(at + 1);
  const build = flags.filter((flag, index) => buildFlags.test(flag) || flagsWithValue.test(flags[index - 1] ?? ''));
  return { goList: [...command.slice(0, at), 'list', ...build], flags };
}

function folderOf({ Dir }) {
  return relative(realpathSync('.'), realpathSync(Dir)).replaceAll('\\', '/') || '.';
}

function describe(dir, { ImportPath: importPath, Dir, TestGoFiles = [], XTestGoFiles = [], IgnoredGoFiles = [] }) {
  const asked = files.filter((file) => posix.dirname(file) === dir).map((file) => basename(file));
  const declared = Object.fromEntries(
    [...TestGoFiles, ...XTestGoFiles].map((file) => [file, testsOf(join(Dir, file))]),
  );
  const excluded = asked.filter((file) => IgnoredGoFiles.includes(file));
  const missing = asked.filter((file) => !Object.hasOwn(declared, file) && !excluded.includes(file));
  const selected = select(declared, asked);
  return { importPath, dir, declared, excluded, missing, selected };
}

/** The names to run, or `null` for all that there are. */
function select(declared, asked) {
  const named = new Set(tests.map((test) => test.split('/')[0]));
  const left = Object.keys(declared).filter((file) => declared[file].length > 0 && !asked.includes(file));
  const some = asked.some((file) => Object.hasOwn(declared, file));
  if (keyword === null && named.size === 0 && left.length === 0) return some || asked.length === 0 ? null : [];
  const names = asked.flatMap((file) => (declared[file] ?? []).map(([name]) => name));
  return names.filter((name) => (keyword === null || keyword.test(name)) && (named.size === 0 || named.has(name)));
}

/** Name and line of each test function in a file, by the rules of go's own generator. */
function testsOf(path) {
  const blank = (text) => text.replace(/[^\n]/g, ' ');
  const source = readFileSync(path, 'utf8').replace(
    /`[^`]*`|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|\/\/[^\n]*|\/\*[^]*?\*\//g,
    blank,
  );
  const declarations = /^func\s+((?:Test|Fuzz|Example)(?!\p{Ll})[\p{L}\p{N}_]*)\s*\(([^)]*)\)/gmu;
  let line = 1;
  let at = 0;
  return [...source.matchAll(declarations)].flatMap(({ 1: name, 2: parameters, index }) => {
    line += source.slice(at, index).split('\n').length - 1;
    at = index;
    const fits = name.startsWith('Example')
      ? parameters.trim() === ''
      : /\*\s*(?:[\p{L}\p{N}_]+\.)?[TF]\s*,?\s*$/u.test(parameters);
    return fits ? [[name, line]] : [];
  });
}

/** As few regular expressions as fit into arguments of a length that every system takes. */
function patterns(names) {
  const parts = [[]];
  let length = 0;
  for (const name of names) {
    const pattern = name.split('/').map(exactly).join('/');
    length += pattern.length + 1;
    if (length > maxPattern) {
      parts.push([]);
      length = pattern.length;
    }
    parts.at(-1).push(pattern);
  }
  return parts.filter((part) => part.length > 0).map((part) => part.join('|'));
}

function exactly(part) {
  return `^${part.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&')}$`;
}

function argument(dir) {
  return dir === '.' ? '.' : `./${dir}`;
}
