import { describe, expect, it } from 'vitest';
import { capText } from '../../../src/execution/cap-text.ts';
import { createCaseResults } from '../../../src/execution/case-results.ts';
import type { CaseResults } from '../../../src/execution/case-results.ts';
import type { ReportCase } from '../../../src/model/report.ts';
import type { Problem, TestResult } from '../../../src/model/test.ts';

const failure: Problem = { kind: 'failure', type: 'AssertionError', message: 'call', details: '' };
const error: Problem = { kind: 'error', type: 'Error', message: 'teardown', details: '' };

function aCase(name: string, change: Partial<ReportCase> = {}): ReportCase {
  return {
    ...{ suites: [], name, className: 'c', file: 'a.js', line: null, durationMs: 10, status: 'passed', problems: [] },
    ...{ skipReason: null, stdout: null, stderr: null },
    ...change,
  };
}

function collect(duplicates: 'fold' | 'number'): { results: CaseResults; told: TestResult[] } {
  const told: TestResult[] = [];
  const results = createCaseResults({
    framework: { duplicates, identify: ({ file, className, name }) => ({ file, className: className ?? '', name }) },
    context: { suiteCwd: '.', root: '/w', files: [] },
    emit: (test) => told.push(test),
  });
  return { results, told };
}

describe('cases of one identity', () => {
  it('that are parts of one test become one, as bad as its worst part, told again whole', () => {
    const { results, told } = collect('fold');
    results.add(aCase('one', { status: 'failed', problems: [failure], stdout: 'x' }));
    results.add(aCase('two'));
    results.add(aCase('one', { status: 'error', problems: [error], stdout: 'y' }));
    expect(told.map(({ id, status }) => `${id.name} ${status}`)).toEqual(['one failed', 'two passed', 'one error']);
    expect(told[2]).toMatchObject({ problems: [failure, error], durationMs: 20, stdout: 'x\ny' });
    expect(results.totals()).toEqual({ tests: 2, passed: 1, failed: 0, errors: 1, skipped: 0, durationMs: 30 });
  });

  it('are never made better by a later part', () => {
    const { results, told } = collect('fold');
    results.add(aCase('one', { status: 'failed', problems: [failure] }));
    results.add(aCase('one'));
    expect(told[1]).toMatchObject({ status: 'failed', problems: [failure] });
    expect(results.totals()).toMatchObject({ tests: 1, failed: 1, passed: 0 });
  });

  it('that are tests of one name are numbered, around names that are taken', () => {
    const { results, told } = collect('number');
    for (const name of ['one', 'one #2', 'one', 'one']) results.add(aCase(name));
    expect(told.map(({ id }) => id.name)).toEqual(['one', 'one #2', 'one #3', 'one #4']);
    expect(results.totals().tests).toBe(4);
  });

  it('are numbered without a search through all that came before', () => {
    const { results, told } = collect('number');
    for (let index = 0; index < 100_000; index += 1) results.add(aCase('one'));
    expect(told.at(-1)?.id.name).toBe('one #100000');
  });

  it('keep what their first part said in short when thousands of others failed in between', () => {
    const { results, told } = collect('fold');
    const long: Problem = { ...failure, message: 'm'.repeat(1000), details: 'd'.repeat(1000) };
    results.add(aCase('one', { status: 'failed', problems: [long], stdout: 'x' }));
    for (let index = 0; index < 2000; index += 1) {
      results.add(aCase(`other ${index}`, { status: 'failed', problems: [failure] }));
    }
    results.add(aCase('one', { status: 'error', problems: [error] }));
    const parts = [{ ...long, message: 'm'.repeat(200), details: '' }, error];
    expect(told.at(-1)).toMatchObject({ status: 'error', problems: parts, stdout: null });
    expect(results.totals()).toMatchObject({ tests: 2001, failed: 2000, errors: 1 });
  });

  it('in different files or classes are different tests', () => {
    const { results } = collect('fold');
    results.add(aCase('one'));
    results.add(aCase('one', { file: 'b.js' }));
    results.add(aCase('one', { className: 'd' }));
    expect(results.totals().tests).toBe(3);
    expect([...results.reported().files]).toEqual(['a.js', 'b.js']);
  });
});

describe('a service that is down', () => {
  it('turns failures into errors that say so, and leaves what passed', () => {
    const excuse: Problem = { kind: 'error', type: 'service-failed', message: 'db failed', details: '' };
    const { results, told } = collect('fold');
    results.blame(excuse);
    const id = { file: null, className: 'e2e', name: 'judged by its exit code' };
    const byExitCode = {
      id,
      status: 'failed',
      synthetic: false,
      durationMs: 1,
      line: null,
      problems: [failure],
    } as const;
    results.addResult({ ...byExitCode, skipReason: null, stdout: null, stderr: null });
    expect(told.splice(0)).toMatchObject([{ id, status: 'error', problems: [excuse, failure] }]);
    results.add(aCase('one', { status: 'failed', problems: [failure] }));
    results.add(aCase('two'));
    expect(told).toMatchObject([
      { status: 'error', problems: [excuse, failure] },
      { status: 'passed', problems: [] },
    ]);
  });
});

