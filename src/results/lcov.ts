/** What was executed of each file. Counts are of all processes together. */
export type Coverage = ReadonlyMap<string, FileCoverage>;

/** What was executed of one file. */
export interface FileCoverage {
  /** Executions by number of the line; lines without code are absent. */
  readonly lines: ReadonlyMap<number, number>;
  readonly functions: ReadonlyMap<string, { readonly line: number; readonly hits: number }>;
  /** By `line,block,branch`; `null` = the line was never reached. */
  readonly branches: ReadonlyMap<string, number | null>;
}

/** Adds reports in the LCOV format together. */
export interface CoverageSum {
  readonly files: Coverage;
  /** Reads one report line by line; its files are added as `rename` calls them, and left out where that is `null`. */
  read(rename?: (path: string) => string | null): LcovReader;
}

/** Reads one report. */
export interface LcovReader {
  line(text: string): void;
  /** What is wrong with it, `null` when it was whole; valid when no line comes any more. */
  end(): string | null;
}

interface OpenFile {
  readonly lines: Map<number, number>;
  readonly functions: Map<string, { readonly line: number; readonly hits: number }>;
  readonly branches: Map<string, number | null>;
}

/** Starts with no file. Its size depends on the code, not on the number of reports. */
export function createCoverageSum(): CoverageSum {
  const files = new Map<string, OpenFile>();
  const fileOf = (path: string): OpenFile => {
    const known = files.get(path);
    if (known !== undefined) return known;
    const fresh = { lines: new Map(), functions: new Map(), branches: new Map() };
    files.set(path, fresh);
    return fresh;
  };
  return { files, read: (rename = (path) => path) => createReader(fileOf, rename) };
}

function createReader(fileOf: (path: string) => OpenFile, rename: (path: string) => string | null): LcovReader {
  let open: OpenFile | null = null;
  let number = 0;
  let isInRecord = false;
  let problem: string | null = null;
  return {
    line(text) {
      number += 1;
      const [, key = '', value = ''] = /^([A-Z]+):(.*?)\r?$/s.exec(text) ?? [];
      if (key === 'SF') {
        if (isInRecord) problem ??= `line ${number} begins a file before the one above has ended`;
        isInRecord = true;
        const path = rename(value);
        open = path === null ? null : fileOf(path);
      } else if (/^end_of_record\r?$/.test(text)) {
        isInRecord = false;
        open = null;
      } else if (['DA', 'FN', 'FNDA', 'BRDA'].includes(key) && !addTo(open, key, value)) {
        problem ??= `line ${number} is no LCOV: ${text.slice(0, 80)}`;
      }
    },
    end: () => problem ?? (isInRecord ? 'it ends in the middle of a file' : null),
  };
}

/** `false` when the value cannot be read. */
function addTo(file: OpenFile | null, key: string, value: string): boolean {
  switch (key) {
    case 'DA': {
      const [, line, hits] = /^(\d+),(-?[\d.]+(?:e\+?\d+)?)(?:,.*)?$/.exec(value) ?? [];
      if (line === undefined) return false;
      file?.lines.set(Number(line), (file.lines.get(Number(line)) ?? 0) + Math.max(0, Number(hits)));
      return true;
    }
    case 'FN': {
      // The last line of the function may stand behind its first one.
      const [, line, name = ''] = /^(\d+),(?:\d+,)?(.*)$/.exec(value) ?? [];
      if (line === undefined) return false;
      file?.functions.set(name, { line: Number(line), hits: file.functions.get(name)?.hits ?? 0 });
      return true;
    }
    case 'FNDA': {
      const [, hits, name = ''] = /^(\d+),(.*)$/.exec(value) ?? [];
      if (hits === undefined) return false;
      const known = file?.functions.get(name) ?? { line: 0, hits: 0 };
      file?.functions.set(name, { ...known, hits: known.hits + Number(hits) });
      return true;
    }
    default: {
      const [, branch, taken] = /^(\d+,.+),(-|\d+)$/.exec(value) ?? [];
      if (branch === undefined) return false;
      const before = file?.branches.get(branch) ?? null;
      file?.branches.set(branch, taken === '-' ? before : (before ?? 0) + Number(taken));
      return true;
    }
  }
}

/** The report in the LCOV format, one file of the code after the other, sorted by path. */
export function* writeLcov(files: Coverage): Generator<string> {
  for (const [path, file] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) yield writeFile(path, file);
}

function writeFile(path: string, { lines, functions, branches }: FileCoverage): string {
  // A call whose function is not known where it is cannot be told.
  const known = [...functions].filter(([, { line }]) => line > 0);
  const executed = (counts: Iterable<number | null>): number => [...counts].filter((hits) => (hits ?? 0) > 0).length;
  return [
    ...['TN:', `SF:${path}`],
    ...known.map(([name, { line }]) => `FN:${line},${name}`),
    ...known.map(([name, { hits }]) => `FNDA:${hits},${name}`),
    ...(known.length === 0 ? [] : [`FNF:${known.length}`, `FNH:${executed(known.map(([, { hits }]) => hits))}`]),
    ...[...branches].map(([branch, taken]) => `BRDA:${branch},${taken ?? '-'}`),
    ...(branches.size === 0 ? [] : [`BRF:${branches.size}`, `BRH:${executed(branches.values())}`]),
    ...[...lines].sort(([a], [b]) => a - b).map(([line, hits]) => `DA:${line},${hits}`),
    ...[`LF:${lines.size}`, `LH:${executed(lines.values())}`, 'end_of_record', ''],
  ].join('\n');
}
