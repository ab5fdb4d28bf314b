import type { ReportItem } from '../model/report.ts';
import { readCargoMessage, readLauncherNote } from './cargo-line.ts';
import type { LauncherNote } from './cargo-line.ts';
import { caseOf, missingTarget, startTarget, targetId } from './cargo-targets.ts';
import type { TargetNote } from './cargo-targets.ts';
import type { LineReader } from './framework.ts';
import { createKeptText } from './kept-text.ts';
import type { KeptText } from './kept-text.ts';
import { anError } from './made-case.ts';

interface Listing {
  readonly note: TargetNote;
  readonly doc: boolean;
  readonly names: string[];
  readonly said: KeptText;
  /** The first error of the compiler. */
  error: string | null;
}

/** Reads the lines that `plugins/cargo-test.mjs --list` leaves: a case for each test whose name is wanted, an error for each target that cannot be built. */
export function readCargoList(isWanted: (name: string) => boolean): LineReader {
  const targets = new Map<string, TargetNote>();
  const failed = new Set<string>();
  let listing: Listing | null = null;
  let [whole, torn] = [false, false];
  const handle = (note: LauncherNote): readonly ReportItem[] => {
    switch (note.runner) {
      case 'target':
        targets.set(note.note.src, note.note);
        return [];
      case 'missing':
        return [missingTarget(note.file)];
      case 'list': {
        const target = targets.get(note.src);
        if (target !== undefined)
          listing = { note: target, doc: note.doc, names: [], said: createKeptText(), error: null };
        return [];
      }
      case 'exit': {
        const ended = listing;
        listing = null;
        if (ended === null || failed.has(ended.note.src)) return [];
        if (note.code === 0) return cases(ended, isWanted);
        failed.add(ended.note.src);
        return [failure(ended)];
      }
      case 'end':
        whole = true;
        return [];
    }
  };
  return {
    line(text) {
      if (text.startsWith('{"runner":')) {
        const note = readLauncherNote(text);
        torn ||= note === null;
        return note === null ? [] : handle(note);
      }
      if (listing !== null) keep(text, listing);
      return [];
    },
    end: () =>
      whole && !torn ? [] : [{ kind: 'damage', problem: 'cargo test was ended before it had listed everything' }],
  };
}

function keep(text: string, listing: Listing): void {
  if (text.startsWith('{"reason":')) {
    const { said } = readCargoMessage(text);
    if (said?.level.startsWith('error') !== true) return;
    listing.error ??= said.message;
    listing.said.add(said.rendered);
    return;
  }
  const name = /^(\S.*): test$/.exec(text)?.[1];
  if (name === undefined) listing.said.add(`${text}\n`);
  else listing.names.push(name);
}

function cases({ note, doc, names }: Listing, isWanted: (name: string) => boolean): readonly ReportItem[] {
  const id = targetId(note);
  const target = startTarget(doc ? `${id} (doc)` : id, note);
  return names.filter(isWanted).map((name) => caseOf(name, target, { status: 'skipped', skipReason: 'listed' }));
}

function failure({ note, said, error }: Listing): ReportItem {
  const details = said.read();
  const message = `could not be built: ${error ?? /^error.*/m.exec(details)?.[0] ?? 'see the details'}`;
  return anError(targetId(note), { file: note.file, type: 'build-failed', message, details });
}
