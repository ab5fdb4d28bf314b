import { describe, expect, it } from 'vitest';
import { readGoEvents } from '../../../src/frameworks/go-events.ts';
import type { ReportItem } from '../../../src/model/report.ts';

const name = 'm/a';
const note = {
  runner: 'package',
  importPath: name,
  dir: 'a',
  declared: { 'a_test.go': [['TestA', 3]], 'b_test.go': [['TestB', 9]] },
  excluded: [],
  missing: [],
  selected: null,
};
const end = { runner: 'end' };
const test = (Test: string, Action: string, more = {}): object => ({ Action, Package: name, Test, ...more });
const passed = (Test: string): readonly object[] => [
  test(Test, 'run'),
  test(Test, 'output', { Output: `--- PASS: ${Test} (0.00s)\n` }),
  test(Test, 'pass', { Elapsed: 0.25 }),
];

function read(lines: readonly (object | string)[], narrowed = false): readonly ReportItem[] {
  const reader = readGoEvents({ narrowed });
  const texts = lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line)));
  return [...texts.flatMap((text) => reader.line(text)), ...reader.end()];
}

/** Each case as `name: status`, what is wrong as its problem. */
function brief(items: readonly ReportItem[]): readonly string[] {
  return items.flatMap((item) => {
    if (item.kind === 'case') return [`${item.case.name}: ${item.case.status}`];
    return 'case' in item ? [] : [item.problem];
  });
}

/** What is said of tests besides their results. */
function words(items: readonly ReportItem[]): readonly string[] {
  return items.flatMap((item) => ('case' in item && item.kind !== 'case' ? [`${item.case.name} ${item.kind}`] : []));
}

describe('the events of go test', () => {
  it('tell each test with its file, line and duration', () => {
    const [began, first] = read([note, ...passed('TestA'), ...passed('TestB'), { Action: 'pass', Package: name }, end]);
    expect(began).toMatchObject({ kind: 'started', case: { name: 'TestA', file: 'a/a_test.go', className: name } });
    expect(first).toMatchObject({ case: { file: 'a/a_test.go', line: 3, durationMs: 250, className: name } });
  });

  it.each([
    ['in the middle of a line', ['{"Action":"out']],
    ['before anything', []],
  ])('are damaged when they break off %s', (_case, last) => {
    expect(brief(read([note, ...passed('TestA'), test('TestB', 'run'), ...last]))).toEqual([
      'TestA: passed',
      'go test was ended before all of it had run',
    ]);
    expect(brief(read([...last]))).toEqual(['go test was ended before all of it had run']);
  });

  it.each([
    ['a line of which the middle is lost', '{"Action":"pa'],
    ['a package of the wrong kind', JSON.stringify({ ...note, declared: null })],
    ['a package whose tests are none', JSON.stringify({ ...note, declared: { 'a_test.go': [5] } })],
  ])('are damaged by %s', (_case, line) => {
    const items = read([note, ...passed('TestA'), ...passed('TestB'), line, { Action: 'pass', Package: name }, end]);
    expect(brief(items).at(-1)).toBe('a line of go test cannot be read, and what it said is lost');
  });

  it('are taken for what they are where values are of the wrong kind', () => {
    const odd = [
      { Action: 5, Package: name },
      { Action: 'output', Package: name, Test: 'TestA', Output: {} },
      { Package: [] },
    ];
    const long = test('TestA', 'pass', { Elapsed: 'x' });
    const items = read([note, ...odd, ...passed('TestA').slice(0, 2), long, ...passed('TestB'), end]);
    expect(brief(items)).toEqual(['TestA: passed', 'TestB: passed']);
  });

  it('that break off leave open what was running, and name what waited', () => {
    const open = [
      { kind: 'started', case: { name: 'TestA' } },
      { kind: 'collected', case: { name: 'TestB', file: 'a/b_test.go' } },
    ];
    expect(read([note, test('TestA', 'run')])).toMatchObject([...open, { kind: 'damage' }]);
    const killed = { runner: 'exit', code: null, signal: 'SIGTERM' };
    expect(read([note, test('TestA', 'run'), killed, end])).toMatchObject(open);
  });

  it('of a package without an end, although go came to its own, name what never ran as an error', () => {
    expect(brief(read([note, test('TestA', 'run'), end]))).toEqual(['TestA: error', 'a/b_test.go [not run]: error']);
  });

  it('say what has begun, and that a test of subtests is over where these stand for it', () => {
    const sub = 'TestA/sub';
    const lines = [test('TestA', 'run'), ...passed(sub), ...passed('TestA').slice(1), ...passed('TestB'), end];
    const items = read([note, ...lines]);
    expect(words(items)).toEqual(['TestA started', `${sub} started`, 'TestA ended', 'TestB started']);
    expect(brief(items)).toEqual([`${sub}: passed`, 'TestB: passed']);
  });

  it('do not make a test passed of which go itself has not said so', () => {
    const lines = [note, test('TestA', 'run'), test('TestA', 'pass'), ...passed('TestB'), end];
    expect(brief(read(lines))).toEqual(['TestA: error', 'TestB: passed']);
  });

  it('of an older go say of a failed build only that it failed, and the rest on stderr', () => {
    const items = read([
      note,
      { runner: 'stderr', text: '# m/a [m/a.test]' },
      { runner: 'stderr', text: 'a/a_test.go:3:1: undefined: x' },
      `FAIL\t${name} [build failed]`,
      { Action: 'output', Package: name, Output: `FAIL\t${name} [build failed]\n` },
      { Action: 'fail', Package: name },
      end,
    ]);
    expect(brief(items)).toEqual(['m/a [build failed]: error']);
    expect(items[0]).toMatchObject({
      case: { problems: [{ type: 'build-failed', message: 'could not be built: a/a_test.go:3:1: undefined: x' }] },
    });
  });

  it('of a package that fails without a failed test are an error of the package', () => {
    const lines = [
      { Action: 'output', Package: name, Output: 'panic: no database\n' },
      { Action: 'fail', Package: name },
      end,
    ];
    const items = read([note, ...passed('TestA'), ...passed('TestB'), ...lines]);
    expect(brief(items)).toEqual(['TestA: passed', 'TestB: passed', 'm/a [failed]: error']);
    expect(items.at(-1)).toMatchObject({
      case: { problems: [{ message: 'failed outside its tests: panic: no database' }] },
    });
  });

  it('need not hold a test that arguments of the suite leave out', () => {
    const lines = [note, ...passed('TestA'), { Action: 'pass', Package: name }, end];
    expect(brief(read(lines, true))).toEqual(['TestA: passed']);
    expect(brief(read(lines))).toEqual(['TestA: passed', 'a/b_test.go [not run]: error']);
  });
});
