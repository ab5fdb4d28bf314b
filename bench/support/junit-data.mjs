import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';

const stack = Array.from(
  { length: 12 },
  (_, line) => `  at Object.run (/srv/app/src/module_${line}/handler.js:${line * 17 + 3}:${line + 5})`,
);

/**
 * Writes JUnit files as a large test run leaves them: 1.1 % failures with a stack in CDATA, 0.2 % errors, 2 % skipped, 2 % with output,
 * two entities in each name. Gives what they add up to.
 */
export function writeJunitFiles(folder, { files, suites, cases }) {
  mkdirSync(folder, { recursive: true });
  const random = createRandom();
  const total = { tests: 0, failed: 0, errors: 0, skipped: 0, bytes: 0 };
  for (let file = 0; file < files; file += 1) {
    const parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n'];
    for (let suite = 0; suite < suites; suite += 1) parts.push(suiteOf({ file, suite, cases, random, total }));
    const text = `${parts.join('')}</testsuites>\n`;
    writeFileSync(join(folder, `report-${String(file).padStart(4, '0')}.xml`), text);
    total.bytes += Buffer.byteLength(text);
  }
  return total;
}

function suiteOf({ file, suite, cases, random, total }) {
  const own = { failed: 0, errors: 0, skipped: 0 };
  let [body, seconds] = ['', 0];
  for (let index = 0; index < cases; index += 1) {
    const time = random() * 2;
    seconds += time;
    const name = `case ${index} &quot;should&quot; handle the input &amp; the output of request number ${file}-${suite}-${index}`;
    const where = `file="tests/package/module_${file}/test_suite_${suite}.py" line="${index + 1}"`;
    const start = `    <testcase classname="package.module_${file}.TestSuite${suite}" name="${name}" ${where} time="${time.toFixed(3)}"`;
    body += `${start}${contentOf(random(), own, index)}\n`;
  }
  total.tests += cases;
  for (const kind of ['failed', 'errors', 'skipped']) total[kind] += own[kind];
  const counts = `tests="${cases}" failures="${own.failed}" errors="${own.errors}" skipped="${own.skipped}" time="${seconds.toFixed(3)}"`;
  const head = `name="suite ${file}-${suite}" ${counts} timestamp="2026-01-01T00:00:00" hostname="host-${file}"`;
  return `  <testsuite ${head}>\n    <properties><property name="python" value="3.12"/></properties>\n${body}  </testsuite>\n`;
}

function contentOf(chance, own, index) {
  const end = '\n    </testcase>';
  if (chance < 0.011) {
    own.failed += 1;
    const message = `AssertionError: expected ${index} to equal ${index + 1}`;
    return `>\n      <failure message="${message}" type="AssertionError"><![CDATA[${message}\n${stack.join('\n')}\n]]></failure>${end}`;
  }
  if (chance < 0.013) {
    own.errors += 1;
    return `>\n      <error message="RuntimeError: no &lt;root&gt;" type="RuntimeError">${stack.slice(0, 4).join('\n')}</error>${end}`;
  }
  if (chance < 0.033) {
    own.skipped += 1;
    return `>\n      <skipped message="not on this platform"/>${end}`;
  }
  return chance < 0.053 ? `>\n      <system-out>line ${index} of output\nand another</system-out>${end}` : '/>';
}

/** Writes the event log of a run of 200 tasks with as many tests each as make `tests` together. */
export function writeEventLog(path, tests) {
  mkdirSync(join(path, '..'), { recursive: true });
  const descriptor = openSync(path, 'w');
  const ids = Array.from({ length: 200 }, (_, index) => `unit/backend/${index + 1}`);
  const perTask = tests / ids.length;
  const emit = (...events) =>
    writeSync(descriptor, events.map((event) => `${JSON.stringify({ ...event, at: 1_767_225_600_000 })}\n`).join(''));
  emit({ type: 'run-started', format: 1, runId: 'run-1', planId: 'plan-1', plan: planOf(ids), shard: null });
  for (const task of ids) {
    emit(
      { type: 'task-started', task, slot: 0 },
      { type: 'attempt-started', task, attempt: 1, cause: 'first', command: ['pytest'], cwd: '.' },
    );
    const finished = Array.from({ length: perTask }, (_, index) => ({
      type: 'test-finished',
      task,
      attempt: 1,
      test: testOf(task, index),
    }));
    emit(...finished);
    const totals = { tests: perTask, passed: perTask, failed: 0, errors: 0, skipped: 0, durationMs: perTask };
    const outcome = { kind: 'passed' };
    emit({
      type: 'attempt-finished',
      task,
      attempt: 1,
      cause: 'first',
      outcome,
      durationMs: 1000,
      log: null,
      leaked: [],
    });
    emit({ type: 'task-finished', task, outcome, totals, durationMs: 1000 });
  }
  const totals = { tests, passed: tests, failed: 0, errors: 0, skipped: 0, durationMs: tests };
  emit({ type: 'run-finished', verdict: 'passed', totals, durationMs: 200_000 });
  closeSync(descriptor);
}

function planOf(ids) {
  const common = {
    ...{
      category: 'unit',
      alsoIn: [],
      suite: 'backend',
      framework: 'pytest',
      role: 'chosen',
      files: [],
      tests: {},
      keyword: null,
    },
    ...{
      markers: null,
      priority: 'normal',
      dependsOn: [],
      after: [],
      conflicts: [],
      needs: [],
      locks: [],
      slots: 1,
      exclusive: false,
    },
    ...{
      timeoutMs: 60_000,
      slowAfterMs: 60_000,
      missingService: 'fail',
      retries: 0,
      flaky: 'pass',
      expectedMs: null,
      settled: null,
    },
  };
  const category = {
    name: 'unit',
    role: 'chosen',
    priority: 'normal',
    because: 'no selection',
    dependsOn: [],
    files: 200,
    tasks: 200,
  };
  return {
    ...{ id: 'plan-1', project: 'bench', environment: 'local', slots: 2, tasks: ids.map((id) => ({ id, ...common })) },
    categories: [{ ...category, skip: null, empty: false, allowEmpty: false }],
    excluded: { pattern: 0, files: 0, suite: 0, category: 0, uncategorised: 0 },
    selection: [],
  };
}

function testOf(task, index) {
  const id = {
    file: `tests/${task}.py`,
    className: `tests.${task}.TestSuite`,
    name: `test_case_${index}[value-${index % 7}]`,
  };
  return {
    ...{ id, status: 'passed', synthetic: false, durationMs: 1, line: index + 1 },
    ...{ problems: [], skipReason: null, stdout: null, stderr: null },
  };
}

/** The same numbers every time (a linear congruential generator). */
function createRandom() {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state / 2 ** 32;
  };
}
