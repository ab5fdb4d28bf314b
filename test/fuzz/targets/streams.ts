import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { readCargoLines } from '../../../src/frameworks/cargo-lines.ts';
import { readCargoList } from '../../../src/frameworks/cargo-list.ts';
import type { LineReader } from '../../../src/frameworks/framework.ts';
import { readGoEvents } from '../../../src/frameworks/go-events.ts';
import { readGoList } from '../../../src/frameworks/go-list.ts';
import { readMavenLines } from '../../../src/frameworks/maven-lines.ts';
import { readPytestList } from '../../../src/frameworks/pytest-list.ts';
import { readStreamLines } from '../../../src/frameworks/stream-lines.ts';
import { createTapReader } from '../../../src/frameworks/tap-reader.ts';
import type { ReportItem } from '../../../src/model/report.ts';
import type { LineMutant, LineSource } from '../line-mutations.ts';
import { lineMutants } from '../line-mutations.ts';
import { checkItem } from '../report-items.ts';
import type { FuzzTarget } from '../target.ts';

const fixtures = join(import.meta.dirname, '../../fixtures/streams');

/** What a line says of one test, by itself. */
interface Word {
  readonly name: string;
  readonly failed: boolean;
  /** Its loss is found out: it is counted or named elsewhere. */
  readonly promised: boolean;
}

/** How one kind of stream is read, here in the reader's way and in another. */
interface Dialect {
  readonly files: readonly string[];
  readonly read: () => LineReader;
  readonly wordOf: (line: string) => Word | null;
  /** Lines that say how many tests there should be. */
  readonly promises: RegExp;
  /** Lines behind which what follows may mean something else, and be excused by it. */
  readonly excuses: RegExp;
  readonly words: readonly string[];
  /** What ties a stream to its tests is their number. */
  readonly counts?: true;
}

const never = /^\b$/;
const notes = ['{"runner":"end"}', '{"runner":"exit","code":0}', '{"runner":"exit","code":101,"signal":"SIGKILL"}'];

