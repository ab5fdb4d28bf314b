import type { ReportItem } from '../model/report.ts';
import type { TestStatus } from '../model/test.ts';
import type { LineReader } from './framework.ts';
import { readGoLine } from './go-line.ts';
import type { GoEvent, GoLine } from './go-line.ts';
import { dueTests, firstFile, newPackage, newTest, pathOf, placeOf, topLevel } from './go-state.ts';
import type { GoPackage, GoTest, PackageNote } from './go-state.ts';
import { createKeptText } from './kept-text.ts';
import type { KeptText } from './kept-text.ts';
import { aCase, anError, aWord, buildFailure } from './made-case.ts';

interface Reading {
  readonly packages: Map<string, GoPackage>;
  readonly builds: Map<string, KeptText>;
  readonly stderr: KeptText;
  /** Tests may be left out by arguments of the suite's own, so that one that never ran says nothing. */
  readonly narrowed: boolean;
  whole: boolean;
  /** A line cannot be read, so that what it said is lost. */
  torn: boolean;
  /** go was ended by a signal, which its launcher survived. */
  killed: boolean;
}

/** Behind what was printed without a line break, too. */
const loggedLine = /(?:^|\s)[^\s:]+\.go:\d+: (.*)/m;

/** Reads the lines that `plugins/go-test.mjs` leaves: those of `go test -json` and what it knows of the packages. */
export function readGoEvents({ narrowed }: { readonly narrowed: boolean }): LineReader {
  const reading: Reading = {
    packages: new Map(),
    builds: new Map(),
    stderr: createKeptText(),
    narrowed,
    whole: false,
    torn: false,
    killed: false,
  };
  return {
    line: (text) => handle(readGoLine(text), reading),
    end: () => [
      ...[...reading.packages.values()].filter(({ ended }) => !ended).flatMap((pkg) => leaveOpen(pkg, reading)),
      ...damageOf(reading),
    ],
  };
}

function damageOf({ whole, torn }: Reading): readonly ReportItem[] {
  if (!whole) return [{ kind: 'damage', problem: 'go test was ended before all of it had run' }];
  return torn ? [{ kind: 'damage', problem: 'a line of go test cannot be read, and what it said is lost' }] : [];
}

function handle(line: GoLine, reading: Reading): readonly ReportItem[] {
  switch (line.kind) {
    case 'package':
      return notePackage(line.note, reading);
    case 'stderr':
      reading.stderr.add(`${line.text}\n`);
      return [];
    case 'exit':
      reading.killed ||= line.killed;
      return [];
    case 'end':
      reading.whole = true;
      return [];
    case 'torn':
      reading.torn = true;
      return [];
    case 'event':
      return handleEvent(line, reading);
  }
}

function handleEvent(event: GoEvent, reading: Reading): readonly ReportItem[] {
  if (event.action === 'build-output') keepBuild(event, reading);
  if (event.package === null) return [];
  const pkg = packageOf(event.package, reading);
  return event.test === null ? packageEvent(event, pkg, reading) : testEvent(event, event.test, pkg);
}

function notePackage(note: PackageNote, reading: Reading): readonly ReportItem[] {
  const pkg = newPackage(note.importPath, note);
  // Nothing of it is run, so no end of it will come.
  pkg.ended = note.selected?.length === 0;
  reading.packages.set(note.importPath, pkg);
  const reason = 'not part of the build here: its name or a build constraint in it says so';
  return [
    ...note.excluded.map((file) => {
      const path = pathOf(note, file);
      return aCase({ name: path, className: path, file: path, status: 'skipped', skipReason: reason });
    }),
    ...note.missing.map((file) => {
      const path = pathOf(note, file);
      const message = `${path} is not among the test files of its package: it is not there, or belongs to another module`;
      return anError(path, { file: path, type: 'not-run', message, details: message });
    }),
  ];
}

function keepBuild({ importPath, output }: GoEvent, reading: Reading): void {
  const built = importPath ?? '';
  const kept = reading.builds.get(built) ?? createKeptText();
  reading.builds.set(built, kept);
  kept.add(output);
}

function testEvent(event: GoEvent, name: string, pkg: GoPackage): readonly ReportItem[] {
  const test = pkg.running.get(name) ?? newTest();
  pkg.running.set(name, test);
  pkg.seen.add(topLevel(name));
  const { output } = event;
  switch (event.action ?? '') {
    case 'run':
      return [aWord('started', placeOf(name, pkg))];
    case 'output':
      if (/^\s*--- (?:PASS|FAIL|SKIP|BENCH): /.test(output)) test.saidEnd = true;
      else if (!/^=== (?:RUN|PAUSE|CONT|NAME) /.test(output)) test.output.add(output);
      return [];
    case 'pass':
    case 'bench':
      return endTest('passed', { name, test, pkg, event });
    case 'fail':
      return endTest('failed', { name, test, pkg, event });
    case 'skip':
      return endTest('skipped', { name, test, pkg, event });
    default:
      return [];
  }
}

interface EndedTest {
  readonly name: string;
  readonly test: GoTest;
  readonly pkg: GoPackage;
  readonly event: GoEvent;
}

