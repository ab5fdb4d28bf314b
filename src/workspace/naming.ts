import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A test file that is longer was not written by hand. */
const mostBytes = 1024 * 1024;

/** Of more names than this, looking for each takes longer than cutting the text into words. */
const fewNames = 20;

/**
 * Those of `files` whose text names a changed one, as what imports it does, and those that name these in turn, each with the one that it
 * names. Without a parser for each language: rather one too many than one too few.
 */
export function findNaming(
  root: string,
  changed: ReadonlySet<string>,
  files: readonly string[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const texts = new Map(
    [...new Set(files)].filter((file) => !changed.has(file)).map((file) => [file, read(root, file)]),
  );
  let names = namesOf([...changed]);
  while (names.size > 0) {
    const added: string[] = [];
    for (const [file, text] of texts) {
      const named = findName(text, names);
      if (named === null) continue;
      found.set(file, named);
      added.push(file);
    }
    for (const file of added) texts.delete(file);
    names = namesOf(added);
  }
  return found;
}

/** By what others would name them: the last part of the path, of an `index` or `__init__` that of its folder. */
function namesOf(files: readonly string[]): ReadonlyMap<string, string> {
  return new Map(
    files.map((file) => {
      const steps = file.split('/');
      const name = (steps.at(-1) ?? '').replace(/\.[^.]*$/, '');
      return [/^(?:index|__init__|mod)$/.test(name) ? (steps.at(-2) ?? name) : name, file];
    }),
  );
}

/** `./helpers.test.js` names `helpers.test`, and `tests.test_base` names `test_base`. */
function findName(text: string, names: ReadonlyMap<string, string>): string | null {
  if (names.size <= fewNames && ![...names.keys()].some((name) => text.includes(name))) return null;
  for (const [word] of text.matchAll(/[\w$-][\w$.-]*/g)) {
    const found =
      names.get(word) ??
      names.get(word.replace(/\.[^.]*$/, '')) ??
      word.split('.').reduce<string | undefined>((before, part) => before ?? names.get(part), undefined);
    if (found !== undefined) return found;
  }
  return null;
}

function read(root: string, file: string): string {
  try {
    const path = join(root, file);
    return statSync(path).size > mostBytes ? '' : readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
