import type { ReportItem } from '../model/report.ts';
import { caseOf, missingTarget, startTarget, targetId } from './cargo-targets.ts';
import type { TargetNote } from './cargo-targets.ts';
import type { LineReader } from './framework.ts';
import { createKeptText } from './kept-text.ts';
import type { KeptText } from './kept-text.ts';
import { anError } from './made-case.ts';

/** What cargo says of its build as JSON. */
interface CargoMessage {
  readonly message?: { readonly level: string; readonly message: string; readonly rendered: string | null };
}

/** A line of our launcher. */
type LauncherNote =
  | (TargetNote & { readonly runner: 'target' })
  | { readonly runner: 'missing'; readonly file: string }
  /** What follows is the list of the target's tests, or of those in its documentation. */
  | { readonly runner: 'list'; readonly src: string; readonly doc: boolean }
  | { readonly runner: 'exit'; readonly code: number | null }
  | { readonly runner: 'end' };

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
  let whole = false;
  const handle = (note: LauncherNote): readonly ReportItem[] => {
    switch (note.runner) {
      case 'target':
        targets.set(note.src, note);
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
        const note = parse(text) as LauncherNote | null;
        return note === null ? [] : handle(note);
      }
      if (listing !== null) keep(text, listing);
      return [];
    },
    end: () => (whole ? [] : [{ kind: 'damage', problem: 'cargo test was ended before it had listed everything' }]),
  };
}

function keep(text: string, listing: Listing): void {
  if (text.startsWith('{"reason":')) {
    const { message } = (parse(text) as CargoMessage | null) ?? {};
    if (message?.level.startsWith('error') !== true) return;
    listing.error ??= message.message;
    listing.said.add(message.rendered ?? message.message);
    return;
  }
  const name = /^(\S.*): test$/.exec(text)?.[1];
  if (name === undefined) listing.said.add(`${text}\n`);
  else listing.names.push(name);
}

/** `null` for the last line of a run that was killed. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
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