describe('what was told while the tests ran', () => {
  const brief = (told: readonly TestResult[]): readonly string[] =>
    told.map(({ id, status }) => `${id.name} ${status}`);

  it('is not told again by a report that says the same', () => {
    const { results, told } = collect('fold');
    results.addLive(aCase('one'));
    results.addLive(aCase('two', { status: 'failed', problems: [failure] }));
    results.add(aCase('one'));
    results.add(aCase('two', { status: 'failed', problems: [failure] }));
    results.settle();
    expect(brief(told)).toEqual(['one passed', 'two failed']);
    expect(results.totals()).toEqual({ tests: 2, passed: 1, failed: 1, errors: 0, skipped: 0, durationMs: 20 });
    expect(results.reported()).toMatchObject({ passed: 1, failed: 1, errors: 0, skipped: 0 });
  });

  it('is told again where the report says otherwise, and counts as that says', () => {
    const { results, told } = collect('number');
    results.addLive(aCase('one'));
    results.add(aCase('one', { status: 'failed', problems: [failure] }));
    expect(brief(told)).toEqual(['one passed']);
    results.settle();
    expect(told.slice(1)).toMatchObject([{ id: { name: 'one' }, status: 'failed', problems: [failure] }]);
    expect(results.totals()).toMatchObject({ tests: 1, passed: 0, failed: 1 });
  });

  it('is compared with all parts that the report tells of a test', () => {
    const { results, told } = collect('fold');
    results.addLive(aCase('one', { status: 'error', problems: [failure, error] }));
    results.add(aCase('one', { status: 'failed', problems: [failure] }));
    results.add(aCase('one', { status: 'error', problems: [error] }));
    results.settle();
    expect(brief(told)).toEqual(['one error']);
    expect(results.reported()).toMatchObject({ errors: 1, failed: 0 });
  });

  it('says nothing of what the report amounts to', () => {
    const { results } = collect('fold');
    results.addLive(aCase('one'));
    expect(results.reported()).toEqual({ passed: 0, failed: 0, errors: 0, skipped: 0, files: new Set() });
    expect(results.totals().passed).toBe(1);
  });

  it('has the same numbers for tests of one name as the report', () => {
    const { results, told } = collect('number');
    for (const status of ['passed', 'failed', 'passed'] as const) results.addLive(aCase('one', { status }));
    expect(results.count({ file: 'a.js', className: 'c', name: 'one' })).toBe(3);
    for (const status of ['passed', 'failed', 'passed'] as const) results.add(aCase('one', { status }));
    results.settle();
    expect(brief(told)).toEqual(['one passed', 'one #2 failed', 'one #3 passed']);
  });

  it('is told again, as an error, when a service turns out to have been down', () => {
    const { results, told } = collect('fold');
    const excuse: Problem = { kind: 'error', type: 'service-failed', message: 'db failed', details: '' };
    results.addLive(aCase('one', { status: 'failed', problems: [failure] }));
    results.addLive(aCase('two'));
    results.blame(excuse);
    results.add(aCase('one', { status: 'failed', problems: [failure] }));
    results.settle();
    expect(brief(told)).toEqual(['one failed', 'two passed', 'one error']);
    expect(told[2]?.problems).toEqual([excuse, failure]);
  });

  it('is compared in bounded memory, whatever the report begins to tell differently', () => {
    const { results, told } = collect('fold');
    for (let index = 0; index < 300; index += 1) results.addLive(aCase(`t${index}`));
    for (let index = 0; index < 300; index += 1)
      results.add(aCase(`t${index}`, { status: 'failed', problems: [failure] }));
    expect(told).toHaveLength(500);
    results.settle();
    expect(told).toHaveLength(600);
    expect(told.slice(300).every(({ problems }) => problems.length === 1)).toBe(true);
    expect(results.totals()).toMatchObject({ tests: 300, failed: 300, passed: 0 });
  });
});

describe('texts', () => {
  it('of a test are cut to what an event may carry', () => {
    const { results, told } = collect('fold');
    const long = 'é'.repeat(100_000);
    results.add(
      aCase('one', {
        status: 'failed',
        problems: [{ ...failure, message: long, details: long }],
        stdout: long,
        stderr: long,
      }),
    );
    const bytes = (text: string | null | undefined): number => Buffer.byteLength(text ?? '');
    const [test] = told;
    expect(bytes(test?.problems[0]?.message)).toBeLessThanOrEqual(4096);
    expect(bytes(test?.problems[0]?.details)).toBeLessThanOrEqual(65_536);
    expect(bytes(test?.stdout)).toBeLessThanOrEqual(16_384);
    expect(test?.stderr).toMatch(/é\n\[runner\] cut: 200000 bytes, limit 16384$/);
  });

  it.each(['short', 'a'.repeat(100), 'é'.repeat(50)])('that fit are left alone', (text) => {
    expect(capText(text, 100)).toBe(text);
  });

  it('are cut between characters', () => {
    const cut = capText('😀'.repeat(100), 101);
    expect(cut.isWellFormed()).toBe(true);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(101);
  });
});
