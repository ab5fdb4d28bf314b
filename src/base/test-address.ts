import type { TestId } from '../model/test.ts';

/** How people name one test: `tests/test_login.py::TestUser::test_expired`. */
export interface TestAddress {
  /** Its root-relative file; where none is known, what the framework reports as its class, or else its suite. */
  readonly place: string;
  readonly name: string;
}

/** The two parts of `place::name`; `null` where one of them is missing. */
export function parseAddress(text: string): TestAddress | null {
  const at = text.indexOf('::');
  return at <= 0 || at + 2 === text.length ? null : { place: text.slice(0, at), name: text.slice(at + 2) };
}

/**
 * The address of a reported test, as its rerun command has it; `selector` is its framework's `file::test` for it. `null` for what stands for
 * a whole file rather than for a test.
 */
export function addressOf(
  { file, className, name }: TestId,
  { selector, suite }: { readonly selector: string | null; readonly suite: string },
): TestAddress | null {
  if (selector !== null) return parseAddress(selector);
  return parseAddress(`${file ?? (className === '' ? suite : className)}::${name}`);
}

/** Whether a name is the one that is written, in which `*` stands for any text; in time proportional to the length of both. */
export function matchesName(written: string, name: string): boolean {
  const [first = '', ...rest] = written.split('*');
  const last = rest.pop();
  if (last === undefined) return name === written;
  if (!name.startsWith(first) || name.length < first.length + last.length || !name.endsWith(last)) return false;
  let from = first.length;
  const end = name.length - last.length;
  for (const part of rest) {
    const at = name.indexOf(part, from);
    if (at === -1 || at + part.length > end) return false;
    from = at + part.length;
  }
  return true;
}
