// A reporter for Vitest 3 and later: it tells of every test with its file and line, at once and in JUnit.

import { realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import { openReport, fileError, shortName } from './report.mjs';

const outputKept = 16_384;

export default class VitestReporter {
  #report = openReport(process.env.RUNNER_VITEST_REPORT, 'vitest');
  #vitest = null;
  /** Absolute paths of the files asked for; `null` = everything. */
  #asked = null;
  #filters = [];
  #ran = new Set();
  #written = new Set();
  #output = new Map();

  onInit(vitest) {
    this.#vitest = vitest;
    for (const project of vitest.projects) this.#restrict(project);
  }

  /** Vitest runs every file whose path contains a filter; only those equal to one were asked for. */
  #restrict(project) {
    const glob = project.globTestFiles.bind(project);
    project.globTestFiles = async (filters = []) => {
      const found = await glob(filters);
      if (filters.length === 0) return found;
      this.#filters = filters.map((filter) => resolve(filter));
      this.#asked = new Set(this.#filters.flatMap(spellings));
      const isAsked = (file) => this.#asked.has(file);
      return {
        ...found,
        testFiles: found.testFiles.filter(isAsked),
        typecheckTestFiles: (found.typecheckTestFiles ?? []).filter(isAsked),
      };
    };
  }

  onTestRunStart(specifications) {
    for (const { moduleId } of specifications) {
      this.#ran.add(moduleId);
      if (this.#asked !== null && !this.#asked.has(moduleId)) {
        throw new Error(
          `vitest is about to run ${moduleId}, which was not asked for: this version of vitest is not supported`,
        );
      }
    }
  }

  onUserConsoleLog(log) {
    if (!log.taskId) return;
    const kept = this.#output.get(log.taskId) ?? { stdout: '', stderr: '' };
    if (kept[log.type].length < outputKept) kept[log.type] += log.content.slice(0, outputKept);
    this.#output.set(log.taskId, kept);
  }

  onTestModuleCollected(module) {
    const tests = [...module.children.allTests()].filter((test) => !this.#isFilteredOut(test));
    this.#report.stream.collected(tests.map((test) => place(module, test)));
  }

  onTestCaseReady(test) {
    if (!this.#isFilteredOut(test)) this.#report.stream.started(test.id, place(test.module, test));
  }

  onTestCaseResult(test) {
    this.#written.add(test.id);
    const result = test.result();
    const output = this.#output.get(test.id);
    this.#output.delete(test.id);
    if (result.state === 'skipped' && this.#isFilteredOut(test)) return;
    this.#report.case(test.id, {
      ...place(test.module, test),
      durationMs: test.diagnostic()?.duration,
      skipped: result.state === 'skipped' ? skipReason(test, result) : null,
      problems: problems(result, 'failure'),
      stdout: result.state === 'failed' ? output?.stdout : null,
      stderr: result.state === 'failed' ? output?.stderr : null,
    });
  }

  onTestSuiteResult(suite) {
    const errors = suite.errors();
    if (errors.length === 0) return;
    this.#report.case(suite.id, {
      ...place(suite.module, suite),
      problems: errors.map((error) => problem(error, 'error')),
    });
  }

  onTestModuleEnd(module) {
    const errors = module.errors();
    if (errors.length === 0) return;
    const name = className(module);
    const problems = errors.map((error) => problem(error, 'error'));
    this.#report.case(module.id, { className: name, name, file: module.moduleId, problems });
  }

  onTestRunEnd(modules, unhandledErrors, reason) {
    // The bail-out of its config shows nowhere else: the tests that it leaves out look skipped.
    if (reason === 'interrupted') process.stderr.write('[runner] vitest was interrupted before all tests had run\n');
    for (const module of modules) this.#unfinished(module, reason);
    for (const path of this.#neverRun()) {
      const message = `vitest does not take ${shortName(path)} for a test file: see test.include, test.exclude and test.dir in its config`;
      this.#report.case(path, fileError(path, { type: 'NotATestFile', message, details: '' }));
    }
    // Vitest itself passes then.
    const ignored = this.#vitest.config.dangerouslyIgnoreUnhandledErrors === true;
    for (const error of ignored ? [] : unhandledErrors) this.#report.case(null, unhandled(error));
    this.#report.end();
  }

  /** Tests of a worker that died have no result; they must not look as if they had passed. */
  #unfinished(module, reason) {
    for (const test of module.children.allTests()) {
      if (this.#written.has(test.id)) continue;
      const result = test.result();
      if (result.state !== 'pending') {
        this.onTestCaseResult(test);
        continue;
      }
      const message =
        reason === 'interrupted'
          ? 'not run to its end: the run was interrupted'
          : 'not run to its end: its worker died';
      const details = 'The log says more.';
      const problems = [{ kind: 'error', type: 'Unfinished', message, details }];
      this.#report.case(test.id, { ...place(module, test), problems });
    }
  }

  #neverRun() {
    return this.#filters.filter((file) => !spellings(file).some((path) => this.#ran.has(path)));
  }

  #isFilteredOut(test) {
    // A run that only lists the tests leaves all out, and is told which are meant.
    const list = process.env.RUNNER_LIST;
    const pattern = list === undefined ? this.#vitest.config.testNamePattern : list;
    if (!pattern) return false;
    const names = [test.fullName, test.fullName.split(' > ').join(' ')];
    return !names.some((fullName) => fullName.match(pattern));
  }
}

function place(module, { fullName, location }) {
  return { className: className(module), name: fullName, file: module.moduleId, line: location?.line };
}

function className(module) {
  const { name } = module.project;
  return name ? `${shortName(module.moduleId)} [${name}]` : shortName(module.moduleId);
}

/** A path as given and as it is without symbolic links: which of them vitest uses depends on its config. */
function spellings(path) {
  try {
    return [...new Set([path, realpathSync(path)])];
  } catch {
    return [path];
  }
}

function skipReason(test, result) {
  const { mode } = test.options;
  return result.note ?? (mode === 'skip' || mode === 'todo' ? mode : 'not run');
}

function problems(result, kind) {
  return result.state === 'failed' ? (result.errors ?? []).map((error) => problem(error, kind)) : [];
}

function problem(error, kind) {
  const details = [error.stack ?? `${error.name}: ${error.message}`, error.diff].filter(Boolean).join('\n\n');
  return { kind, type: error.name ?? 'Error', message: error.message ?? String(error), details };
}

function unhandled(error) {
  const kind = error.type ?? 'Unhandled Error';
  const path = error.VITEST_TEST_PATH;
  const test = {
    name: `${kind}: ${String(error.message).split('\n')[0].slice(0, 200)}`,
    problems: [problem(error, 'error')],
  };
  return { ...test, className: path ? shortName(path) : 'vitest', file: path };
}
