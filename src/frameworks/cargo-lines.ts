import type { ReportItem } from '../model/report.ts';
import { readCargoMessage, readLauncherNote } from './cargo-line.ts';
import type { LauncherNote } from './cargo-line.ts';
import { caseOf, endTarget, missingTarget, startTarget, targetId } from './cargo-targets.ts';
import type { RunningTarget, TargetNote } from './cargo-targets.ts';
import type { LineReader } from './framework.ts';
import { createKeptText } from './kept-text.ts';
import type { KeptText } from './kept-text.ts';
import { aCase, anError, aWord, buildFailure } from './made-case.ts';

interface Reading {
  /** By root. */
  readonly targets: Map<string, TargetNote>;
  /** Roots by name of the program that was built. */
  readonly programs: Map<string, string>;
  /** Errors of the compiler by root. */
  readonly broken: Map<string, { readonly name: string; readonly first: string; readonly rendered: KeptText }>;
  /** Roots of which something was told. */
  readonly told: Set<string>;
  readonly options: { readonly narrowed: boolean };
  said: KeptText;
  running: RunningTarget | null;
  /** Targets that this `cargo test` has started. */
  started: number;
  whole: boolean;
  /** A line cannot be read, so that what it said is lost. */
  torn: boolean;
  /** cargo was ended by a signal, which its launcher survived. */
  killed: boolean;
}

/** Of a test program, where none is known to run. */
const stray = /^test (?:result: (?:ok|FAILED)\. \d+ passed|\S+ \.\.\. (?:ok|FAILED)$)/;
const header = /^ +(?:Running (?:unittests )?(.+) \((.+)\)|Doc-tests (\S+))$/;
const result = /test (\S+(?: - (?:\S.* )?\(line \d+\))?)(?: - (?:should panic|compile fail|compile))? \.\.\. ?(.*)$/;

/** Reads the lines that `plugins/cargo-test.mjs` leaves: those of `cargo test`, its messages as JSON, and what it knows of the targets. */
export function readCargoLines(options: { readonly narrowed: boolean }): LineReader {
  const reading: Reading = {
    ...{ targets: new Map(), programs: new Map(), broken: new Map(), told: new Set(), options },
    ...{ said: createKeptText(), running: null, started: 0, whole: false, torn: false, killed: false },
  };
  return {
    line: (text) => handle(text, reading),
    end: () => [...endRunning(reading, !reading.whole), ...notRun(reading), ...damageOf(reading)],
  };
}

function damageOf({ whole, torn }: Reading): readonly ReportItem[] {
  if (!whole) return [{ kind: 'damage', problem: 'cargo test was ended before all of it had run' }];
  return torn ? [{ kind: 'damage', problem: 'a line about cargo test cannot be read, and what it said is lost' }] : [];
}

function handle(text: string, reading: Reading): readonly ReportItem[] {
  if (text.startsWith('{"runner":')) return handleNote(readLauncherNote(text), reading);
  if (text.startsWith('{"reason":') && reading.running === null) return handleMessage(text, reading);
  const started = header.exec(text);
  if (started !== null) return startNext(started, reading);
  // Whose results these are was not said, or cannot be read.
  if (reading.running?.summary !== null && stray.test(text)) reading.torn = true;
  if (reading.running === null) {
    reading.said.add(`${text}\n`);
    return [];
  }
  return handleOutput(text, reading.running);
}

function handleNote(note: LauncherNote | null, reading: Reading): readonly ReportItem[] {
  switch (note?.runner) {
    case undefined:
      reading.torn = true;
      return [];
    case 'target':
      reading.targets.set(note.note.src, note.note);
      return [];
    case 'missing':
      return [missingTarget(note.file)];
    case 'exit':
      reading.killed ||= note.killed;
      return endInvocation(note.code, reading);
    case 'end':
      reading.whole = true;
      return [];
    // Only of lists.
    case 'list':
      return [];
  }
}

function handleMessage(text: string, reading: Reading): readonly ReportItem[] {
  const { target, executable, said } = readCargoMessage(text);
  if (target === null) return [];
  if (executable !== null) reading.programs.set(baseName(executable), target.src);
  if (said?.level !== 'error' && said?.level !== 'error: internal compiler error') return [];
  const known = reading.broken.get(target.src);
  const broken = known ?? { name: target.name, first: said.message, rendered: createKeptText() };
  broken.rendered.add(said.rendered);
  reading.broken.set(target.src, broken);
  return [];
}

function startNext([, path = '', program = '', crate]: RegExpExecArray, reading: Reading): readonly ReportItem[] {
  const ended = endRunning(reading, false);
  const notes = [...reading.targets.values()];
  const doc = notes.find((note) => note.kind === 'lib' && note.crate === crate);
  const note = crate === undefined ? reading.targets.get(reading.programs.get(baseName(program)) ?? '') : doc;
  const id = note === undefined ? (crate ?? path) : targetId(note);
  if (note !== undefined) reading.told.add(note.src);
  reading.running = startTarget(crate === undefined ? id : `${id} (doc)`, note ?? null);
  reading.started += 1;
  return ended;
}

