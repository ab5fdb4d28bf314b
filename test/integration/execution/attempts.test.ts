import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../../src/model/outcome.ts';
import { createExecutionRig, ioWhereSleepEnds, untilLines } from '../../support/execution-rig.ts';
import { aTask } from '../../support/plans.ts';

describe('an attempt', () => {
  it('that passes tells its tests, totals, log and nothing else', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['print:hello', 'pass:one@a.js', 'pass:two@a.js', 'write']);
    await rig.run([aTask('unit/suite', { files: ['a.js'] })]);
    expect(rig.events.map(({ type }) => type)).toEqual([
      'task-started',
      'attempt-started',
      'test-finished',
      'test-finished',
      'attempt-finished',
      'task-finished',
    ]);
    expect(rig.events.at(-2)).toMatchObject({
      outcome: { kind: 'passed' },
      log: { path: 'logs/unit/suite/1.log', truncated: false, tail: expect.stringContaining('hello') as string },
      leaked: [],
    });
    expect(rig.events.at(-1)).toMatchObject({ totals: { tests: 2, passed: 2 }, outcome: { kind: 'passed' } });
    expect(existsSync(join(rig.root, 'reports/raw/unit/suite/1/report.xml'))).toBe(true);
    expect(existsSync(join(rig.root, 'reports/artifacts/unit/suite/1'))).toBe(false);
    expect(await readdir(join(rig.root, 'tmp'))).toEqual([]);
  });

  const table: readonly (readonly [string, readonly string[], Partial<Outcome>, readonly string[]])[] = [
    ['failing tests', ['fail:one@a.js', 'write', 'exit:1'], { kind: 'tests-failed' }, ['one failed']],
    ['exit 0 beside a failed test', ['fail:one@a.js', 'write'], { kind: 'tests-failed' }, ['one failed']],
    [
      'a crash after all passed',
      ['pass:one@a.js', 'write', 'exit:3'],
      { kind: 'crashed' },
      ['one passed', 't: crashed with exit code 3 error'],
    ],
    [
      'death by a signal',
      ['pass:one@a.js', 'write', 'signal:SIGSEGV'],
      { kind: 'crashed' },
      ['one passed', 't: crashed with signal SIGSEGV error'],
    ],
    ['exit 0 without a report', ['print:done'], { kind: 'report-unusable' }, ['t: report unusable error']],
    ['exit 0 with an empty report', ['write-empty'], { kind: 'report-unusable' }, ['t: report unusable error']],
    [
      'a report cut in half',
      ['pass:one@a.js', 'pass:two@a.js', 'write-half'],
      { kind: 'report-unusable' },
      ['one passed', 't: report unusable error'],
    ],
    ['no tests', ['write', 'exit:5'], { kind: 'no-tests' }, ['t: no tests error']],
    ['an empty whole report and exit 0', ['write'], { kind: 'no-tests' }, ['t: no tests error']],
  ];
  it.each(table)('with %s is told as what it is', async (_name, steps, outcome, tests) => {
    await using rig = await createExecutionRig();
    rig.suite('suite', steps);
    await rig.run([aTask('t', { files: ['a.js'] })]);
    expect(rig.outcomes()['t']).toMatchObject(outcome);
    expect(rig.tests().map(({ id, status }) => `${id.name} ${status}`)).toEqual(tests);
    const finished = rig.events.at(-1);
    expect(finished?.type === 'task-finished' && finished.totals.tests).toBe(tests.length);
  });

  it('with fewer files than asked for is not a pass', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['pass:one@a.js', 'write']);
    await rig.run([aTask('t', { files: ['a.js', 'b.js'] })]);
    expect(rig.outcomes()['t']).toMatchObject({
      kind: 'report-unusable',
      problem: expect.stringContaining('b.js') as string,
    });
  });

  it('that a filter leaves without tests adds no test to the reports', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['write', 'exit:5']);
    await rig.run([aTask('t', { files: ['a.js'], keyword: 'login' })]);
    expect(rig.outcomes()['t']).toEqual({ kind: 'no-tests' });
    expect(rig.tests()).toEqual([]);
  });

  it('that hangs is ended at its timeout and keeps the tests it finished', async () => {
    await using rig = await createExecutionRig();
    const marker = join(rig.root, 'hanging');
    rig.suite('suite', ['pass:one@a.js', 'write', 'leak', 'ignore-term', 'print:waiting', `mark:${marker}`, 'hang']);
    const settings = { graceMs: 200, slowAfterMs: 0, logLimitBytes: 100_000, teardownMs: 0 };
    const io = ioWhereSleepEnds(90_000, async () => {
      await untilLines(marker);
      await rig.told('task-slow', 2);
    });
    await rig.run([aTask('t', { files: ['a.js'], timeoutMs: 90_000, slowAfterMs: 40 })], { settings, io });
    expect(rig.outcomes()['t']).toEqual({ kind: 'timed-out', afterMs: 90_000 });
    expect(rig.tests().map(({ id }) => id.name)).toEqual(['one', 't: timed out after 1m30s']);
    expect(rig.tests()[1]?.problems[0]?.details).toContain('waiting');
    expect(rig.events.filter(({ type }) => type === 'task-slow').slice(0, 2)).toMatchObject([
      { elapsedMs: 40 },
      { elapsedMs: 80 },
    ]);
    expect(await rig.alive()).toEqual([]);
  });

  it('that leaves a process behind passes, names it and ends it', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['pass:one@a.js', 'write', 'leak', 'exit:0']);
    await rig.run([aTask('t', { files: ['a.js'] })]);
    expect(rig.outcomes()['t']).toEqual({ kind: 'passed' });
    expect(rig.events.find(({ type }) => type === 'attempt-finished')).toMatchObject({
      leaked: [expect.stringContaining('sleep 1000')],
    });
    expect(rig.events.find(({ type }) => type === 'warning')).toMatchObject({
      message: expect.stringContaining('sleep 1000') as string,
    });
    expect(await rig.alive()).toEqual([]);
  });

  it('that cannot be started says why', async () => {
    await using rig = await createExecutionRig();
    rig.suite('missing', [], { command: ['no-such-program-anywhere'] });
    rig.suite('reference', [], { env: { TOKEN: '${env.NOT_SET_ANYWHERE}' } });
    await rig.run([
      aTask('a', { suite: 'missing' }),
      aTask('b', { suite: 'reference' }),
      aTask('c', { suite: 'gone' }),
      aTask('d', { framework: 'x', suite: 'missing' }),
    ]);
    expect(rig.outcomes()).toMatchObject({
      a: { kind: 'spawn-failed', problem: expect.stringContaining('no-such-program-anywhere') as string },
      b: { kind: 'spawn-failed', problem: expect.stringContaining('NOT_SET_ANYWHERE') as string },
      c: { kind: 'spawn-failed', problem: expect.stringContaining('"gone"') as string },
      d: { kind: 'spawn-failed', problem: expect.stringContaining('"x"') as string },
    });
    expect(rig.tests().every(({ status, synthetic }) => status === 'error' && synthetic)).toBe(true);
    expect(await readdir(join(rig.root, 'tmp'))).toEqual([]);
  });

  it('does not believe what an earlier run left in its folders, nor appends to its log', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['print:new']);
    await mkdir(join(rig.root, 'reports/raw/t/1'), { recursive: true });
    await mkdir(join(rig.root, 'reports/logs/t'), { recursive: true });
    await writeFile(
      join(rig.root, 'reports/raw/t/1/report.xml'),
      '<testsuite><testcase name="old" file="a.js"/></testsuite>',
    );
    await writeFile(join(rig.root, 'reports/logs/t/1.log'), 'old\n');
    await rig.run([aTask('t', { files: ['a.js'] })]);
    expect(rig.outcomes()['t']).toMatchObject({ kind: 'report-unusable' });
    expect(await readFile(join(rig.root, 'reports/logs/t/1.log'), 'utf8')).toBe('new\n');
  });

  it('tells its command line with references, never with the values that may be secrets', async () => {
    await using rig = await createExecutionRig();
    rig.suite('suite', ['print:${env.TOKEN}', 'pass:one@a.js', 'write']);
    await rig.run([aTask('t', { files: ['a.js'] })], { lookup: (name) => (name === 'env.TOKEN' ? 's3cret' : null) });
    expect(await readFile(join(rig.root, 'reports/logs/t/1.log'), 'utf8')).toBe('s3cret\n');
    const started = rig.events.find(({ type }) => type === 'attempt-started');
    expect(started).toMatchObject({ command: expect.arrayContaining(['print:${env.TOKEN}']) as string[] });
  });
});
