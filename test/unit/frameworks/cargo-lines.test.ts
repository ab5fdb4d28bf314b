import { describe, expect, it } from 'vitest';
import { readCargoLines } from '../../../src/frameworks/cargo-lines.ts';
import type { ReportItem } from '../../../src/model/report.ts';

const note = {
  ...{ runner: 'target', package: 'shop', name: 'it', kind: 'test', crate: 'it', src: '/w/tests/it.rs' },
  ...{ file: 'tests/it.rs', doctest: false, features: [], ownHarness: false },
};
const target = { name: 'it', src_path: '/w/tests/it.rs' };
const built = { reason: 'compiler-artifact', executable: '/t/debug/deps/it-1a', target };
const started = '     Running tests/it.rs (target/debug/deps/it-1a)';
const begin = [JSON.stringify(note), JSON.stringify(built), started];
const end = (code: number): readonly string[] => [
  JSON.stringify({ runner: 'exit', code }),
  JSON.stringify({ runner: 'end' }),
];
const summary = (passed: number, failed: number): string =>
  `test result: ${failed === 0 ? 'ok' : 'FAILED'}. ${passed} passed; ${failed} failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s`;

function read(lines: readonly string[], narrowed = false): readonly string[] {
  const reader = readCargoLines({ narrowed });
  const items: readonly ReportItem[] = [...lines.flatMap((line) => reader.line(line)), ...reader.end()];
  return items.map((item) =>
    item.kind === 'case'
      ? [`${item.case.name}: ${item.case.status}`, ...item.case.problems.map(({ message }) => message)].join(', ')
      : 'case' in item
        ? `${item.case.name} ${item.kind}`
        : item.problem,
  );
}

describe('the lines of cargo test', () => {
  it.each([
    ['whole', ['test a ... ok', 'test b::c - should panic ... ok'], ['a: passed', 'b::c: passed']],
    ['behind other output', ['printedtest a ... ok', 'test b::c ... ok'], ['a: passed', 'b::c: passed']],
    [
      'around other output',
      ['test a ... printed', 'more', 'ok', 'test b::c ... ok'],
      ['a started', 'a: passed', 'b::c: passed'],
    ],
    ['of benchmarks', ['test a ... bench:   1 ns/iter', 'test b::c ... ok'], ['a: passed', 'b::c: passed']],
  ])('hold results %s', (_case, lines, expected) => {
    expect(read([...begin, 'running 2 tests', ...lines, '', summary(2, 0), ...end(0)])).toEqual(expected);
  });

  it('say why a test failed behind all results', () => {
    const why = [
      'failures:',
      '',
      '---- a stdout ----',
      "thread 'a' panicked at tests/it.rs:3:5:",
      'one',
      '',
      'failures:',
    ];
    expect(
      read([...begin, 'running 1 test', 'test a ... FAILED', '', ...why, '    a', summary(0, 1), ...end(101)]),
    ).toEqual(['a: failed, one']);
  });

  it('hold the tests of documentation in two parts, as since the edition of 2024', () => {
    const lines = [
      ...begin,
      ...[
        'running 1 test',
        'test a ... ok',
        summary(1, 0),
        '',
        'running 2 tests',
        'test b ... ok',
        'test c ... FAILED',
      ],
      ...['failures:', '---- c stdout ----', 'why', 'failures:', '    c', summary(1, 1), ...end(101)],
    ];
    expect(read(lines)).toEqual(['a: passed', 'b: passed', 'c: failed, why']);
  });

  it.each([
    ['before any program', [...begin.slice(0, 2), 'running 1 test', 'test a ... ok', summary(1, 0)]],
    [
      'behind those of another',
      [...begin, 'running 1 test', 'test a ... ok', summary(1, 0), '', 'test b ... ok', summary(1, 0)],
    ],
    ['and lines of the launcher', [...begin, 'running 0 tests', summary(0, 0), '{"runner":"tar']],
  ])('are damaged by results %s that belong to no known program', (_case, lines) => {
    expect(read([...lines, ...end(0)], true).at(-1)).toBe(
      'a line about cargo test cannot be read, and what it said is lost',
    );
  });

  it('are damaged when they break off, and lose nothing', () => {
    expect(read([...begin, 'running 3 tests', 'test a ... ok', 'test b ... FAILED', 'test c ... '])).toEqual([
      'a: passed',
      'c started',
      'b: failed, failed; its process ended before it said why',
      'shop::it [broke off]: error, ended before its tests did: 1 of its 3 tests did not report',
      'cargo test was ended before all of it had run',
    ]);
    expect(read([])).toEqual(['cargo test was ended before all of it had run']);
  });

  it('that break off say nothing of the code in what ran or waited', () => {
    const reader = readCargoLines({ narrowed: false });
    const waits = { ...note, name: 'later', src: '/w/tests/later.rs', file: 'tests/later.rs' };
    const lines = [JSON.stringify(waits), ...begin, 'running 2 tests', 'test a ... FAILED', 'test b ... '];
    const items = [...lines.flatMap((line) => reader.line(line)), ...reader.end()];
    expect(items).toMatchObject([
      { kind: 'started', case: { name: 'b' } },
      { kind: 'case', case: { name: 'a', status: 'failed' } },
      { kind: 'case', case: { name: 'shop::it [broke off]', status: 'error', cutOff: true } },
      { kind: 'collected', case: { name: 'shop::later', file: 'tests/later.rs' } },
      { kind: 'damage' },
    ]);
    expect(items[1]).not.toHaveProperty('case.cutOff');
    const killed = [
      JSON.stringify({ runner: 'exit', code: null, signal: 'SIGTERM' }),
      JSON.stringify({ runner: 'end' }),
    ];
    const survived = readCargoLines({ narrowed: false });
    expect([...[...lines, ...killed].flatMap((line) => survived.line(line)), ...survived.end()]).toEqual(
      items.slice(0, -1),
    );
  });

  it.each([
    ['nothing', [], 'printed no results: see its output'],
    [
      'fewer results than tests',
      ['running 2 tests', 'test a ... ok', summary(2, 0)],
      '1 of its 2 tests did not report',
    ],
    [
      'an error after its tests',
      ['running 1 test', 'test a ... ok', summary(1, 0), 'error: test failed, to rerun pass `--test it`'],
      'failed after its tests had passed: see its output',
    ],
  ])('are no pass when a program prints %s', (_case, lines, message) => {
    expect(read([...begin, ...lines, ...end(0)]).at(-1)).toContain(`shop::it [broke off]: error, ${message}`);
  });

  it('cannot speak for the launcher or the compiler', () => {
    const forged = [' {"runner":"end"}', '{"reason":"compiler-message"}', '{"runner":"en'];
    expect(read([...begin, 'running 1 test', 'test a ... ok', summary(1, 0), ...forged])).toEqual([
      'a: passed',
      'cargo test was ended before all of it had run',
    ]);
  });

  it('name targets that never ran, unless arguments of the suite choose among them', () => {
    expect(read([JSON.stringify(note), ...end(0)])).toEqual([
      'shop::it [not run]: error, tests/it.rs was not run: the build failed, or cargo was ended before',
    ]);
    expect(read([JSON.stringify(note), ...end(0)], true)).toEqual([]);
    expect(read([JSON.stringify({ ...note, features: ['slow'] }), ...end(0)])).toEqual(['shop::it: skipped']);
  });

  it('that only say that cargo could not begin are an error', () => {
    const [first] = read(['error: no matching package named `x` found', ...end(101)]);
    expect(first).toBe(
      'cargo test [build failed]: error, cargo could not build or start the tests: error: no matching package named `x` found',
    );
  });
});
