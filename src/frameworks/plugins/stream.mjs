// What happens in a framework, told while it happens: a line is a fact, and what was told outlives a kill of whoever told it.
// Plain JavaScript without dependencies: it is loaded by whatever Node runs the tests.

import { openSync, writeSync } from 'node:fs';
import { clean, cut, maxDetails, maxMessage, maxOutput } from './junit.mjs';

const problemKinds = { failure: 'failure', rerunFailure: 'failure', error: 'error', rerunError: 'error' };

/**
 * Tells of tests at `path`; tells nothing where there is none, or once it cannot be written. A test is what `testcase` takes. By its id,
 * which tells it from others of its name (`null` = it is no test), none is told to start or to end twice: what changes afterwards is left
 * to the report.
 */
export function openStream(path = process.env.RUNNER_STREAM) {
  let fd = null;
  const begun = new Set();
  const over = new Set();
  const tell = (kind, tests) => {
    if (!path || tests.length === 0) return;
    try {
      fd ??= openSync(path, 'a');
      writeAll(fd, tests.map((test) => `${JSON.stringify({ kind, case: toCase(test) })}\n`).join(''));
    } catch {
      // The report is written all the same.
      path = undefined;
    }
  };
  const failed = new Set();
  const tellEnd = (kind, id, test) => {
    if (over.has(id)) return;
    if (id !== null) over.add(id);
    tell(kind, [test]);
  };
  return {
    /** Tests that are going to run. */
    collected: (tests) => tell('collected', tests),
    started(id, test) {
      if (begun.has(id) || over.has(id)) return;
      begun.add(id);
      tell('started', [test]);
    },
    /** It failed, and may yet be tried again: `finished` has to follow. */
    tentative(id, test) {
      if (failed.has(id)) return;
      failed.add(id);
      tell('tentative', [test]);
    },
    finished: (id, test) => tellEnd('finished', id, test),
    /** What was collected or started is no case by itself: others stand for it. */
    ended: (id, test) => tellEnd('ended', id, test),
  };
}

function toCase(test) {
  const problems = (test.problems ?? []).flatMap(({ kind, type, message, details }) =>
    problemKinds[kind]
      ? [
          {
            kind: problemKinds[kind],
            type: clean(type),
            message: clean(cut(message, maxMessage)),
            details: clean(cut(details, maxDetails)),
          },
        ]
      : [],
  );
  const status = statusOf(test, problems);
  return {
    className: clean(test.className),
    name: clean(test.name),
    file: test.file ? clean(test.file) : undefined,
    line: test.line || undefined,
    durationMs: test.durationMs || undefined,
    status: status === 'passed' ? undefined : status,
    problems: problems.length === 0 ? undefined : problems,
    skipReason: status === 'skipped' ? clean(cut(test.skipped, maxMessage)) : undefined,
    stdout: test.stdout ? clean(cut(test.stdout, maxOutput)) : undefined,
    stderr: test.stderr ? clean(cut(test.stderr, maxOutput)) : undefined,
  };
}

function statusOf(test, problems) {
  if (problems.some(({ kind }) => kind === 'failure')) return 'failed';
  if (problems.length > 0) return 'error';
  return test.skipped == null ? 'passed' : 'skipped';
}

function writeAll(fd, text) {
  const bytes = Buffer.from(text);
  for (let done = 0; done < bytes.length;) done += writeSync(fd, bytes, done);
}
