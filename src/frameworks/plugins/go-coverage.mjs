// Turns the coverage profiles of `go test` into one LCOV file: lines of files, where go has blocks of packages.

import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, posix } from 'node:path';
import { askTool } from './launcher.mjs';

/**
 * Says what `go test` needs to be told, and writes the report when each call of it has left a profile.
 * `goList` are the words of `go list` with the flags of the build, `flags` those of `go test`.
 */
export function measureCoverage(path, { goList, flags }) {
  const profiles = [];
  const packages = listModule(goList);
  // Without a module in the folder (a go.work above it) each package is measured by its own tests alone.
  const isChosen = flags.some((flag) => /^--?coverpkg(=|$)/.test(flag));
  const wide = packages.size === 0 || isChosen ? [] : ['-coverpkg=./...'];
  return {
    /** The arguments of one more call. */
    arguments() {
      profiles.push(`${path}.${profiles.length + 1}.out`);
      return [`-coverprofile=${profiles.at(-1)}`, ...wide];
    },
    /** `found` are further packages, each with its `importPath` and absolute `Dir`. */
    write(found) {
      if (profiles.some((profile) => !existsSync(profile))) return;
      for (const { importPath, Dir } of found) if (Dir) packages.set(importPath, Dir);
      const fresh = `${path}.tmp`;
      writeFileSync(fresh, toLcov(readProfiles(profiles), packages));
      renameSync(fresh, path);
    },
  };
}

function listModule(goList) {
  const { code, stdout } = askTool([...goList, '-e', '-find', '-f={{.ImportPath}}\t{{.Dir}}', './...']);
  const lines = code === 0 ? stdout.split('\n').filter((line) => line.includes('\t')) : [];
  return new Map(lines.map((line) => line.split('\t')));
}

/** Executions by block, for each file; one block is in the profile of every package whose tests were built with it. */
function readProfiles(profiles) {
  const files = new Map();
  for (const profile of profiles) {
    for (const line of readFileSync(profile, 'utf8').split('\n')) {
      const [, file, from, to, count] = /^(.+):(\d+)\.\d+,(\d+)\.\d+ \d+ (\d+)$/.exec(line) ?? [];
      if (file === undefined) continue;
      const blocks = files.get(file) ?? new Map();
      const key = /:([^:]+) \d+$/.exec(line)[1];
      const known = blocks.get(key)?.count ?? 0;
      blocks.set(key, { from: Number(from), to: Number(to), count: known + Number(count) });
      files.set(file, blocks);
    }
  }
  return files;
}

function toLcov(files, packages) {
  return [...files]
    .map(([file, blocks]) => {
      const dir = packages.get(posix.dirname(file));
      const lines = [...linesOf(blocks)].sort(([a], [b]) => a - b).map(([line, count]) => `DA:${line},${count}`);
      return ['TN:', `SF:${dir === undefined ? file : join(dir, posix.basename(file))}`, ...lines, 'end_of_record', ''];
    })
    .flat()
    .join('\n');
}

/** A line of several blocks was executed when one of them was. */
function linesOf(blocks) {
  const lines = new Map();
  for (const { from, to, count } of blocks.values()) {
    for (let line = from; line <= to; line += 1) lines.set(line, Math.max(lines.get(line) ?? 0, count));
  }
  return lines;
}