function handleOutput(text: string, target: RunningTarget): readonly ReportItem[] {
  const section = /^---- (\S.*) std(?:out|err) ----$/.exec(text)?.[1];
  if (section !== undefined) {
    target.section = section;
    target.outputs.set(section, createKeptText());
    return [];
  }
  if (target.summary !== null || target.due === null) {
    const due = /^running (\d+) tests?$/.exec(text)?.[1];
    if (due !== undefined) beginTests(Number(due), target);
  }
  const summary = /^test result: .*?(\d+) failed;/.exec(text);
  if (summary !== null) target.summary = { failed: target.failedBefore + Number(summary[1]) };
  if (summary !== null || text === 'failures:') target.section = null;
  if (target.section !== null) {
    target.outputs.get(target.section)?.add(`${text}\n`);
    return [];
  }
  const found = target.summary === null ? result.exec(text) : null;
  if (found?.[1] !== undefined) return handleResult(found[1], found[2] ?? '', target);
  const late = target.current === null ? null : /(?:^|.)(ok|FAILED|ignored(?:, .*)?)$/.exec(text)?.[1];
  if (target.current !== null && late != null) return handleResult(target.current, late, target);
  target.said.add(`${text}\n`);
  return [];
}

/** Since the edition of 2024, tests in documentation are run in two parts, each with a summary. */
function beginTests(due: number, target: RunningTarget): void {
  target.due = (target.due ?? 0) + due;
  target.failedBefore = target.summary?.failed ?? 0;
  target.summary = null;
}

function handleResult(name: string, how: string, target: RunningTarget): readonly ReportItem[] {
  target.current = name;
  if (!/^(?:ok|FAILED|ignored|bench: )/.test(how) && how !== '') target.said.add(`${how}\n`);
  const skipped = /^ignored(?:, (.*))?$/.exec(how);
  if (how !== 'FAILED' && how !== 'ok' && !how.startsWith('bench: ') && skipped === null)
    return [aWord('started', { name, className: target.id, file: target.note?.file ?? null })];
  target.current = null;
  target.reported += 1;
  if (how === 'FAILED') {
    // Why comes at the end, for all failed tests.
    target.failed.add(name);
    return [];
  }
  const skipReason = skipped === null ? null : (skipped[1] ?? 'ignored');
  return [caseOf(name, target, { status: skipped === null ? 'passed' : 'skipped', skipReason })];
}

function endRunning(reading: Reading, cut: boolean): readonly ReportItem[] {
  const { running } = reading;
  reading.running = null;
  return running === null ? [] : endTarget(running, { cut });
}

function endInvocation(code: number | null, reading: Reading): readonly ReportItem[] {
  const ended = endRunning(reading, reading.killed);
  if (reading.killed) return ended;
  const broken = [...reading.broken].flatMap(([src, { name, first, rendered }]) => {
    const note = reading.targets.get(src);
    // What needs a broken library is tried again, and fails for the same reason.
    if (reading.told.has(src)) return [];
    reading.told.add(src);
    const id = note === undefined ? name : targetId(note);
    const message = `could not be built: ${first}`;
    return anError(`${id} [build failed]`, {
      ...{ file: note?.file ?? null, type: buildFailure, message, details: rendered.read() },
    });
  });
  const details = reading.said.read();
  const silent = code !== 0 && reading.started === 0 && reading.broken.size === 0;
  const message = `cargo could not build or start the tests: ${/^error.*/m.exec(details)?.[0] ?? 'see the log'}`;
  Object.assign(reading, { said: createKeptText(), started: 0 });
  reading.broken.clear();
  const failed = silent
    ? [anError('cargo test [build failed]', { file: null, type: buildFailure, message, details })]
    : [];
  return [...ended, ...broken, ...failed];
}

/** Targets that were asked for and of which nothing was seen. */
function notRun({ targets, told, options, whole, killed }: Reading): readonly ReportItem[] {
  if (options.narrowed) return [];
  const missing = [...targets.values()].filter(({ src }) => !told.has(src));
  return missing.map((note) => {
    const [id, { file, features }] = [targetId(note), note];
    if (features.length > 0) {
      const skipReason = `not built: it needs the features ${features.join(', ')}`;
      return aCase({ name: id, className: id, file, status: 'skipped', skipReason });
    }
    if (!whole || killed) return aWord('collected', { name: id, className: id, file });
    const message = `${file} was not run: the build failed, or cargo was ended before`;
    return anError(`${id} [not run]`, { file, type: 'not-run', message, details: message });
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