function endTest(status: TestStatus, { name, test, pkg, event }: EndedTest): readonly ReportItem[] {
  pkg.running.delete(name);
  const parent = parentOf(name, pkg);
  if (parent !== undefined) {
    parent.children += 1;
    parent.failedChildren += status === 'failed' ? 1 : 0;
  }
  // Where a process leaves with 0 in the middle of a test, go calls that test passed.
  if (status === 'passed' && !test.saidEnd) return [brokenOff(name, test, pkg)];
  const output = test.output.read();
  // A test of subtests is these, unless it failed by itself.
  if (test.children > 0 && (status !== 'failed' || (test.failedChildren > 0 && output.trim() === '')))
    return [aWord('ended', placeOf(name, pkg))];
  pkg.failed += status === 'failed' ? 1 : 0;
  return [
    aCase({
      ...placeOf(name, pkg),
      status,
      durationMs: event.elapsedMs,
      problems: status === 'failed' ? [{ kind: 'failure', ...describeFailure(output) }] : [],
      skipReason: status === 'skipped' ? reasonOf(output) : null,
    }),
  ];
}

/** A subtest's name may hold slashes of its own. */
function parentOf(name: string, { running }: GoPackage): GoTest | undefined {
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) {
    const parent = running.get(name.slice(0, at));
    if (parent !== undefined) return parent;
  }
  return undefined;
}

function packageEvent(event: GoEvent, pkg: GoPackage, reading: Reading): readonly ReportItem[] {
  switch (event.action ?? '') {
    case 'output':
      pkg.said.add(event.output);
      return [];
    case 'pass':
    case 'fail':
    case 'skip':
      return endPackage(event, pkg, reading);
    default:
      return [];
  }
}

function endPackage(event: GoEvent, pkg: GoPackage, reading: Reading): readonly ReportItem[] {
  pkg.ended = true;
  const said = pkg.said.read();
  const file = firstFile(pkg.note);
  if (event.failedBuild !== null || /\[(?:build|setup) failed\]/.test(said)) {
    const details = reading.builds.get(event.failedBuild ?? '')?.read() ?? reading.stderr.read();
    const message = `could not be built: ${firstLine(details, /^[^#\s].*/m) ?? 'see the log'}`;
    return [anError(`${pkg.name} [build failed]`, { file, type: buildFailure, message, details })];
  }
  const open = [...pkg.running].map(([name, test]) => brokenOff(name, test, pkg));
  pkg.running.clear();
  const unrun = notRun(pkg, reading);
  if (event.action !== 'fail' || pkg.failed + open.length + unrun.length > 0) return [...open, ...unrun];
  const details = `${said}${reading.stderr.read()}`;
  const message = `failed outside its tests: ${firstLine(details, /^(?:panic: |fatal error: ).*/m) ?? firstLine(details, /^(?!FAIL).*\S.*/m) ?? 'see the log'}`;
  return [anError(`${pkg.name} [failed]`, { file, type: 'package-failed', message, details })];
}

/** A package whose end never came. Where go or its launcher was ended, what it was running has begun, and the rest was to be run. */
function leaveOpen(pkg: GoPackage, reading: Reading): readonly ReportItem[] {
  pkg.ended = true;
  // go does not tell the end of a process that leaves with 0 in the middle of a test.
  if (reading.whole && !reading.killed)
    return [...[...pkg.running].map(([name, test]) => brokenOff(name, test, pkg)), ...notRun(pkg, reading)];
  return missing(pkg, reading).flatMap(({ tests }) => tests.map((name) => aWord('collected', placeOf(name, pkg))));
}

/** Test functions that should have been started and were not, by file. */
function missing(
  { note, seen }: GoPackage,
  { narrowed }: Reading,
): readonly { readonly file: string; readonly tests: readonly string[]; readonly of: number }[] {
  if (note === null || narrowed) return [];
  const due = new Set(dueTests(note));
  return Object.entries(note.declared).flatMap(([name, declared]) => {
    const own = declared.flatMap(([test]) => (due.has(test) ? [test] : []));
    const tests = own.filter((test) => !seen.has(test));
    return tests.length === 0 ? [] : [{ file: pathOf(note, name), tests, of: own.length }];
  });
}

function notRun(pkg: GoPackage, reading: Reading): readonly ReportItem[] {
  return missing(pkg, reading).map(({ file, tests, of }) => {
    const names = tests.slice(0, 3).join(', ') + (tests.length > 3 ? ` and ${tests.length - 3} more` : '');
    const message = `${tests.length} of ${of} tests never ran: ${names}. The process of the package ended before, or its TestMain did not run them`;
    const details = `${message}\n\n${tests.join('\n')}\n\n${pkg.said.read()}`;
    return anError(`${file} [not run]`, { file, type: 'not-run', message, details });
  });
}

function brokenOff(name: string, test: GoTest, pkg: GoPackage): ReportItem {
  pkg.running.delete(name);
  pkg.failed += 1;
  const message = 'did not end: its process ended, or was ended, while it ran';
  const details = `${message}\n${test.output.read()}`;
  return aCase({
    ...placeOf(name, pkg),
    status: 'error',
    problems: [{ kind: 'error', type: 'broke-off', message, details }],
  });
}

function describeFailure(output: string): {
  readonly type: string;
  readonly message: string;
  readonly details: string;
} {
  const panic = firstLine(output, /^panic: .*/m);
  const said = firstLine(output, loggedLine) ?? firstLine(output, /^.*\S.*/m);
  return { type: panic === null ? '' : 'panic', message: panic ?? said ?? 'failed without a message', details: output };
}

function reasonOf(output: string): string {
  return firstLine(output, loggedLine) ?? 'skipped';
}

function firstLine(text: string, pattern: RegExp): string | null {
  const found = pattern.exec(text);
  return found === null ? null : (found[1] ?? found[0]).trim();
}

function packageOf(name: string, { packages }: Reading): GoPackage {
  const known = packages.get(name);
  if (known !== undefined) return known;
  const created = newPackage(name, null);
  packages.set(name, created);
  return created;
}
