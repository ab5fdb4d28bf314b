// A reporter for Jest 27 and later: JUnit with the file and line of every test, written as the tests end.

import { openReport, fileError, shortName } from './report-file.mjs';

const maxMessage = 4096;

export default class JestReporter {
  #report = openReport(process.env.RUNNER_JEST_REPORT, 'jest');
  #pattern;
  #bail;
  /** By path: what is known of each file that is running. */
  #files = new Map();

  constructor(globalConfig) {
    this.#bail = globalConfig.bail;
    // A run that only lists the tests leaves all out, and is told which are meant.
    const pattern = process.env.RUNNER_LIST ?? globalConfig.testNamePattern;
    this.#pattern = pattern ? new RegExp(pattern, 'i') : null;
  }

  // What Jest says of a single test names no project that could be relied on, and may come in another order than it happened.
  onTestCaseStart({ path }, start) {
    const file = this.#fileOf(path);
    // Jest runs a file anew, up to three times, when its worker left with a code; nothing else says so.
    if (file.first === start.fullName && [...file.running.keys()].some((name) => name !== file.first)) {
      this.#report.settle(path, { keep: false });
      file.counts.clear();
      file.running.clear();
    }
    file.first ??= start.fullName;
    file.running.set(start.fullName, start);
  }

  onTestCaseResult({ path }, result) {
    const file = this.#fileOf(path);
    file.running.delete(result.fullName);
    const name = JSON.stringify([result.ancestorTitles, result.title]);
    // A test that is tried again takes the place of its earlier result; another test of its name does not.
    const count = (file.counts.get(name) ?? 0) + ((result.invocations ?? 1) > 1 ? 0 : 1);
    file.counts.set(name, count);
    this.#report.tentative(path, `${name} ${count}`, toCase(path, result));
  }

  /** Only now is known what became of each test: retries and errors that come late change it. */
  onTestResult({ path, context }, testResult) {
    const project = context.config.displayName?.name;
    const results = testResult.testResults.filter((result) => !this.#isFilteredOut(result));
    const running = [...this.#fileOf(path).running.values()];
    this.#files.delete(path);
    // The results of a file are lost with its worker.
    const isLost = testResult.testResults.length === 0;
    this.#report.settle(path, { keep: isLost });
    for (const result of results) this.#report.case(toCase(path, result, project));
    const error = testResult.testExecError;
    const saysWhy = results.some(({ status }) => status === 'failed');
    if (!error && (saysWhy || !testResult.failureMessage)) return;
    const details = plain(testResult.failureMessage ?? error.stack ?? error.message);
    for (const start of isLost ? running : []) {
      this.#report.case({ ...toCase(path, start), problems: [problem('error', details)] });
    }
    if (isLost && running.length > 0) return;
    this.#report.case(fileError(path, { type: 'FileFailed', message: headline(details), details }));
  }

  onRunComplete(_contexts, results) {
    const error = results.runExecError;
    if (error) {
      const problems = [{ kind: 'error', type: 'RunFailed', message: error.message, details: error.stack }];
      this.#report.case({ className: 'jest', name: 'the run itself', problems });
    }
    // The bail of its config shows nowhere else: what it leaves out is simply absent.
    if (this.#bail && results.numFailedTests >= this.#bail) {
      process.stderr.write('[runner] jest was stopped before all tests had run\n');
    }
    // Without its end the report is not whole, as the run is not.
    if (!results.wasInterrupted) this.#report.end();
  }

  #fileOf(path) {
    if (!this.#files.has(path)) this.#files.set(path, { counts: new Map(), first: null, running: new Map() });
    return this.#files.get(path);
  }

  /** Jest shows tests that its name pattern leaves out as skipped. */
  #isFilteredOut({ status, fullName }) {
    return status === 'pending' && this.#pattern !== null && !this.#pattern.test(fullName);
  }
}

function toCase(path, result, project) {
  const retries = (result.retryReasons ?? []).map((reason) =>
    problem(result.status === 'failed' ? 'rerunFailure' : 'flakyFailure', reason),
  );
  return {
    className: project ? `${shortName(path)} [${project}]` : shortName(path),
    name: [...result.ancestorTitles, result.title].join(' > '),
    file: path,
    line: result.location?.line,
    durationMs: result.duration,
    skipped: skipReason(result.status),
    problems:
      result.status === 'failed' ? [problem('failure', result.failureMessages.join('\n\n')), ...retries] : retries,
  };
}

function skipReason(status) {
  if (status === undefined || status === 'passed' || status === 'failed') return null;
  return status === 'pending' || status === 'disabled' ? 'skipped' : status;
}

function problem(kind, text) {
  const details = plain(text);
  return { kind, type: /^(\w*Error)\b/.exec(details)?.[1] ?? 'Error', message: headline(details), details };
}

/** What a failure says before its stack begins. */
function headline(details) {
  return details
    .split(/\n\s+at /, 1)[0]
    .slice(0, maxMessage)
    .trim();
}

function plain(text) {
  return String(text ?? '').replace(/\u001B\[[0-9;]*m/g, '');
}
