import type { TargetNote } from './cargo-targets.ts';
import { isFields, isTexts, readJsonLine, textOf } from './json-line.ts';
import type { Fields } from './json-line.ts';

/** What our launcher says beside what cargo prints. */
export type LauncherNote =
  | { readonly runner: 'target'; readonly note: TargetNote }
  | { readonly runner: 'missing'; readonly file: string }
  /** What follows is the list of the target's tests, or of those in its documentation. */
  | { readonly runner: 'list'; readonly src: string; readonly doc: boolean }
  | { readonly runner: 'exit'; readonly code: number | null; readonly killed: boolean }
  | { readonly runner: 'end' };

/** What cargo says of its build as JSON, as far as it is of use. */
export interface CargoMessage {
  readonly executable: string | null;
  readonly target: { readonly name: string; readonly src: string } | null;
  /** What the compiler says. */
  readonly said: { readonly level: string; readonly message: string; readonly rendered: string } | null;
}

/** The note of `plugins/cargo-test.mjs` that a line holds; `null` = it cannot be read, and nobody knows what it said. */
export function readLauncherNote(text: string): LauncherNote | null {
  const fields = readJsonLine(text) ?? {};
  const { runner, file, src, doc, code, signal } = fields;
  switch (runner) {
    case 'target': {
      const note = readTarget(fields);
      return note === null ? null : { runner, note };
    }
    case 'missing':
      return typeof file === 'string' ? { runner, file } : null;
    case 'list':
      return typeof src === 'string' ? { runner, src, doc: doc === true } : null;
    case 'exit':
      return { runner, code: typeof code === 'number' ? code : null, killed: typeof signal === 'string' };
    case 'end':
      return { runner };
    default:
      return null;
  }
}

/** Cargo's message in a line; what it lacks is `null`. */
export function readCargoMessage(text: string): CargoMessage {
  const { executable, target, message } = readJsonLine(text) ?? {};
  const isTarget = isFields(target) && typeof target['name'] === 'string' && typeof target['src_path'] === 'string';
  return {
    executable: textOf(executable),
    target: isTarget ? { name: String(target['name']), src: String(target['src_path']) } : null,
    said: isFields(message) ? readSaid(message) : null,
  };
}

function readSaid({ level, message, rendered }: Fields): CargoMessage['said'] {
  if (typeof level !== 'string' || typeof message !== 'string') return null;
  return { level, message, rendered: textOf(rendered) ?? message };
}

const kinds = ['lib', 'bin', 'test', 'example', 'bench'] as const;

function readTarget(fields: Fields): TargetNote | null {
  const { package: owner, name, crate, src, file, features } = fields;
  const kind = kinds.find((known) => known === fields['kind']);
  if (typeof owner !== 'string' || typeof name !== 'string' || kind === undefined) return null;
  if (typeof crate !== 'string' || typeof src !== 'string' || typeof file !== 'string' || !isTexts(features))
    return null;
  const [doctest, ownHarness] = [fields['doctest'] === true, fields['ownHarness'] === true];
  return { package: owner, name, kind, crate, src, file, doctest, features, ownHarness };
}