const dialects: readonly Dialect[] = [
  {
    files: ['go-mixed.jsonl', 'go-passed.jsonl', 'go-broken.jsonl', 'go-kinds.jsonl'],
    read: () => readGoEvents({ narrowed: false }),
    wordOf: goWord,
    promises: /^\{"runner":"(?:package|end)"/,
    excuses: never,
    words: [...notes, '{}', '{"Action":"fail"}', '{"runner":"stderr","text":"{}"}', '{"declared":{}}', '{"Action":5}'],
  },
  {
    files: ['cargo-passed.txt', 'cargo-failed.txt', 'cargo-kinds.txt', 'cargo-doc.txt', 'cargo-doc-2024.txt'],
    read: () => readCargoLines({ narrowed: false }),
    wordOf: cargoWord,
    counts: true,
    promises: /^(?:running \d+ test|\{"runner":|\{"reason":| +Running | +Doc-tests )/,
    excuses: never,
    words: [
      ...[...notes, 'running 0 tests', 'running 3 tests', 'test a ... ok', 'test a ... FAILED', 'test b ... ', 'ok'],
      ...['failures:', '---- a stdout ----', 'test result: ok. 1 passed; 0 failed; 0 ignored', '{"reason":"x"}'],
      ...['   Doc-tests a', '     Running x (y)', 'error: test failed, to rerun pass `-p a`'],
    ],
  },
  {
    files: ['tap-node.txt', 'tap-perl.txt'],
    read: createTapReader,
    wordOf: tapWord,
    counts: true,
    promises: /^1\.\.\d/,
    excuses: /#\s*(?:todo|skip)/i,
    words: [
      ...[
        '1..0',
        '1..3',
        'ok',
        'not ok',
        'ok 1',
        'not ok 2 - x',
        'ok 3 - y {',
        '}',
        '---',
        '  ---',
        '  ...',
        'Bail out!',
      ],
      ...['# Subtest: x', '    # Subtest: y', '    1..1', '    ok 1 - z', '        not ok 1', 'pragma +strict', 'not '],
    ],
  },
  {
    files: ['maven-failed.txt', 'maven-broken.txt', 'maven-passed.txt'],
    read: readMavenLines,
    wordOf: mavenWord,
    promises: never,
    excuses: never,
    words: [notes[0] ?? '', '[ERROR] Crashed tests:', '[ERROR] a.B', '[INFO] one ... SKIPPED', '[ERROR] '],
  },
  ...[
    { files: ['list-go.jsonl'], read: readGoList },
    { files: ['list-cargo.txt'], read: () => readCargoList(() => true) },
    { files: ['list-pytest.txt'], read: readPytestList },
  ].map((list) => ({ ...list, wordOf: () => null, promises: never, excuses: never, words: notes })),
  {
    files: [
      ...['jest', 'mocha', 'node', 'node-hooks', 'playwright', 'playwright-passed', 'pytest', 'vitest', 'vitest-skips'],
    ].map((name) => `plugin-${name}.jsonl`),
    read: readStreamLines,
    wordOf: pluginWord,
    promises: never,
    excuses: never,
    words: [
      ...['{"kind":"damage"}', '{"kind":"finished"}', '{"kind":"finished","case":{}}', '{"kind":"ended","case":null}'],
      ...['{"kind":"constructor","case":{"name":"x"}}', '{"kind":"tentative","case":{"name":"x","status":"failed"}}'],
    ],
  },
];

interface StreamSource extends LineSource {
  readonly dialect: Dialect;
}

/** What frameworks and their launchers write while tests run, a line at a time. */
export const streams: FuzzTarget = {
  name: 'streams',
  reads: 'lines of go, cargo, Maven, TAP, of lists and of the plugins in frameworks',
  runsInCi: 3000,
  property() {
    const mutants = dialects.map((dialect) =>
      lineMutants(
        dialect.files.map((file) => sourceOf(file, dialect)),
        dialect.words,
      ),
    );
    return Promise.resolve(fc.property(fc.oneof(...mutants), check));
  },
};

function sourceOf(name: string, dialect: Dialect): StreamSource {
  const lines = readFileSync(join(fixtures, name), 'utf8').trimEnd().split('\n');
  return { name, lines, dialect };
}

function check(mutant: LineMutant<StreamSource>): void {
  const { dialect } = mutant.source;
  const items = readAll(dialect.read(), mutant);
  for (const item of items) checkItem(item);
  if (isRed(items)) return;
  if (mutant.lines.some(({ text, from }) => from === null && dialect.excuses.test(text))) return;
  // Where tests are counted and not named, one that is there twice hides one that is not there.
  const names = dialect.counts !== true || mutant.edits.every(({ kind }) => !adding.has(kind));
  const told = new Set(items.flatMap((item) => ('case' in item ? [item.case.name] : [])));
  for (const { text, from } of mutant.lines) {
    const word = from === null ? null : dialect.wordOf(text);
    if (word === null) continue;
    assert.ok(!word.failed, `it failed, and nothing is red: ${text}`);
    assert.ok(!names || word.name === '' || told.has(word.name), `lost: ${text}`);
  }
  keepsPromises(mutant, items);
}

function readAll(reader: LineReader, { lines }: LineMutant): readonly ReportItem[] {
  return [...lines.flatMap(({ text }) => text.split('\n').flatMap((line) => reader.line(line))), ...reader.end()];
}

function isRed(items: readonly ReportItem[]): boolean {
  return items.some((item) =>
    item.kind === 'case' ? ['failed', 'error'].includes(item.case.status) : !('case' in item),
  );
}

const adding: ReadonlySet<string> = new Set(['double', 'insert', 'interleave']);
const losing: ReadonlySet<string> = new Set(['drop', 'tear', 'end']);

/** Where nothing was added, what is missing is missed: nothing is green that does not hold all that the stream promised. */
function keepsPromises({ source, lines, edits }: LineMutant<StreamSource>, items: readonly ReportItem[]): void {
  const { dialect } = source;
  if (!edits.every(({ kind }) => losing.has(kind))) return;
  const left = new Set(lines.flatMap(({ from }) => from ?? []));
  const isPromise = (line: string): boolean => dialect.promises.test(line);
  if (source.lines.some((line, index) => isPromise(line) && !left.has(index))) return;
  const told = items.flatMap((item) => ('case' in item ? [item.case.name] : []));
  for (const [index, line] of source.lines.entries()) {
    const word = dialect.wordOf(line);
    const isLost = word !== null && word.promised && !left.has(index) && !told.some((name) => line.includes(name));
    assert.ok(!isLost, `lost, and nothing is red: ${line}`);
  }
}

function goWord(line: string): Word | null {
  const [, action = ''] = /"Action":"(pass|fail|skip)"/.exec(line) ?? [];
  const [, name = ''] = /"Test":"([^"\\]+)"/.exec(line) ?? [];
  if (action === '' || name === '' || !line.startsWith('{"Time"')) return null;
  return { name, failed: action === 'fail', promised: !name.includes('/') };
}

function cargoWord(line: string): Word | null {
  const [, name, how] =
    /^test (\S+(?: - (?:\S+ )?\(line \d+\))?)(?: - should panic)? \.\.\. (ok|FAILED|ignored)$/.exec(line) ?? [];
  return name === undefined ? null : { name, failed: how === 'FAILED', promised: true };
}

function tapWord(line: string): Word | null {
  const [, indent = '', not] = /^((?: {4})*)(not )?ok\b/.exec(line) ?? [];
  if (!/^ *(?:not )?ok\b/.test(line)) return null;
  return { name: '', failed: not !== undefined && !/#\s*todo/i.test(line), promised: indent === '' };
}

function mavenWord(line: string): Word | null {
  const isGoal =
    line.startsWith('[ERROR] Failed to execute goal') && !/There are test failures|on project [^:]+: ?$/.test(line);
  return isGoal || / \.{2,} SKIPPED$/.test(line) ? { name: line, failed: true, promised: false } : null;
}

function pluginWord(line: string): Word | null {
  const [, name] = /^\{"kind":"(?:finished|tentative)","case":\{.*?"name":("(?:[^"\\]|\\.)*")/.exec(line) ?? [];
  if (name === undefined) return null;
  return { name: String(JSON.parse(name)), failed: /"status":"(?:failed|error)"/.test(line), promised: false };
}
