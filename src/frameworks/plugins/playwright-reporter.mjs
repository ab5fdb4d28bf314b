// A reporter for Playwright Test 1.40 and later: it tells of every test with its file and line, at once and in JUnit.

import { inspect } from 'node:util';
import { openReport, fileError, shortName } from './report.mjs';

export default class PlaywrightReporter {
  #report = openReport(process.env.RUNNER_PLAYWRIGHT_REPORT, 'playwright');
  #suite = null;

  onBegin(_config, suite) {
    this.#suite = suite;
    this.#report.stream.collected(suite.allTests().map(place));
  }

  onTestBegin(test) {
    this.#report.stream.started(test.id, place(test));
  }

  /** After each attempt of a test. */
  onTestEnd(test, result) {
    const isFinal = result.retry === test.retries || test.outcome() !== 'unexpected';
    this.#report.tentative(test.id, toCase(test, result), { isFinal });
  }

  /** What fails outside of the tests: a file that cannot be loaded, the set-up of the whole run. */
  onError(error) {
    const { message, details } = texts(error);
    // Told at the end, with the tests that were left out.
    if (message.startsWith('Testing stopped early after')) return;
    const file = error.location?.file;
    const problems = [{ kind: 'error', type: 'RunFailed', message, details }];
    if (file) this.#report.case(null, fileError(file, { type: 'FileFailed', message, details }));
    else this.#report.case(null, { className: 'playwright', name: message.split('\n')[0].slice(0, 200), problems });
  }

  onEnd({ status }) {
    const unrun = (this.#suite?.allTests() ?? []).filter((test) => test.results.length === 0);
    for (const test of unrun) this.#report.case(test.id, { ...place(test), skipped: 'not run' });
    if (unrun.length > 0) process.stderr.write('[runner] playwright was stopped before all tests had run\n');
    // Without its end the report is not whole, as the run is not.
    if (status !== 'interrupted') this.#report.end();
  }
}

function toCase(test, result) {
  const outcome = test.outcome();
  const failed = outcome === 'unexpected' || result.status === 'interrupted';
  const earlier = failed ? 'rerunFailure' : 'flakyFailure';
  return {
    ...place(test),
    durationMs: result.duration,
    skipped: outcome === 'skipped' && !failed ? skipReason(test) : null,
    problems: [
      ...(failed ? problems(test, result) : []),
      ...test.results
        .filter((attempt) => attempt !== result && attempt.errors.length > 0)
        .map((attempt) => problem(earlier, attempt.errors[0])),
    ],
    stdout: failed ? result.stdout.join('') : null,
    stderr: failed ? result.stderr.join('') : null,
  };
}

function problems(test, result) {
  const found = result.errors.map((error) => problem(kindOf(error), error));
  if (found.length > 0) return found;
  const message =
    result.status === 'interrupted'
      ? 'not run to its end: the run was interrupted'
      : `${result.status}, but was expected to be ${test.expectedStatus}`;
  return [{ kind: result.status === 'interrupted' ? 'error' : 'failure', type: result.status, message, details: '' }];
}

function problem(kind, error) {
  const { message, details } = texts(error);
  return { kind, type: /^(\w*Error)\b/.exec(message)?.[1] ?? 'Error', message, details };
}

function kindOf(error) {
  return /worker process exited unexpectedly/.test(error.message ?? '') ? 'error' : 'failure';
}

function texts(error) {
  const message = plain(error.message ?? inspect(error.value));
  return { message, details: [plain(error.stack ?? message), plain(error.snippet)].filter(Boolean).join('\n\n') };
}

/** Tests that were left out because something before them failed carry no annotation. */
function skipReason(test) {
  const found = test.annotations.find(({ type }) => type === 'skip' || type === 'fixme');
  return found ? found.description || found.type : 'not run';
}

function place(test) {
  const [, project, , ...titles] = test.titlePath();
  let suite = test.parent;
  while (suite.type !== 'file' && suite.parent) suite = suite.parent;
  // A test that a helper declares belongs to the file that called it.
  const file = suite.location?.file ?? test.location.file;
  const className = shortName(file);
  return {
    className: project ? `${className} [${project}]` : className,
    name: titles.join(' > '),
    file,
    line: test.location.file === file ? test.location.line : null,
  };
}

function plain(text) {
  return String(text ?? '').replace(/\u001B\[[0-9;]*m/g, '');
}
