import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readStreamLines, streamInto } from '../../../src/frameworks/stream-lines.ts';
import type { ReportItem } from '../../../src/model/report.ts';

function read(...lines: readonly (object | string)[]): readonly ReportItem[] {
  const reader = readStreamLines();
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  return [...texts.flatMap((text) => reader.line(text)), ...reader.end()];
}

const bare = {
  ...{ suites: [], name: 'adds', className: null, file: null, line: null, durationMs: 0, status: 'passed' },
  ...{ problems: [], skipReason: null, stdout: null, stderr: null },
};

describe('the lines of a plugin', () => {
  it('tell what is to be run, what has begun and what has finished, with all that is missing filled in', () => {
    expect(
      read(
        { kind: 'collected', case: { name: 'adds' } },
        { kind: 'started', case: { name: 'adds' } },
        { kind: 'ended', case: { name: 'adds' } },
        { kind: 'finished', case: { name: 'adds' } },
      ),
    ).toEqual(['collected', 'started', 'ended', 'case'].map((kind) => ({ kind, case: bare })));
  });

  it('tell a failure whole', () => {
    const problem = { kind: 'error', type: 'E', message: 'boom', details: 'at x' };
    const told = {
      ...{ className: 'c', file: 'a.py', line: 3, durationMs: 1.5, status: 'failed', problems: [problem] },
      ...{ stdout: 'out', stderr: 'err' },
    };
    expect(read({ kind: 'finished', case: { name: 'adds', ...told } })).toEqual([
      { kind: 'case', case: { ...bare, ...told } },
    ]);
  });

  it('tell a result that may change when it does, or when nothing more comes', () => {
    const told = (kind: string, status: string): object => ({ kind, case: { name: 'adds', status } });
    const statuses = (...lines: readonly object[]): readonly string[] =>
      read(...lines).flatMap((item) => (item.kind === 'case' ? [item.case.status] : []));
    expect(statuses(told('tentative', 'failed'))).toEqual(['failed']);
    expect(statuses(told('tentative', 'failed'), told('finished', 'passed'))).toEqual(['passed']);
    // Two of one name, of which the first failed.
    const [first, second] = [told('tentative', 'failed'), told('finished', 'passed')];
    expect(statuses(first, second, told('finished', 'failed'))).toEqual(['passed', 'failed']);
  });

  it('keep few results that may change, and none is told twice', () => {
    const names = Array.from({ length: 600 }, (_, index) => `test ${index}`);
    const lines = ['tentative', 'finished'].flatMap((kind) =>
      names.map((name) => ({ kind, case: { name, status: 'failed' } })),
    );
    const cases = read(...lines).flatMap((item) => (item.kind === 'case' ? [item.case.name] : []));
    expect(cases.toSorted()).toEqual(names.toSorted());
  });

  it('say what went wrong with them', () => {
    expect(read({ kind: 'damage', problem: 'no room' })).toEqual([{ kind: 'damage', problem: 'no room' }]);
  });

  it.each([
    ['torn', '{"kind":"finished","case":{"name":"a'],
    ['of another kind', { kind: 'thought', case: { name: 'a' } }],
    ['of a kind that objects have by birth', { kind: 'constructor', case: { name: 'a' } }],
    ['without a case', { kind: 'started' }],
    ['without a name', { kind: 'finished', case: { status: 'passed' } }],
    ['of a status that is none', { kind: 'finished', case: { name: 'a', status: 'fine' } }],
    ['no objects', '[1]'],
    ['nothing', ''],
  ])('that are %s tell nothing', (_what, line) => {
    expect(read(line)).toEqual([]);
  });

  it('whatever they hold give cases that are whole', () => {
    const fields = fc.record(
      Object.fromEntries(
        [...Object.keys(bare), 'cutOff', 'notRun'].map((key) => [key, fc.oneof(fc.jsonValue(), fc.constant('failed'))]),
      ),
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(fields, (reported) => {
        for (const item of read({ kind: 'finished', case: { status: 'failed', name: 'a', ...reported } })) {
          expect(item).toMatchObject({ kind: 'case', case: { name: expect.any(String) as string, suites: [] } });
          if (item.kind !== 'case') continue;
          expect(Object.keys(item.case).toSorted()).toEqual(Object.keys(bare).toSorted());
          expect(item.case.durationMs).toBeGreaterThanOrEqual(0);
          for (const { message, details, type } of item.case.problems)
            expect([message, details, type].join('')).toBeTypeOf('string');
        }
      }),
    );
  });

  it('are asked for through the environment', () => {
    expect(streamInto('/reports/raw')).toMatchObject({
      env: { RUNNER_STREAM: '/reports/raw/stream.jsonl' },
      stream: { path: '/reports/raw/stream.jsonl' },
    });
  });
});
