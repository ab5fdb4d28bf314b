// The two things that a reporter leaves: the stream, which tells of each test at once, and the JUnit file, which is whole only at the end.

import { closeSync, openSync, writeSync } from 'node:fs';
import { relative } from 'node:path';
import { footer, header, testcase } from './junit.mjs';
import { openStream } from './stream.mjs';

/** Starts the report at `path`. */
export function openReport(path, framework) {
  const fd = openSync(path, 'w');
  const stream = openStream();
  /** Texts of cases that may change, in the order in which they first came. */
  const open = new Map();
  const append = (text) => {
    const bytes = Buffer.from(text);
    for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
  };
  append(header(framework));
  return {
    stream,
    /** A case that stays. */
    case(id, test) {
      stream.finished(id, test);
      append(testcase(test));
    },
    /** A case that a late error, or a retry if it is not final, may yet change: the next one of its id takes its place. */
    tentative(id, test, { isFinal = true } = {}) {
      if (isFinal) stream.finished(id, test);
      open.set(id, testcase(test));
    },
    /** Makes the report whole. */
    end() {
      append([...open.values(), footer()].join(''));
      closeSync(fd);
    },
  };
}

/** A path as messages and class names have it. */
export function shortName(path) {
  return path ? relative(process.cwd(), path) : '';
}

/** What of a file failed outside its tests: `{type, message, details}`. */
export function fileError(path, problem) {
  const name = shortName(path);
  return { className: name, name, file: path, problems: [{ kind: 'error', ...problem }] };
}
