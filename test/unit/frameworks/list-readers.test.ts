import { describe, expect, test } from 'vitest';
import { readCargoList } from '../../../src/frameworks/cargo-list.ts';
import type { LineReader } from '../../../src/frameworks/framework.ts';
import { readGoList } from '../../../src/frameworks/go-list.ts';
import { readPytestList } from '../../../src/frameworks/pytest-list.ts';

/** What a reader makes of lines: `class | name` of what is listed, `ERROR file: message`, `DAMAGE`. */
function read(reader: LineReader, lines: readonly string[]): readonly string[] {
  return [...lines.flatMap((line) => reader.line(line)), ...reader.end()].map((item) => {
    if (item.kind === 'damage') return 'DAMAGE';
    if (item.kind !== 'case') return item.kind;
    const { className, name, file, problems } = item.case;
    return problems[0] === undefined ? `${className ?? ''} | ${name}` : `ERROR ${file ?? ''}: ${problems[0].message}`;
  });
}

const json = (value: object): string => JSON.stringify(value);

describe('the list of pytest', () => {
  const end = '1 test collected in 0.01s';

  test.each<[what: string, lines: readonly string[], items: readonly string[]]>([
    ['a function', ['t/test_a.py::test_b', end], ['t.test_a | test_b']],
    ['a nested class', ['t/test_a.py::TestB::TestC::test_d', end], ['t.test_a.TestB.TestC | test_d']],
    ['parameters with colons and brackets', ['t/a.py::test_b[x::y-[z]]', end], ['t.a | test_b[x::y-[z]]']],
    ['a folder with blanks', ['my tests/test_a.py::test_b', end], ['my tests.test_a | test_b']],
    ['a module that is skipped whole', ['SKIPPED [1] t/test_a.py:3: not: here', end], ['t.test_a | t.test_a']],
    ['nothing', ['no tests collected (3 deselected) in 0.01s'], []],
    ['nothing, before pytest 6.2', ['no tests ran in 0.00s'], []],
    ['what was cut off', ['t/test_a.py::test_b'], ['t.test_a | test_b', 'DAMAGE']],
    ['nothing at all', [], ['DAMAGE']],
    [
      'what is printed beside',
      [
        'conftest says: hello',
        '  t/a.py::indented',
        '',
        't/a.py::test_b',
        '=== warnings summary ===',
        't/a.py::test_c',
        end,
      ],
      ['t.a | test_b'],
    ],
    [
      'two broken files',
      [
        ...[
          '=== ERRORS ===',
          '___ ERROR collecting t/a.py ___',
          'E   NameError: x',
          '  t/b.py::no',
          '___ ERROR collecting t/c.py ___',
        ],
        ...['why not', '=== short test summary info ===', 'ERROR t/a.py', 'ERROR t/c.py', '2 errors in 0.10s'],
      ],
      ['ERROR t/a.py: NameError: x', 'ERROR t/c.py: it could not be collected'],
    ],
  ])('of %s', (_what, lines, items) => {
    expect(read(readPytestList(), lines)).toEqual(items);
  });
});

describe('the list of go', () => {
  const note = {
    ...{ runner: 'package', importPath: 'x/a', dir: 'a', excluded: [], missing: [], selected: null },
    declared: {
      'a_test.go': [
        ['TestA', 3],
        ['TestB', 5],
      ],
      'b_test.go': [['TestC', 1]],
    },
  };
  const said = (Output: string): string => json({ Action: 'output', Package: 'x/a', Output });
  const end = json({ runner: 'end' });

  test('holds what go lists and the files declare', () => {
    const lines = [json(note), said('TestA\n'), said('TestC\nTestElsewhere\n'), said('ok  \tx/a\t0.1s\n'), end];
    expect(read(readGoList(), lines)).toEqual(['x/a | TestA', 'x/a | TestC']);
  });

  test('holds only what is selected', () => {
    expect(read(readGoList(), [json({ ...note, selected: ['TestB'] }), said('TestA\nTestB\n'), end])).toEqual([
      'x/a | TestB',
    ]);
  });

  test('tells of each file of a package that cannot be built, with what the compiler said', () => {
    const lines = [
      json(note),
      json({ ImportPath: 'x/a [x/a.test]', Action: 'build-output', Output: '# x/a [x/a.test]\n' }),
      json({ ImportPath: 'x/a [x/a.test]', Action: 'build-output', Output: 'a/a_test.go:4:1: no\n' }),
      json({ Action: 'fail', Package: 'x/a', FailedBuild: 'x/a [x/a.test]' }),
      end,
    ];
    const why = 'its package cannot be built or listed: a/a_test.go:4:1: no';
    expect(read(readGoList(), lines)).toEqual([`ERROR a/a_test.go: ${why}`, `ERROR a/b_test.go: ${why}`]);
  });

  test('is not whole without its end, whatever it holds', () => {
    expect(read(readGoList(), [json(note), said('TestA\n'), '{"Action":"outp', 'garbage'])).toEqual([
      'x/a | TestA',
      'DAMAGE',
    ]);
  });
});

describe('the list of cargo', () => {
  const target = {
    ...{
      runner: 'target',
      package: 'p',
      name: 't',
      kind: 'test',
      crate: 't',
      src: '/p/tests/t.rs',
      file: 'tests/t.rs',
    },
    ...{ doctest: false, features: [], ownHarness: false },
  };
  const begin = json({ runner: 'list', src: '/p/tests/t.rs', doc: false });
  const exit = (code: number): string => json({ runner: 'exit', code });
  const end = json({ runner: 'end' });
  const all = (): boolean => true;

  test('holds the names that are wanted', () => {
    const lines = [
      json(target),
      begin,
      '     Running tests/t.rs (x)',
      'a::b: test',
      'c d: test',
      'x: benchmark',
      exit(0),
      end,
    ];
    expect(read(readCargoList(all), lines)).toEqual(['p::t | a::b', 'p::t | c d']);
    expect(
      read(
        readCargoList((name) => name === 'c d'),
        lines,
      ),
    ).toEqual(['p::t | c d']);
  });

  test('tells once of a target that cannot be built', () => {
    const error = {
      reason: 'compiler-message',
      message: { level: 'error', message: 'bad type', rendered: 'error: bad type\n' },
    };
    const doc = json({ runner: 'list', src: '/p/tests/t.rs', doc: true });
    expect(read(readCargoList(all), [json(target), begin, json(error), exit(101), doc, exit(101), end])).toEqual([
      'ERROR tests/t.rs: could not be built: bad type',
    ]);
  });

  test('is not whole without its end, and holds no target that has not ended', () => {
    expect(read(readCargoList(all), [json(target), begin, 'a: test', '{"runner":"ex'])).toEqual(['DAMAGE']);
  });
});
