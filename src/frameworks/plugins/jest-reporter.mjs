// A reporter for Jest 27 and later: it tells of every test with its file and line, at once and in JUnit.

import { openReport, fileError, shortName } from './report.mjs';

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

  onTestFileStart({ path, context }) {
    const file = this.#fileOf(path);
    file.projects.push(projectOf(context));
    file.isShared ||= file.projects.length > 1;
  }

  // What Jest says of a single test names no project that could be relied on, and may come in another order than it happened.
  onTestCaseStart({ path }, start) {
    const file = this.#fileOf(path);
    // Jest runs a file anew, up to three times, when its worker left with a code; nothing else says so.
    if (file.first === start.fullName && [...file.running.keys()].some((name) => name !== file.first)) {
      file.numbers = createNumbers();
      file.told.clear();
      file.running.clear();
    }
    file.first ??= start.fullName;
    // What has failed is being tried again, as far as can be known.
    const last = file.numbers.last(start);
    const number = file.told.get(last)?.status === 'failed' ? last : file.numbers.next(start);
    file.running.set(start.fullName, { number, start });
    const [project] = file.projects;
    if (!file.isShared) this.#report.stream.started(idOf(path, project, number), toCase(path, start, project));
  }

  onTestCaseResult({ path }, result) {
    const file = this.#fileOf(path);
    file.running.delete(result.fullName);
    if (file.isShared || this.#isFilteredOut(result)) return;
    // A test that is tried again takes the place of its earlier result; another test of its name does not.
    const number = (result.invocations ?? 1) > 1 ? file.numbers.last(result) : file.numbers.take(result);
    const [project] = file.projects;
    const test = toCase(path, result, project);
    file.told.set(number, { status: result.status, test });
    const { stream } = this.#report;
    // Whether Jest will try it again is told by nothing.
    if (result.status === 'failed') stream.tentative(idOf(path, project, number), test);
    else stream.finished(idOf(path, project, number), test);
  }

  /** Only now is known what became of each test: retries and errors that come late change it. */
  onTestResult({ path, context }, testResult) {
    const project = projectOf(context);
    const file = this.#leave(path, project);
    const results = testResult.testResults.filter((result) => !this.#isFilteredOut(result));
    const numbers = createNumbers();
    for (const result of results) {
      this.#report.case(idOf(path, project, numbers.take(result)), toCase(path, result, project));
    }
    // The results of a file are lost with its worker.
    const isLost = testResult.testResults.length === 0;
    if (isLost) for (const [number, { test }] of file.told) this.#report.case(idOf(path, project, number), test);
    const error = testResult.testExecError;
    const saysWhy = results.some(({ status }) => status === 'failed');
    if (!error && (saysWhy || !testResult.failureMessage)) return;
    const details = plain(testResult.failureMessage ?? error.stack ?? error.message);
    const running = isLost ? [...file.running.values()] : [];
    for (const { number, start } of running) {
      const test = { ...toCase(path, start, project), problems: [problem('error', details)] };
      this.#report.case(idOf(path, project, number), test);
    }
    if (running.length > 0) return;
    this.#report.case(null, fileError(path, { type: 'FileFailed', message: headline(details), details }));
  }

  onRunComplete(_contexts, results) {
    const error = results.runExecError;
    if (error) {
      const problems = [{ kind: 'error', type: 'RunFailed', message: error.message, details: error.stack }];
      this.#report.case(null, { className: 'jest', name: 'the run itself', problems });
    }
    // The bail of its config shows nowhere else: what it leaves out is simply absent.
    if (this.#bail && results.numFailedTests >= this.#bail) {
      process.stderr.write('[runner] jest was stopped before all tests had run\n');
    }
    // Without its end the report is not whole, as the run is not.
    if (!results.wasInterrupted) this.#report.end();
  }

  #fileOf(path) {
    const fresh = { projects: [], isShared: false, numbers: createNumbers(), told: new Map() };
    if (!this.#files.has(path)) this.#files.set(path, { ...fresh, first: null, running: new Map() });
    return this.#files.get(path);
  }

  #leave(path, project) {
    const file = this.#fileOf(path);
    const at = file.projects.indexOf(project);
    if (at !== -1) file.projects.splice(at, 1);
    if (file.projects.length === 0) this.#files.delete(path);
    return file.isShared ? { told: new Map(), running: new Map() } : file;
  }

  /** Jest shows tests that its name pattern leaves out as skipped. */
  #isFilteredOut({ status, fullName }) {
    return status === 'pending' && this.#pattern !== null && !this.#pattern.test(fullName);
  }
}

/** Tells tests of one name apart by their order. */
function createNumbers() {
  const counts = new Map();
  const nameOf = ({ ancestorTitles, title }) => JSON.stringify([ancestorTitles, title]);
  const numbered = (test, more) => `${nameOf(test)} ${(counts.get(nameOf(test)) ?? 0) + more}`;
  return {
    last: (test) => numbered(test, 0),
    next: (test) => numbered(test, 1),
    take(test) {
      counts.set(nameOf(test), (counts.get(nameOf(test)) ?? 0) + 1);
      return numbered(test, 0);
    },
  };
}

function idOf(path, project, number) {
  return [path, project ?? '', number].join(' ');
}

function projectOf(context) {
  return context.config.displayName?.name;
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
