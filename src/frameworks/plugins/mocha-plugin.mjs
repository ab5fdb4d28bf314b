// A plugin for Mocha 10 and later, loaded by --require: a reporter that tells of the tests as they run, and a loader that runs
// exactly the files asked for, the others too when one of them cannot be loaded.

import { realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, resolve } from 'node:path';
import { inspect } from 'node:util';
import { openReport, fileError, shortName } from './report.mjs';

/** Of files that could not be loaded. */
const broken = [];
const Mocha = findMocha();
if (Mocha !== null && !isWorker()) loadFileByFile(Mocha);

class MochaReporter {
  #report = openReport(process.env.RUNNER_MOCHA_REPORT, 'mocha');
  #runner;
  /** What was said of each test so far; a test may fail after it has passed. */
  #tests = new Map();

  constructor(runner, options) {
    this.#runner = runner;
    const Spec = Mocha?.reporters?.Spec;
    if (Spec) new Spec(runner, options);
    for (const { file, error } of broken) this.#brokenFile(file, error);
    // In parallel mode there is nothing to be seen yet, and a file's tests are told of together when it has ended.
    runner.once('start', () => this.#report.stream.collected(this.#asked(runner.suite)));
    runner.on('test', (test) => this.#report.stream.started(this.#about(test).id, place(test)));
    runner.on('pass', (test) => this.#tell(test, {}));
    runner.on('pending', (test) => this.#tell(test, { skipped: 'skipped' }));
    runner.on('retry', (test, error) => this.#about(test).retries.push(error));
    runner.on('fail', (test, error) => this.#tell(test, { error }));
    runner.once('end', () => this.#end());
  }

  #about(test) {
    const first = firstAttempt(test);
    if (!this.#tests.has(first))
      this.#tests.set(first, { id: this.#tests.size, isTold: false, errors: [], retries: [] });
    return this.#tests.get(first);
  }

  #tell(test, { error, skipped }) {
    const known = this.#about(test);
    known.isTold = true;
    if (error !== undefined) known.errors.push(error);
    const failed = known.errors.length > 0;
    const kind = test.type === 'hook' ? 'error' : 'failure';
    this.#report.tentative(known.id, {
      ...place(test),
      durationMs: test.duration,
      skipped: failed ? null : skipped,
      problems: [
        ...known.errors.map((error) => problem(kind, error)),
        ...known.retries.map((error) => problem(failed ? 'rerunFailure' : 'flakyFailure', error)),
      ],
    });
  }

  #brokenFile(file, error) {
    const { type, message, details } = problem('error', error);
    this.#report.case(file, fileError(file, { type, message: `it cannot be loaded: ${message}`, details }));
  }

  #end() {
    const runner = this.#runner;
    // Tests that a failed hook or --bail left out are told by no event; of those of workers nothing is known.
    if (runner.failures > 0) {
      for (const test of testsOf(runner.suite)) {
        if (this.#isAsked(test) && !this.#about(test).isTold) this.#tell(test, { skipped: 'not run' });
      }
    }
    if (runner.failures > 0 && runner.suite.bail()) {
      process.stderr.write('[runner] mocha was stopped before all tests had run\n');
    }
    // Without its end the report is not whole, as the run is not.
    if (!runner._abort) this.#report.end();
  }

  #asked(suite) {
    return testsOf(suite)
      .filter((test) => this.#isAsked(test))
      .map(place);
  }

  #isAsked(test) {
    const { _grep: grep, _invert: invert } = this.#runner;
    if (!grep) return true;
    grep.lastIndex = 0;
    return grep.test(test.fullTitle()) !== Boolean(invert);
  }
}

globalThis[Symbol.for('runner.mocha-reporter')] = MochaReporter;

function testsOf(suite) {
  return [...suite.tests, ...suite.suites.flatMap(testsOf)];
}

/** The Mocha that is running; `null` where something else than its command line was started. */
function findMocha() {
  try {
    const found = createRequire(realpathSync(process.argv[1]))('mocha');
    const Found = found.default ?? found;
    return typeof Found.prototype?.loadFilesAsync === 'function' ? Found : null;
  } catch {
    return null;
  }
}

/** In parallel mode each file has a Mocha of its own in another process, which tells errors itself. */
function isWorker() {
  return /^worker\.c?js$/.test(basename(process.argv[1]));
}

function loadFileByFile(Mocha) {
  const asked = new Set(JSON.parse(process.env.RUNNER_MOCHA_FILES ?? '[]').map((file) => resolve(file)));
  const load = Mocha.prototype.loadFilesAsync;
  Mocha.prototype.loadFilesAsync = async function loadFilesAsync(...rest) {
    const always = new Set([this.options.file ?? []].flat().map((file) => resolve(file)));
    const files = this.files.filter((file) => asked.size === 0 || asked.has(file) || always.has(file));
    for (const file of files) {
      const before = sizes(this.suite);
      this.files = [file];
      try {
        await load.apply(this, rest);
      } catch (error) {
        console.error(`${shortName(file)} cannot be loaded:`, error);
        broken.push({ file, error });
        // What it defined is half of it, or twice the same: Mocha tries two ways to load a file. And it may have been left in
        // the middle of a suite, which would then enclose the tests of all further files.
        for (const [list, length] of before) list.length = length;
        this.ui(this.options.ui);
      }
    }
    this.files = files;
  };
}

function sizes(suite) {
  const lists = [suite.suites, suite.tests, suite._beforeAll, suite._beforeEach, suite._afterEach, suite._afterAll];
  return lists.map((list) => [list, list.length]);
}

/** Each attempt is a test of its own, that knows the first. */
function firstAttempt(test) {
  return test.retriedTest?.() ?? test;
}

function place(test) {
  const file = test.file ?? test.parent?.file ?? test.ctx?.currentTest?.file;
  const titles = test.titlePath?.() ?? [test.fullTitle()];
  return { className: file ? shortName(file) : 'mocha', name: titles.join(' > '), file };
}

function problem(kind, error) {
  const message = String(error?.message ?? inspect(error));
  const compared =
    error?.expected === undefined ? '' : `\n\nexpected: ${show(error.expected)}\nactual:   ${show(error.actual)}`;
  return {
    kind,
    type: error?.code ?? error?.name ?? 'Error',
    message,
    details: `${error?.stack ?? message}${compared}`,
  };
}

function show(value) {
  // Mocha's own reporter has written them down already.
  return typeof value === 'string' ? value : inspect(value, { depth: 5, maxArrayLength: 100, maxStringLength: 10_000 });
}
