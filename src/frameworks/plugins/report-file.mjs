// The JUnit file of one run, written case by case, so that a killed run leaves the cases it finished and no end.

import { closeSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { relative } from 'node:path';
import { footer, header, testcase } from './junit.mjs';

/**
 * Starts the report at `path`. Besides cases that stay, it takes cases that a retry or a late error may yet change: they stand at
 * the end of the file, where a killed run leaves them, until their `owner` is settled.
 */
export function openReport(path, framework) {
  const fd = openSync(path, 'w');
  /** Texts by key, by owner; in the order in which they came. */
  const open = new Map();
  let settled = 0;
  let size = 0;

  const append = (text) => {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done, bytes.length - done, size + done);
    size += bytes.length;
  };
  const rewrite = (text) => {
    size = settled;
    append(text);
    settled = size;
    append([...open.values()].flatMap((texts) => [...texts.values()]).join(''));
    ftruncateSync(fd, size);
  };
  rewrite(header(framework));
  return {
    case: (test) => rewrite(testcase(test)),
    /** A case that may change: the next one of its owner and key takes its place. */
    tentative(owner, key, test) {
      const texts = open.get(owner) ?? new Map();
      const replaces = texts.has(key);
      texts.set(key, testcase(test));
      open.set(owner, texts);
      if (replaces) rewrite('');
      else append(texts.get(key));
    },
    /** Forgets the tentative cases of an owner; with `keep` they stay as they are. */
    settle(owner, { keep }) {
      const texts = [...(open.get(owner)?.values() ?? [])];
      open.delete(owner);
      rewrite(keep ? texts.join('') : '');
    },
    /** Makes the report whole. */
    end() {
      const left = [...open.values()].flatMap((texts) => [...texts.values()]);
      open.clear();
      rewrite(left.join('') + footer());
      closeSync(fd);
    },
  };
}

/** A path as messages and class names have it. */
export function shortName(path) {
  return relative(process.cwd(), path);
}

/** What of a file failed outside its tests: `{type, message, details}`. */
export function fileError(path, problem) {
  const name = shortName(path);
  return { className: name, name, file: path, problems: [{ kind: 'error', ...problem }] };
}
