// A reporter for `node --test`: it tells of every test with its file and line, at once and in JUnit. Runs on Node 20 and later.

import { resolve } from 'node:path';
import { inspect } from 'node:util';
import { footer, header, testcase } from './junit.mjs';
import { openNodeStream } from './node-stream.mjs';
import { fileError, shortName } from './report.mjs';

const [major, minor] = process.versions.node.split('.').map(Number);
// From here on every test file that ran to its end says so with a `test:summary` of its own.
const summarisesFiles = major > 22 || (major === 22 && minor >= 8);
const saidKept = 8192;
const ownFailures = new Set(['testCodeFailure', 'testTimeoutFailure', 'expectedFailure']);

export default async function* nodeReporter(source) {
  const stream = openNodeStream({ isCase, toCase, toPlace });
  const run = { files: new Map(), kinds: new Map(), levels: [], waiting: [], stream };
  yield header('node:test');
  for await (const event of source) {
    stream.handle(event);
    yield* handle(event, run);
  }
  yield* owned(run, null);
  for (const [path, file] of run.files) {
    if (file.cases > 0 && !file.ended && summarisesFiles) yield failedFile(path, endedEarly(path), run);
  }
  yield footer();
}

function* handle({ type, data }, run) {
  if (type === 'test:enqueue' && isFile(data)) run.files.set(data.file, { cases: 0, ended: false, said: '' });
  else if (type === 'test:enqueue') run.kinds.set(place(data), data.type);
  else if (type === 'test:stderr' || type === 'test:diagnostic') keepSaid(data, run);
  else if (type === 'test:start') start(data, run);
  else if (type === 'test:summary' && data.file) yield* summary(data, run);
  else if (type === 'test:pass' || type === 'test:fail') {
    if (run.files.has(data.file) && isFile(data)) yield* fileEnded(data, run);
    else yield* testEnded(data, run);
  }
}

/** The runner of a file is an event of its own: a test of the file's name at its first character. */
function isFile(data) {
  return (
    data.nesting === 0 && data.line === 1 && data.column === 1 && Boolean(data.file) && resolve(data.name) === data.file
  );
}

/** What a file's process said last is why it failed, where no test can tell. */
function keepSaid(data, run) {
  const file = data.file && run.files.get(resolve(data.file));
  if (file) file.said = `${file.said}${data.message.replace(/\n?$/, '\n')}`.slice(-saidKept);
}

function start(data, run) {
  run.levels.length = data.nesting;
  if (data.nesting > 0 && run.levels[data.nesting - 1]) run.levels[data.nesting - 1].children += 1;
  run.levels[data.nesting] = { name: data.name, children: 0, isTest: run.kinds.get(place(data)) === 'test' };
}

/** Only `test:enqueue` tells a suite from a test, and not on every Node; one place in the source is always the same. */
function place({ file, line, column }) {
  return `${file}:${line}:${column}`;
}

function* summary(data, run) {
  yield* owned(run, data.file);
  const file = run.files.get(data.file);
  if (file) file.ended = true;
}

function* fileEnded(data, run) {
  yield* owned(run, data.file);
  const file = run.files.get(data.file);
  const ended = file.ended;
  file.ended = true;
  const error = data.details?.error;
  if (error) {
    const how = error.signal ? `was ended by ${error.signal}` : `exited with code ${error.exitCode ?? 'unknown'}`;
    const message = `the process of ${shortName(data.file)} ${how}`;
    yield failedFile(data.file, { type: error.failureType, message, details: file.said }, run);
  } else if (!ended && file.cases === 0) {
    const message = `${shortName(data.file)} ran no test: it defines none, or its process ended with code 0 before one was run`;
    yield failedFile(data.file, { type: 'noTests', message, details: file.said }, run);
  }
}

function* testEnded(data, run) {
  const children = run.levels[data.nesting]?.children ?? 0;
  if (!isCase(data, children)) return;
  const found = { data, outer: run.levels.slice(0, data.nesting) };
  const known = data.entryFile ?? (run.files.has(data.file) ? data.file : null);
  if (known) yield owner(found, known, run);
  else run.waiting.push(found);
}

/**
 * On Node 22 an event names only the file that called `test()`. Where that is a helper, the case waits for the event that
 * ends its test file: the events of one file come together.
 */
function* owned(run, file) {
  for (const found of run.waiting.splice(0)) yield owner(found, file ?? found.data.file, run);
}

function owner({ data, outer }, path, run) {
  const file = run.files.get(path);
  if (file) file.cases += 1;
  const test = toCase(data, path, outer);
  if (!run.stream.tellsItself()) run.stream.finished(test);
  return testcase(test);
}

function failedFile(path, problem, run) {
  const test = fileError(path, problem);
  run.stream.finished(test);
  return testcase(test);
}

/** A suite is its tests, and so is a test that has some, unless it failed by itself or was skipped whole. */
function isCase(data, children) {
  // Node 20 reports tests that --test-name-pattern leaves out as skipped.
  if (typeof data.skip === 'string' && /does not match (name )?pattern/.test(data.skip)) return false;
  const error = data.details?.error;
  if (error && error.failureType !== 'subtestsFailed') return true;
  return children === 0 && (data.details?.type !== 'suite' || skipReason(data) !== null);
}

function toCase(data, path, outer) {
  const error = data.details?.error;
  const skipped = skipReason(data);
  return {
    ...toPlace(data, path, outer),
    durationMs: data.details?.duration_ms,
    skipped,
    problems: error && skipped === null ? [problem(error)] : [],
  };
}

/** `outer` are the suites and tests around it, outermost first. */
function toPlace(data, path, outer) {
  const names = outer.map((level) => level.name);
  // A subtest runs only inside the test that makes it, so that is what a rerun has to ask for.
  const container = names.slice(0, outer.findIndex((level) => level.isTest) + 1).join(' > ');
  return {
    className: container === '' ? shortName(path) : `${shortName(path)} > ${container}`,
    name: [...names, data.name].join(' > '),
    file: path,
    line: path === data.file ? data.line : null,
  };
}

function skipReason(data) {
  return reason(data.skip, 'skipped') ?? reason(data.todo, 'todo');
}

function problem(error) {
  const cause = error.cause instanceof Error ? error.cause : error;
  return {
    kind: ownFailures.has(error.failureType) ? 'failure' : 'error',
    type: cause.code ?? cause.name ?? error.failureType,
    message: cause.message ?? String(error.cause),
    details: inspect(cause, { colors: false, depth: 5, maxArrayLength: 100, maxStringLength: 10_000 }),
  };
}

function reason(value, fallback) {
  if (value === undefined || value === null || value === false) return null;
  return typeof value === 'string' && value !== '' ? value : fallback;
}

function endedEarly(path) {
  const message = `the process of ${shortName(path)} ended before all of its tests were reported`;
  return { type: 'endedEarly', message, details: '' };
}
