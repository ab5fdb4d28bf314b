import type { ReportItem } from '../model/report.ts';
import type { LineReader } from './framework.ts';
import { readGoLine } from './go-line.ts';
import type { GoLine } from './go-line.ts';
import { newPackage, pathOf, placeOf } from './go-state.ts';
import type { PackageNote } from './go-state.ts';
import { createKeptText } from './kept-text.ts';
import type { KeptText } from './kept-text.ts';
import { aCase, anError } from './made-case.ts';

interface Listed {
  readonly note: PackageNote;
  /** What its test program printed: a name a line. */
  readonly said: KeptText;
  failed: boolean;
  /** What could not be built. */
  build: string | null;
}

/** Reads the lines that `plugins/go-test.mjs --list` leaves: a case for each test that go lists and one of the files declares. */
export function readGoList(): LineReader {
  const packages = new Map<string, Listed>();
  const builds = new Map<string, KeptText>();
  const stderr = createKeptText();
  let [whole, torn] = [false, false];
  const handle = (line: GoLine): void => {
    if (line.kind === 'package') {
      packages.set(line.note.importPath, { note: line.note, said: createKeptText(), failed: false, build: null });
    } else if (line.kind === 'stderr') stderr.add(`${line.text}\n`);
    else if (line.kind === 'end') whole = true;
    else if (line.kind === 'torn') torn = true;
    if (line.kind !== 'event') return;
    if (line.action === 'build-output' && line.importPath !== null) {
      const kept = builds.get(line.importPath) ?? createKeptText();
      builds.set(line.importPath, kept);
      kept.add(line.output);
    }
    const listed = packages.get(line.package ?? '');
    if (line.action === 'output') listed?.said.add(line.output);
    if (line.action === 'fail' && listed !== undefined) {
      listed.failed = true;
      listed.build = line.failedBuild;
    }
  };
  return {
    line(text) {
      handle(readGoLine(text));
      return [];
    },
    end: () => [
      ...[...packages.values()].flatMap((listed) => [
        ...missingFiles(listed.note),
        ...(listed.failed ? failures(listed, builds.get(listed.build ?? '')?.read() ?? stderr.read()) : cases(listed)),
      ]),
      ...(whole && !torn
        ? []
        : [{ kind: 'damage' as const, problem: 'go test was ended before it had listed everything' }]),
    ],
  };
}

function missingFiles(note: PackageNote): readonly ReportItem[] {
  return note.missing.map((file) => {
    const path = pathOf(note, file);
    const message = `${path} is not among the test files of its package: it is not there, or belongs to another module`;
    return anError(path, { file: path, type: 'not-run', message, details: message });
  });
}

function cases({ note, said }: Listed): readonly ReportItem[] {
  const pkg = newPackage(note.importPath, note);
  const listed = new Set(said.read().split('\n'));
  return wantedNames(note)
    .filter((name) => listed.has(name))
    .map((name) => aCase({ ...placeOf(name, pkg), status: 'skipped', skipReason: 'listed' }));
}

/** A package that cannot be built has none of its files collected. */
function failures({ note, said }: Listed, build: string): readonly ReportItem[] {
  const wanted = new Set(wantedNames(note));
  const files = Object.entries(note.declared).filter(([, tests]) => tests.some(([name]) => wanted.has(name)));
  const details = `${build}${said.read()}`.trim();
  const message = `its package cannot be built or listed: ${/^(?!#).*\S.*/m.exec(details)?.[0].trim() ?? 'see the details'}`;
  return files.map(([file]) => {
    const path = pathOf(note, file);
    return anError(path, { file: path, type: 'build-failed', message, details });
  });
}

function wantedNames({ selected, declared }: PackageNote): readonly string[] {
  return selected ?? Object.values(declared).flatMap((tests) => tests.map(([name]) => name));
}
