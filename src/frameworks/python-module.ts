/** Finds the files of dotted module names, whatever folder the names start from. */
export interface ModuleIndex {
  /** The file a dotted name lies in, and the parts of the name behind it (classes); `null` = in none of the files. */
  find(dotted: string): { readonly file: string; readonly rest: readonly string[] } | null;
}

/**
 * Knows each file by every ending of its dotted path: pytest's names start at its rootdir, which may be above or below the
 * suite's folder. Where two files share an ending, it is the shorter path's, because one rootdir encloses them both.
 */
export function moduleIndex(files: readonly string[]): ModuleIndex {
  const byEnding = new Map<string, string>();
  for (const file of files) {
    const parts = dottedParts(file);
    for (let start = 0; start < parts.length; start += 1) {
      const ending = parts.slice(start).join('.');
      const other = byEnding.get(ending);
      if (other === undefined || file.length < other.length) byEnding.set(ending, file);
    }
  }
  const found = new Map<string, ReturnType<ModuleIndex['find']>>();
  return {
    find(dotted) {
      const remembered = found.get(dotted);
      if (remembered !== undefined) return remembered;
      const result = search(dotted.split('.'), byEnding);
      found.set(dotted, result);
      return result;
    },
  };
}

function search(parts: readonly string[], byEnding: ReadonlyMap<string, string>): ReturnType<ModuleIndex['find']> {
  for (let start = 0; start < parts.length; start += 1) {
    for (let end = parts.length; end > start; end -= 1) {
      const file = byEnding.get(parts.slice(start, end).join('.'));
      if (file !== undefined) return { file, rest: parts.slice(end) };
    }
  }
  return null;
}

function dottedParts(file: string): readonly string[] {
  return file.replace(/\.py$/, '').split(/[/.]/);
}
