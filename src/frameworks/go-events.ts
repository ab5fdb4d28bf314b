import type { ReportItem } from '../model/report.ts';
import type { TestStatus } from '../model/test.ts';
import type { LineReader } from './framework.ts';
import { dueTests, firstFile, newPackage, newTest, pathOf, placeOf, topLevel } from './go-state.ts';
import type { GoPackage, GoTest, PackageNote } from './go-state.ts';
import { createKeptText } from './kept-text.ts';
import type { KeptText } from './kept-text.ts';
import { aCase, anError, aWord, buildFailure } from './made-case.ts';

/** A line of `go test -json`, or of our launcher (those with `runner`). */
interface GoEvent {
  readonly Action?: string;
  readonly Package?: string;
  readonly ImportPath?: string;
  readonly Test?: string;
  readonly Output?: string;
  readonly Elapsed?: number;
  readonly FailedBuild?: string;
  readonly runner?: 'package' | 'stderr' | 'exit' | 'end';
  readonly text?: string;
  /** By which go was ended. */
  readonly signal?: string | null;
}

interface Reading {
  readonly packages: Map<string, GoPackage>;
  readonly builds: Map<string, KeptText>;
  readonly stderr: KeptText;
  /** Tests may be left out by arguments of the suite's own, so that one that never ran says nothing. */
  readonly narrowed: boolean;
  whole: boolean;
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
    killed: false,
  };
  return {
    line: (text) => handle(parse(text), reading),
    end: () => [
      ...[...reading.packages.values()].filter(({ ended }) => !ended).flatMap((pkg) => leaveOpen(pkg, reading)),
      ...(reading.whole ? [] : [{ kind: 'damage' as const, problem: 'go test was ended before all of it had run' }]),
    ],
  };
}

function parse(text: string): GoEvent | PackageNote {
  if (!text.startsWith('{')) return { runner: 'stderr', text };
  try {
    return JSON.parse(text) as GoEvent | PackageNote;
  } catch {
    // The last line of a run that was killed.
    return {};
  }
}

function handle(event: GoEvent | PackageNote, reading: Reading): readonly ReportItem[] {
  if ('declared' in event) return notePackage(event, reading);
  if (event.runner === 'stderr') reading.stderr.add(`${event.text ?? ''}\n`);
  if (event.runner === 'exit' && typeof event.signal === 'string') reading.killed = true;
  if (event.runner === 'end') reading.whole = true;
  if (event.Action === 'build-output') keepBuild(event, reading);
  if (event.Package === undefined) return [];
  const pkg = packageOf(event.Package, reading);
  return event.Test === undefined ? packageEvent(event, pkg, reading) : testEvent(event, event.Test, pkg);
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

function keepBuild({ ImportPath: built = '', Output: output = '' }: GoEvent, reading: Reading): void {
  const kept = reading.builds.get(built) ?? createKeptText();
  reading.builds.set(built, kept);
  kept.add(output);
}

function testEvent(event: GoEvent, name: string, pkg: GoPackage): readonly ReportItem[] {
  const test = pkg.running.get(name) ?? newTest();
  pkg.running.set(name, test);
  pkg.seen.add(topLevel(name));
  const output = event.Output ?? '';
  switch (event.Action ?? '') {
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
      durationMs: Math.round((event.Elapsed ?? 0) * 1000),
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
  switch (event.Action ?? '') {
    case 'output':
      pkg.said.add(event.Output ?? '');
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
  if (event.FailedBuild !== undefined || /\[(?:build|setup) failed\]/.test(said)) {
    const details = reading.builds.get(event.FailedBuild ?? '')?.read() ?? reading.stderr.read();
    const message = `could not be built: ${firstLine(details, /^[^#\s].*/m) ?? 'see the log'}`;
    return [anError(`${pkg.name} [build failed]`, { file, type: buildFailure, message, details })];
  }
  const open = [...pkg.running].map(([name, test]) => brokenOff(name, test, pkg));
  pkg.running.clear();
  const unrun = notRun(pkg, reading);
  if (event.Action !== 'fail' || pkg.failed + open.length + unrun.length > 0) return [...open, ...unrun];
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
