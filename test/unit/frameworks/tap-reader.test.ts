import { describe, expect, it } from 'vitest';
import { createTapReader } from '../../../src/frameworks/tap-reader.ts';
import type { ReportCase, ReportItem } from '../../../src/model/report.ts';

function read(text: string): readonly ReportItem[] {
  const reader = createTapReader();
  return [...text.split('\n').flatMap((line) => reader.line(line)), ...reader.end()];
}

const casesOf = (text: string): readonly ReportCase[] =>
  read(text).flatMap((item) => (item.kind === 'case' ? [item.case] : []));

/** `status path`, and `damage: …` where it is. */
const told = (text: string): readonly string[] =>
  read(text).map((item) => {
    if (item.kind === 'case') return `${item.case.status} ${[...item.case.suites, item.case.name].join(' > ')}`;
    return item.kind === 'damage' ? `damage: ${item.problem}` : item.kind;
  });

describe('TAP', () => {
  it.each([
    ['version 12, which does not say so', '1..2\nok 1 - a\nnot ok 2 - b', ['passed a', 'failed b']],
    ['version 13', 'TAP version 13\n1..1\nok 1 - a', ['passed a']],
    [
      'version 14 with the plan at its end',
      'TAP version 14\nok 1 - a\nok 2 - b\n1..2\n# done',
      ['passed a', 'passed b'],
    ],
    ['without numbers and names', '1..3\nok\nok - b\nnot ok', ['passed test 1', 'passed b', 'failed test 3']],
    ['with a name that begins with a number', '1..1\nok 1 - 2 apples', ['passed 2 apples']],
    ['with Windows line ends and colours', '1..1\r\n\u001b[32mok 1 - a\u001b[0m\r', ['passed a']],
    ['with the unusual in its names', '1..1\nok 1 - é 😀 \\# hash \\\\ #4', ['passed é 😀 # hash \\ #4']],
    ['among other output', 'compiling\nokay then\n1..1\nnothing is not ok here\nok 1 - a\nbye', ['passed a']],
    ['with a pragma', 'TAP version 14\npragma +strict\n1..1\nok 1 - a', ['passed a']],
    ['with a word in braces', '1..1\nok 1 - a {b}', ['passed a {b}']],
  ])('is read %s', (_case, text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it.each([
    ['ok 1 - a # SKIP no network', 'skipped', 'skip: no network'],
    ['ok 1 - a # skipped: no network', 'skipped', 'skip: no network'],
    ['ok 1 # skip', 'skipped', 'skip'],
    ['not ok 1 - a # TODO later', 'skipped', 'todo: later'],
    ['ok 1 - a # TODO later', 'passed', null],
    ['not ok 1 - a # SKIP what was skipped cannot fail', 'failed', null],
    ['not ok 1 - a # TODOS are no directive', 'failed', null],
    ['not ok 1 - a \\# TODO is part of the name', 'failed', null],
  ])('%s is %s', (line, status, skipReason) => {
    expect(casesOf(`1..1\n${line}`)).toMatchObject([{ status, skipReason }]);
  });

  it('takes what is said behind a failed test for its message and details', () => {
    const [first, second] = casesOf(
      [
        'TAP version 14',
        '1..2',
        'not ok 1 - adds',
        '  ---',
        "  message: 'it''s wrong'",
        '  duration_ms: 12.5',
        '  code: ERR_ASSERTION',
        '  stack: |-',
        '    at one',
        '    ok 7 - not a test',
        '  ...',
        'not ok 2 - subtracts # time=3.5ms',
        '#   Failed test "subtracts"',
        '#   got: 1',
      ].join('\n'),
    );
    expect(first).toMatchObject({
      durationMs: 12.5,
      problems: [{ kind: 'failure', type: 'ERR_ASSERTION', message: "it's wrong" }],
    });
    expect(first?.problems[0]?.details).toContain('at one');
    expect(second).toMatchObject({
      name: 'subtracts',
      durationMs: 3.5,
      problems: [{ type: 'NotOk', message: 'Failed test "subtracts"' }],
    });
    expect(second?.problems[0]?.details).toContain('got: 1');
  });

  it('keeps no more than a part of a megabyte of diagnostics', () => {
    const [reported] = casesOf(`1..1\nnot ok 1 - a\n# ${'x'.repeat(1024 * 1024)}\n# more`);
    expect(reported?.problems[0]?.details.length).toBeLessThanOrEqual(65_536);
  });
});

describe('subtests', () => {
  it.each([
    [
      'named on their own level',
      '    # Subtest: outer\n    ok 1 - a\n    1..1\nok 1 - outer\n1..1',
      ['passed outer > a'],
    ],
    ['named before', '# Subtest: outer\n    1..1\n    ok 1 - a\nok 1 - outer\n1..1', ['passed outer > a']],
    ['without a name', '    1..1\n    ok 1 - a\nok 1 - outer\n1..1', ['passed outer > a']],
    ['in braces', '1..2\nok 1 - outer {\n    1..1\n    ok 1 - a\n}\nok 2 - b', ['passed outer > a', 'passed b']],
    [
      'within subtests',
      '# Subtest: outer\n    # Subtest: inner\n        ok 1 - a\n        not ok 2 - b\n        1..2\n    not ok 1 - inner\n    1..1\nnot ok 1 - outer\n1..1',
      ['passed outer > inner > a', 'failed outer > inner > b'],
    ],
    ['that are none', '# Subtest: outer\n    1..0 # SKIP not here\nok 1 - outer\n1..1', ['skipped outer']],
    [
      'that all passed although their test failed',
      '    1..1\n    ok 1 - a\nnot ok 1 - outer\n1..1',
      ['passed outer > a', 'failed outer'],
    ],
    [
      'fewer than they should be, as their failed test says',
      '    1..2\n    ok 1 - a\nnot ok 1 - outer\n1..1',
      ['passed outer > a', 'failed outer'],
    ],
    ['that are still to do', '    1..1\n    not ok 1 - a\nnot ok 1 - outer # TODO later\n1..1', ['skipped outer > a']],
    ['that failed although their test passed', '    1..1\n    not ok 1 - a\nok 1 - outer\n1..1', ['failed outer > a']],
  ])('%s are tests by themselves', (_case, text, expected) => {
    expect(told(text)).toEqual(expected);
  });
});

describe('what is not whole is damaged', () => {
  it.each([
    ['nothing', '', 'it has no plan (1..N) that says how many tests there should be, and 0 tests'],
    ['a missing plan', 'ok 1 - a', 'it has no plan (1..N) that says how many tests there should be, and 1 test'],
    ['a test too few', '1..3\nok 1 - a\nok 2 - b', 'its plan (1..3) promises 3 tests, and it has 2 tests'],
    ['a test too many', '1..1\nok 1 - a\nok 2 - b', 'its plan (1..1) promises 1 test, and it has 2 tests'],
    ['a test besides a skipped plan', '1..0 # SKIP\nok 1 - a', 'its plan (1..0) promises 0 tests, and it has 1 test'],
    ['a number twice', '1..2\nok 1 - a\nok 1 - b', 'it has two tests of the number 1'],
    [
      'a number out of range',
      '1..2\nok 1 - a\nok 3 - b',
      'it has a test of the number 3, which its plan (1..2) has not',
    ],
    ['two plans', '1..1\nok 1 - a\n1..1', 'it has two plans'],
    ['a bail-out', '1..1\nok 1 - a\nBail out! no database', 'it bailed out: no database'],
    ['a bail-out in a subtest', '1..1\n    1..1\n    Bail out!\nok 1 - a', 'it bailed out'],
    ['a torn test line', '1..1\nnot \nok 1 - a', 'a test line is torn apart by something else that was printed'],
    ['an open YAML block', '1..1\nok 1 - a\n  ---\n  message: x', 'it ends inside a YAML block'],
    ['a log that was cut', '1..1\n[runner] output cut: 12 bytes dropped\nok 1 - a', 'part of the output was cut off'],
    [
      'subtests that a passing test sums up wrongly',
      '    1..2\n    ok 1 - a\nok 1 - outer\n1..1',
      'in outer: its plan (1..2) promises 2 tests, and it has 1 test',
    ],
    [
      'subtests of which no result follows',
      '1..1\nok 1 - x\n# Subtest: outer\n    ok 1 - a',
      'the tests in outer are not followed by a result of it',
    ],
  ])('%s', (_case, text, problem) => {
    expect(told(text).at(-1)).toBe(`damage: ${problem}`);
  });

  it('keeps the tests before it, and takes no more after a bail-out', () => {
    expect(told('1..3\nok 1 - a\nBail out! stop\nok 2 - b')).toEqual(['passed a', 'damage: it bailed out: stop']);
  });

  it('tells the tests of subtests that were running when it ended', () => {
    expect(told('1..1\n# Subtest: outer\n    ok 1 - a\n    not ok 2 - b').slice(0, 2)).toEqual([
      'passed outer > a',
      'failed outer > b',
    ]);
  });

  it('is one skipped test where the plan skips all, and no test where it says nothing', () => {
    expect(casesOf('1..0 # SKIP not on this machine')).toMatchObject([
      { status: 'skipped', name: 'all tests', skipReason: 'not on this machine' },
    ]);
    expect(told('1..0')).toEqual([]);
  });
});
